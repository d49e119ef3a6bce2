/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Secret;

/**
 * A message that waits to be sent.
 *
 * @param number ascends; first in, first out within a conversation.
 * @param to the conversation.
 * @param stanzaId the stanza's id.
 * @param stanza the stanza in clear, UTF-8 XML.
 * @param encrypted the stanza as it leaves, once it is encrypted: it is sent again as it is until the server has it, so that the receiver knows a repeat.
 * @param policy the name of the policy under which it was written; opaque to the store. A looser one does not let it leave in clear.
 * @param trust what trust policies said when it had to wait for a decision; opaque to the store, empty if it never had to. Looser ones do not let it leave.
 * @param refusals how many streams the server has ended because of what was in them while this message was.
 * @param parked since when.
 */
public record ParkedRecord(
        long number,
        BareJid to,
        String stanzaId,
        Secret stanza,
        Optional<String> encrypted,
        String policy,
        Optional<String> trust,
        int refusals,
        Instant parked) {

    /** As it leaves. */
    public ParkedRecord withEncrypted(String leaving) {
        return new ParkedRecord(number, to, stanzaId, stanza, Optional.of(leaving), policy, trust, refusals, parked);
    }

    /** From when it has to wait for a decision. */
    public ParkedRecord withTrust(String said) {
        return new ParkedRecord(number, to, stanzaId, stanza, encrypted, policy, Optional.of(said), refusals, parked);
    }

    /** After one more stream that the server has ended. */
    public ParkedRecord withRefusal() {
        return new ParkedRecord(number, to, stanzaId, stanza, encrypted, policy, trust, refusals + 1, parked);
    }
}
