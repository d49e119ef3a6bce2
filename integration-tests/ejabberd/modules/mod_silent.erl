%% A domain whose users take every stanza and never answer.  The domain itself answers: clients that
%% look around for services at login would wait for it else.
-module(mod_silent).
-behaviour(gen_mod).

-export([start/2, stop/1, reload/3, depends/2, mod_opt_type/1, mod_options/1, mod_doc/0, route/1]).

start(Host, Options) ->
    ejabberd_router:register_route(gen_mod:get_opt(host, Options), Host, {apply, ?MODULE, route}).

stop(Host) ->
    ejabberd_router:unregister_route(gen_mod:get_module_opt(Host, ?MODULE, host)).

route(Stanza) ->
    case jid:tolower(xmpp:get_to(Stanza)) of
        {<<>>, _, _} -> ejabberd_router:route_error(Stanza, xmpp:err_service_unavailable());
        _ -> ok
    end.

reload(_Host, _New, _Old) -> ok.
depends(_Host, _Options) -> [].
mod_opt_type(host) -> econf:host().
mod_options(_Host) -> [host].
mod_doc() -> #{}.
