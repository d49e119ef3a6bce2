/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;

/**
 * A decision about an identity key.
 *
 * @param jid whose it is.
 * @param identityKey the key in its Curve25519 form, 32 bytes: both Edwards forms of one key share a decision.
 * @param level the name of the trust level; opaque to the store.
 * @param decided when.
 */
public record TrustRecord(BareJid jid, Bytes identityKey, String level, Instant decided) {}
