-- One configuration for the container and for the plain process.  It is for tests on loopback:
-- no TLS, open registration, everything archived, every stanza logged.  ./start sets the environment.
-- With OMEMO_SERVER_QUIET=1 nothing is archived and no stanza logged: both cost more per message than
-- the chat itself, an archive the more the longer it is, and benchmarks would measure them.

local here = os.getenv("OMEMO_CONFIG_DIR") or "."
local files = os.getenv("OMEMO_FILES") or "."

local function port(name, default)
    return tonumber(os.getenv(name) or default)
end

local quiet = os.getenv("OMEMO_SERVER_QUIET") == "1"

run_as_root = true -- only matters when root starts it; its files then belong to root, as the run directory does
umask = "022"
data_path = files .. "/data"
certificates = files .. "/data"
plugin_paths = { here .. "/modules" }

local listen = { os.getenv("OMEMO_INTERFACE") or "127.0.0.1" }
interfaces = listen
c2s_ports = { port("OMEMO_PORT", 5222) }
component_interfaces = listen
component_ports = { port("OMEMO_COMPONENT_PORT", 5347) }

-- Tests search this file: at this level, and with stanza_debug, it has whatever the server saw.
log = {
    { levels = { min = quiet and "info" or "debug" }, to = "file", filename = files .. "/prosody.log" },
    { levels = { min = "warn" }, to = "console" },
}

modules_enabled = {
    "roster", "saslauth", "disco", "register", "time", "version", "ping",
    "pep", "blocklist", "private", "bookmarks", "vcard4", "vcard_legacy",
    "carbons", "mam", "smacks",
    "stanza_debug",
}
modules_disabled = quiet and { "s2s", "s2s_auth_certs", "tls", "mam", "stanza_debug" }
    or { "s2s", "s2s_auth_certs", "tls" }

c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_hashed"

-- Tests make their own accounts on the wire, many of them.
allow_registration = true

storage = "internal"
default_archive_policy = true
archive_expires_after = "never"
smacks_hibernation_time = 300

VirtualHost "localhost"

Component "conference.localhost" "muc"
    modules_enabled = quiet and {} or { "muc_mam" }
    muc_log_by_default = true
    restrict_room_creation = false
    muc_room_locking = false

-- Takes every stanza and never answers: a contact on a server that hangs.
Component "silent.localhost" "silent"

-- For a test that plays a remote server itself (XEP-0114).
Component "component.localhost"
    component_secret = os.getenv("OMEMO_COMPONENT_SECRET") or "component-secret"
