/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.store.Changes;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.OptOutRecord;
import org.omemo4j.store.StoreException;

/** Which policy rules a conversation, and whether its other side has ever shown that it reads OMEMO. Used under the engine's lock. */
final class Conversations {
    private static final int MAX_REMEMBERED = 8192;

    /** Conversations from which on strangers begin none by an event alone: with 200 devices each, some 40 MB of store. */
    static final int MANY = 1000;

    /** Devices that are remembered to have asked for plain text, the newest: bounds what new devices of a contact can make us keep. */
    static final int MAX_OPT_OUTS = 16;

    private final EncryptionPolicy standard;
    private final Memory<BareJid, Optional<ConversationRecord>> remembered = new Memory<>(MAX_REMEMBERED);

    /** Once true, it stays so: no conversation is ever forgotten. */
    private boolean many;

    Conversations(EncryptionPolicy standard) {
        this.standard = standard;
    }

    void forget() {
        remembered.forgetAll();
    }

    /** Whether the other side has shown that it reads OMEMO, or somebody has set a policy. */
    boolean isKnown(Step step, BareJid jid) throws StoreException {
        return row(step, jid).isPresent();
    }

    /** Whether there are so many that no stranger shall begin one unasked. */
    boolean areMany(Step step) throws StoreException {
        many = many || step.store().conversations().size() >= MANY;
        return many;
    }

    EncryptionPolicy policy(Step step, BareJid jid) throws StoreException {
        return chosen(step, jid).orElse(standard);
    }

    /** What was set for this conversation itself. */
    Optional<EncryptionPolicy> chosen(Step step, BareJid jid) throws StoreException {
        return row(step, jid).flatMap(ConversationRecord::policy).map(EncryptionPolicy::valueOf);
    }

    void choose(Step step, BareJid jid, EncryptionPolicy policy) throws StoreException {
        List<OptOutRecord> optOuts = policy == EncryptionPolicy.OFF ? List.of() : optOuts(step, jid);
        write(step, new ConversationRecord(jid, Optional.of(policy.name()), isEncrypted(step, jid), optOuts));
    }

    /** Which of the contact's devices have asked for plain text, the last one last; none if somebody has answered. */
    List<OptOutRecord> optOuts(Step step, BareJid jid) throws StoreException {
        return row(step, jid).map(ConversationRecord::optOuts).orElse(List.of());
    }

    /** One of the contact's devices has asked for plain text, in an encrypted message. */
    void optedOut(Step step, BareJid jid, OptOutRecord optOut) throws StoreException {
        Optional<String> policy = row(step, jid).flatMap(ConversationRecord::policy);
        List<OptOutRecord> optOuts = new ArrayList<>(optOuts(step, jid));
        optOuts.removeIf(before -> before.identityKey().equals(optOut.identityKey()));
        optOuts.add(optOut);
        int all = optOuts.size();
        write(step, new ConversationRecord(jid, policy, true, optOuts.subList(Math.max(0, all - MAX_OPT_OUTS), all)));
    }

    /** The conversation goes on as it was. */
    void declineOptOut(Step step, BareJid jid) throws StoreException {
        Optional<ConversationRecord> row = row(step, jid);
        if (row.isPresent() && !row.get().optOuts().isEmpty()) {
            write(
                    step,
                    new ConversationRecord(jid, row.get().policy(), row.get().encrypted(), List.of()));
        }
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
        write(step, new ConversationRecord(jid, row.flatMap(ConversationRecord::policy), true, optOuts(step, jid)));
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
