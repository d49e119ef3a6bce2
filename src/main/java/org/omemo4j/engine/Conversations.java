/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.Changes;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.StoreException;

/** Which policy rules a conversation, and whether its other side has ever shown that it reads OMEMO. Used under the engine's lock. */
final class Conversations {
    private static final int MAX_REMEMBERED = 8192;

    private final EncryptionPolicy standard;
    private final Memory<BareJid, Optional<ConversationRecord>> remembered = new Memory<>(MAX_REMEMBERED);

    Conversations(EncryptionPolicy standard) {
        this.standard = standard;
    }

    void forget() {
        remembered.forgetAll();
    }

    EncryptionPolicy policy(Step step, BareJid jid) throws StoreException {
        return chosen(step, jid).orElse(standard);
    }

    /** What was set for this conversation itself. */
    Optional<EncryptionPolicy> chosen(Step step, BareJid jid) throws StoreException {
        return row(step, jid).flatMap(ConversationRecord::policy).map(EncryptionPolicy::valueOf);
    }

    void choose(Step step, BareJid jid, EncryptionPolicy policy) throws StoreException {
        write(step, new ConversationRecord(jid, Optional.of(policy.name()), isEncrypted(step, jid)));
    }

    boolean isEncrypted(Step step, BareJid jid) throws StoreException {
        return row(step, jid).map(ConversationRecord::encrypted).orElse(false);
    }

    /** A device list, a key exchange or an encrypted message of theirs was seen: there is no way back to clear text by itself. */
    void markEncrypted(Step step, BareJid jid) throws StoreException {
        Optional<ConversationRecord> row = row(step, jid);
        if (row.map(ConversationRecord::encrypted).orElse(false)) {
            return;
        }
        write(step, new ConversationRecord(jid, row.flatMap(ConversationRecord::policy), true));
        step.tell(new OmemoEvent.ConversationEncrypted(jid));
    }

    private Optional<ConversationRecord> row(Step step, BareJid jid) throws StoreException {
        return remembered.get(jid, () -> step.store().conversation(jid));
    }

    private void write(Step step, ConversationRecord row) {
        step.write(new Changes.PutConversation(row));
        step.afterCommit(() -> remembered.forget(row.jid()));
    }
}
