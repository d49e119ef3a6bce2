%% Logs whatever clients send and get, as it is on the wire: the server's own debug log writes a stanza
%% with any letter beyond ASCII as a list of numbers, in which no test finds it.
-module(mod_stanza_log).
-behaviour(gen_mod).

-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, received/3, sent/3]).

start(Host, _Options) ->
    %% No line is dropped in a rush.
    ok = logger:update_handler_config(
        ejabberd_log, config,
        #{drop_mode_qlen => 1000000, flush_qlen => 1000000, burst_limit_enable => false}),
    ejabberd_hooks:add(c2s_handle_recv, Host, ?MODULE, received, 1),
    ejabberd_hooks:add(c2s_handle_send, Host, ?MODULE, sent, 1).

stop(Host) ->
    ejabberd_hooks:delete(c2s_handle_recv, Host, ?MODULE, received, 1),
    ejabberd_hooks:delete(c2s_handle_send, Host, ?MODULE, sent, 1).

received(State, Element, _Stanza) ->
    logger:info("RECV ~ts", [fxml:element_to_binary(Element)]),
    State.

sent(State, Stanza, _Result) ->
    logger:info("SEND ~ts", [fxml:element_to_binary(xmpp:encode(Stanza))]),
    State.

reload(_Host, _New, _Old) -> ok.
depends(_Host, _Options) -> [].
mod_options(_Host) -> [].
mod_doc() -> #{}.
