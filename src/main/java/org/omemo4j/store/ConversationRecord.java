/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;

/**
 * What is set for a conversation.
 *
 * @param jid the contact or room.
 * @param policy the name of the policy that was chosen; empty where the account's default rules.
 * @param encrypted whether the other side has ever shown that it can read OMEMO. Never goes back by itself.
 * @param optOuts the devices of the other side that have asked for plain text and were not answered, each once, the last one last.
 */
public record ConversationRecord(BareJid jid, Optional<String> policy, boolean encrypted, List<OptOutRecord> optOuts) {
    public ConversationRecord {
        optOuts = List.copyOf(optOuts);
    }
}
