-- Statements are separated by an empty line. Instants are nanoseconds since 1970 (UTC); booleans are 0 and 1.

-- The number of commits so far, and how long (in nanoseconds) messages stay in the journal.
CREATE TABLE store (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision INTEGER NOT NULL,
    retention INTEGER NOT NULL
) STRICT;

INSERT INTO store (only_row, revision, retention) VALUES (1, 0, 0);

-- Every secret of the other tables lies in a slot of its own here, behind its length (4 bytes, big endian) and padded with
-- zeros to the slot's capacity. A slot is never deleted and never changes its size, so that SQLite overwrites it in place:
-- rows that move between pages leave copies behind, and secure_delete does not find those.
CREATE TABLE secret (
    slot INTEGER PRIMARY KEY,
    capacity INTEGER NOT NULL,
    free INTEGER NOT NULL CHECK (free IN (0, 1)),
    content BLOB NOT NULL CHECK (length(content) = capacity + 4)
) STRICT;

CREATE INDEX secret_free ON secret (capacity) WHERE free = 1;

CREATE TABLE own_device (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    owner TEXT NOT NULL,
    device INTEGER NOT NULL,
    identity_form TEXT NOT NULL,
    identity_key INTEGER NOT NULL REFERENCES secret,
    label TEXT,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE own_bundle (
    version TEXT PRIMARY KEY,
    next_pre_key_id INTEGER NOT NULL,
    next_signed_pre_key_id INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    published INTEGER NOT NULL,
    announced INTEGER NOT NULL CHECK (announced IN (0, 1))
) STRICT, WITHOUT ROWID;

-- When our device list was put right after somebody else had written it.
CREATE TABLE list_healing (
    version TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (version, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE signed_pre_key (
    version TEXT NOT NULL,
    id INTEGER NOT NULL,
    private_key INTEGER NOT NULL REFERENCES secret,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (version, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pre_key (
    version TEXT NOT NULL,
    id INTEGER NOT NULL,
    private_key INTEGER NOT NULL REFERENCES secret,
    public_key BLOB NOT NULL,
    hidden_since INTEGER,
    PRIMARY KEY (version, id)
) STRICT, WITHOUT ROWID;

-- Who has used a hidden prekey.
CREATE TABLE pre_key_use (
    version TEXT NOT NULL,
    id INTEGER NOT NULL,
    identity_key BLOB NOT NULL,
    PRIMARY KEY (version, id, identity_key),
    FOREIGN KEY (version, id) REFERENCES pre_key ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE device_list (
    jid TEXT NOT NULL,
    version TEXT NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (jid, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    jid TEXT NOT NULL,
    device INTEGER NOT NULL,
    identity_key BLOB,
    label TEXT,
    label_signature BLOB,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (jid, device)
) STRICT, WITHOUT ROWID;

-- The versions whose list has ever held a device, and whether it does now.
CREATE TABLE device_listing (
    jid TEXT NOT NULL,
    device INTEGER NOT NULL,
    version TEXT NOT NULL,
    listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
    PRIMARY KEY (jid, device, version),
    FOREIGN KEY (jid, device) REFERENCES device ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Identity keys that were seen or decided about, in their Curve25519 form.
CREATE TABLE trust (
    jid TEXT NOT NULL,
    identity_key BLOB NOT NULL,
    decided TEXT,
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    first INTEGER NOT NULL CHECK (first IN (0, 1)),
    seen INTEGER,
    newest_trust_message INTEGER,
    PRIMARY KEY (jid, identity_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX trust_of_key ON trust (identity_key);

-- What trust messages have said about keys, until their sender is verified and the key is known. An identifier is a key in either of its forms.
CREATE TABLE kept_trust (
    sender_jid TEXT NOT NULL,
    sender_device INTEGER NOT NULL,
    sender_key BLOB NOT NULL,
    sent INTEGER NOT NULL,
    owner TEXT NOT NULL,
    identifier BLOB NOT NULL,
    decision TEXT NOT NULL,
    PRIMARY KEY (sender_jid, sender_key, owner, identifier)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_trust_about ON kept_trust (owner);

-- The journal of trust.
CREATE TABLE trust_entry (
    number INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    jid TEXT NOT NULL,
    identity_key BLOB,
    level_before TEXT,
    level_after TEXT,
    means TEXT NOT NULL,
    by_jid TEXT,
    by_device INTEGER,
    by_key BLOB,
    reason TEXT NOT NULL,
    refusal TEXT
) STRICT;

CREATE INDEX trust_entry_of ON trust_entry (jid, number);

CREATE INDEX trust_entry_refused ON trust_entry (number) WHERE refusal IS NOT NULL;

CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    jid TEXT NOT NULL,
    device INTEGER NOT NULL,
    version TEXT NOT NULL,
    ephemeral_key BLOB NOT NULL,
    created INTEGER NOT NULL,
    archived INTEGER,
    owes_empty_message INTEGER NOT NULL CHECK (owes_empty_message IN (0, 1)),
    state INTEGER NOT NULL REFERENCES secret
) STRICT;

CREATE INDEX session_of_device ON session (jid, device, version);

CREATE UNIQUE INDEX session_in_use ON session (jid, device, version) WHERE archived IS NULL;

CREATE INDEX session_owing_empty_message ON session (version) WHERE owes_empty_message = 1;

-- When a session was replaced, and whether the new one is still to be begun.
CREATE TABLE replacement (
    jid TEXT NOT NULL,
    device INTEGER NOT NULL,
    version TEXT NOT NULL,
    asked INTEGER NOT NULL,
    owed INTEGER NOT NULL CHECK (owed IN (0, 1)),
    PRIMARY KEY (jid, device, version, asked)
) STRICT, WITHOUT ROWID;

CREATE INDEX replacement_owed ON replacement (version) WHERE owed = 1;

CREATE TABLE skipped_key (
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    ratchet_key BLOB NOT NULL,
    n INTEGER NOT NULL,
    number INTEGER NOT NULL,
    seed INTEGER NOT NULL REFERENCES secret,
    PRIMARY KEY (session, ratchet_key, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX skipped_key_by_age ON skipped_key (session, number);

CREATE TABLE closed_chain (
    session INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    ratchet_key BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (session, ratchet_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX closed_chain_by_age ON closed_chain (session, number);

CREATE TABLE conversation (
    jid TEXT PRIMARY KEY,
    policy TEXT,
    encrypted INTEGER NOT NULL CHECK (encrypted IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Which devices have asked for plain text, in their order.
CREATE TABLE opt_out (
    jid TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE,
    position INTEGER NOT NULL,
    identity_key BLOB NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (jid, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked (
    number INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL,
    stanza_id TEXT NOT NULL,
    stanza INTEGER NOT NULL REFERENCES secret,
    encrypted TEXT,
    policy TEXT NOT NULL,
    trust TEXT,
    refusals INTEGER NOT NULL,
    parked INTEGER NOT NULL
) STRICT;

CREATE INDEX parked_for ON parked (recipient, number);

CREATE TABLE journal (
    hash BLOB PRIMARY KEY,
    written INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES secret
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_by_age ON journal (written);

-- A slot is overwritten and free again as soon as no row points to it.
CREATE TRIGGER own_device_replaced AFTER UPDATE OF identity_key ON own_device BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.identity_key;
END;

CREATE TRIGGER signed_pre_key_replaced AFTER UPDATE OF private_key ON signed_pre_key BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.private_key;
END;

CREATE TRIGGER signed_pre_key_deleted AFTER DELETE ON signed_pre_key BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.private_key;
END;

CREATE TRIGGER pre_key_replaced AFTER UPDATE OF private_key ON pre_key BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.private_key;
END;

CREATE TRIGGER pre_key_deleted AFTER DELETE ON pre_key BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.private_key;
END;

CREATE TRIGGER session_replaced AFTER UPDATE OF state ON session BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.state;
END;

CREATE TRIGGER session_deleted AFTER DELETE ON session BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.state;
END;

CREATE TRIGGER skipped_key_replaced AFTER UPDATE OF seed ON skipped_key BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.seed;
END;

CREATE TRIGGER skipped_key_deleted AFTER DELETE ON skipped_key BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.seed;
END;

CREATE TRIGGER parked_replaced AFTER UPDATE OF stanza ON parked BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.stanza;
END;

CREATE TRIGGER parked_deleted AFTER DELETE ON parked BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.stanza;
END;

CREATE TRIGGER journal_replaced AFTER UPDATE OF entry ON journal BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.entry;
END;

CREATE TRIGGER journal_deleted AFTER DELETE ON journal BEGIN
    UPDATE secret SET content = zeroblob(capacity + 4), free = 1 WHERE slot = old.entry;
END;
