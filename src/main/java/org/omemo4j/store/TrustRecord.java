/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;

/**
 * An identity key of an account, and what was decided about it. It is there without a device where somebody has decided before the key was seen.
 *
 * @param jid whose it is.
 * @param identityKey the key in its Curve25519 form, 32 bytes: both Edwards forms of one key share a decision.
 * @param decided the name of the trust level that was decided, empty where nobody has; opaque to the store.
 * @param verified whether it is verified, or was until it was distrusted.
 * @param first whether no other key of the account had been seen before it.
 * @param seen when it was first seen, empty before that.
 * @param newestTrustMessage the time of the newest trust message that it has signed.
 */
public record TrustRecord(
        BareJid jid,
        Bytes identityKey,
        Optional<String> decided,
        boolean verified,
        boolean first,
        Optional<Instant> seen,
        Optional<Instant> newestTrustMessage) {}
