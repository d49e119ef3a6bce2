/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Instant;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.ParkedRecord;

/**
 * A message that waits in the store until what it needs was fetched, or until the next login.
 *
 * @param to the conversation.
 * @param stanzaId the id it will have.
 * @param since when it was given to {@code send}.
 */
public record WaitingMessage(BareJid to, String stanzaId, Instant since) {
    static WaitingMessage of(ParkedRecord record) {
        return new WaitingMessage(record.to(), record.stanzaId(), record.parked());
    }
}
