-- A component whose users take every stanza and never answer.  The domain itself answers: clients that
-- look around for services at login would wait for it else.

local function swallow()
    return true
end

for _, kind in ipairs({ "message", "presence", "iq" }) do
    for _, target in ipairs({ "bare", "full" }) do
        module:hook(kind .. "/" .. target, swallow, 1000)
    end
end
