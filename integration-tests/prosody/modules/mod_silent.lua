-- A component that takes every stanza and never answers.

local function swallow()
    return true
end

for _, kind in ipairs({ "message", "presence", "iq" }) do
    for _, target in ipairs({ "bare", "full", "host" }) do
        module:hook(kind .. "/" .. target, swallow, 1000)
    end
end
