/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.Decryption.TrustMessageRead;
import org.omemo4j.engine.KeptTrust.Statement;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustRecord;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/**
 * Trust messages that come. Only what a verified device says is believed: of ours about anybody's keys, of a contact's about its own account's. What is refused or kept as a whole has one entry in the
 * journal, about its sender's key, unless its very stanza has come before; one that is forged does not come as far as here ({@link ForgedTrustMessages}). Used under the engine's lock.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0434.html">XEP-0434 0.6.0, "SCE Profile"</a>
 * @see <a href="https://xmpp.org/extensions/xep-0450.html">XEP-0450 0.4.0, "Use Cases"</a>
 */
final class TrustMessages {
    /** A clock may be wrong by that much. A message from a later time is not believed: all that its sender says until then would be a replay. */
    static final Duration FUTURE = Duration.ofDays(1);

    /** Accounts that an entry in the journal names. */
    private static final int MAX_NAMED = 3;

    /** What is not believed as yet, and may be. */
    private static final Set<TrustRefusal> KEPT = EnumSet.of(TrustRefusal.SENDER_UNDECIDED, TrustRefusal.KEY_UNKNOWN);

    private final State state;
    private final KeptTrust kept;

    TrustMessages(State state) {
        this.state = state;
        this.kept = new KeptTrust(state);
    }

    /** Whether a content has a trust message in it that is ours to read. */
    boolean isOne(List<XmlElement> content) {
        return state.trustMessages() && content.stream().anyMatch(TrustMessage::is);
    }

    /** A message that was read, and has a trust message in it: that is not for the application. */
    Decryption read(Step step, MessageOrigin origin, Envelope envelope, IncomingMessage message) throws StoreException {
        Optional<TrustRefusal> refusal = receive(step, origin, envelope, message);
        if (refusal.isPresent() && !KEPT.contains(refusal.get())) {
            TrustEntry.Sender sender = new TrustEntry.Sender(origin.device(), origin.fingerprint());
            step.tell(new OmemoEvent.TrustMessageRefused(sender.device().jid(), Optional.of(sender), refusal.get()));
        }
        return withoutIt(
                new Decrypted(origin, envelope.content(), envelope.time(), envelope.dropped(), false, step.reaction()),
                refusal);
    }

    /** A message that has come again. */
    Decryption again(Decrypted repeated) {
        return isOne(repeated.content()) ? withoutIt(repeated, Optional.of(TrustRefusal.REPLAYED)) : repeated;
    }

    private static Decryption withoutIt(Decrypted message, Optional<TrustRefusal> refusal) {
        List<XmlElement> rest = message.content().stream()
                .filter(element -> !TrustMessage.is(element))
                .toList();
        return rest.isEmpty()
                ? new TrustMessageRead(message.origin(), refusal, message.reaction())
                : new Decrypted(
                        message.origin(),
                        rest,
                        message.time(),
                        message.dropped(),
                        message.repeated(),
                        message.reaction());
    }

    /** @return why nothing of it was believed. */
    private Optional<TrustRefusal> receive(Step step, MessageOrigin origin, Envelope envelope, IncomingMessage message)
            throws StoreException {
        TrustEntry.Sender sender = new TrustEntry.Sender(origin.device(), origin.fingerprint());
        if (origin.trust().isSticky()) {
            return refuse(step, sender, TrustRefusal.SENDER_DISTRUSTED, "");
        }
        Optional<TrustMessage> said = usable(step, origin, envelope, message);
        if (said.isEmpty()) {
            return refuse(step, sender, TrustRefusal.UNUSABLE, "");
        }
        Instant sent = envelope.time().orElseThrow();
        TrustRecord row = rowOf(step, sender);
        if (row.newestTrustMessage().filter(newest -> !sent.isAfter(newest)).isPresent()) {
            return refuse(step, sender, TrustRefusal.REPLAYED, "");
        }
        List<Statement> statements = statements(step, sender, said.get());
        if (statements.isEmpty()) {
            return Optional.of(TrustRefusal.NOT_ITS_KEY);
        }
        if (origin.trust() != TrustLevel.VERIFIED) {
            return refuse(
                    step,
                    sender,
                    keep(step, sender, sent, statements) ? TrustRefusal.SENDER_UNDECIDED : TrustRefusal.TOO_MUCH,
                    words(statements));
        }
        return believe(step, sender, sent, statements);
    }

    /** It must say all that the profile asks for, and the envelope is compared with the stanza already. */
    private static Optional<TrustMessage> usable(
            Step step, MessageOrigin origin, Envelope envelope, IncomingMessage message) {
        List<XmlElement> elements =
                envelope.content().stream().filter(TrustMessage::is).toList();
        if (message.groupChat()
                || elements.size() != 1
                || envelope.from().isEmpty()
                || envelope.to().isEmpty()
                || envelope.time()
                        .filter(sent -> sent.isAfter(Instant.EPOCH)
                                && sent.isBefore(step.now().plus(FUTURE)))
                        .isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TrustMessage.read(elements.get(0)))
                    .filter(said -> said.encryption().equals(origin.version()));
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    /** What the sender may say, distrust first. */
    private List<Statement> statements(Step step, TrustEntry.Sender sender, TrustMessage said) throws StoreException {
        BareJid account = sender.device().jid();
        List<Statement> statements = new ArrayList<>();
        Set<BareJid> foreign = said.owners().stream()
                .map(TrustMessage.KeyOwner::jid)
                .filter(owner -> !account.equals(state.owner()) && !account.equals(owner))
                .collect(Collectors.toSet());
        for (TrustMessage.KeyOwner owner : said.owners()) {
            if (!foreign.contains(owner.jid())) {
                owner.distrusted()
                        .forEach(key -> statements.add(0, new Statement(owner.jid(), key, Decision.DISTRUST)));
                owner.trusted().forEach(key -> statements.add(new Statement(owner.jid(), key, Decision.VERIFY)));
            }
        }
        if (!foreign.isEmpty()) {
            refuse(
                    step,
                    sender,
                    TrustRefusal.NOT_ITS_KEY,
                    foreign.stream().sorted().limit(MAX_NAMED).collect(Collectors.joining(", "))
                            + (foreign.size() > MAX_NAMED ? ", …" : ""));
        }
        return statements;
    }

    /** It may distrust its own key: then the rest of it does not count. @return why nothing of it was believed. */
    private Optional<TrustRefusal> believe(
            Step step, TrustEntry.Sender sender, Instant sent, List<Statement> statements) throws StoreException {
        remember(step, sender, sent);
        List<Statement> unknown = new ArrayList<>();
        List<TrustChange> known = new ArrayList<>();
        for (Statement statement : statements) {
            Optional<TrustKey> key = kept.find(step, statement.owner(), statement.identifier());
            if (!kept.isVerified(step, KeptTrust.keyOf(sender))) {
                refuse(step, sender, TrustRefusal.SENDER_DISTRUSTED, "");
                return Optional.empty();
            }
            if (key.isPresent()) {
                known.add(kept.apply(step, sender, key.get(), statement.decision()));
            } else {
                unknown.add(statement);
            }
        }
        Optional<TrustRefusal> refusal = known.stream()
                .filter(TrustChange.Refused.class::isInstance)
                .map(change -> ((TrustChange.Refused) change).reason())
                .findFirst();
        boolean believed = known.stream().anyMatch(change -> !(change instanceof TrustChange.Refused));
        if (!unknown.isEmpty()) {
            boolean fits = kept.keep(step, sender, sent, unknown);
            refusal = refuse(step, sender, fits ? TrustRefusal.KEY_UNKNOWN : TrustRefusal.TOO_MUCH, words(unknown));
        }
        return believed ? Optional.empty() : refusal;
    }

    private boolean keep(Step step, TrustEntry.Sender sender, Instant sent, List<Statement> statements)
            throws StoreException {
        boolean fits = kept.keep(step, sender, sent, statements);
        if (fits) {
            remember(step, sender, sent);
        }
        return fits;
    }

    /** What is not newer than this is a replay from now on. */
    private void remember(Step step, TrustEntry.Sender sender, Instant sent) throws StoreException {
        state.trust().put(step, TrustDecisions.withTrustMessage(rowOf(step, sender), sent));
    }

    private TrustRecord rowOf(Step step, TrustEntry.Sender sender) throws StoreException {
        return state.trust()
                .orNew(step, sender.device().jid(), sender.fingerprint().key());
    }

    private Optional<TrustRefusal> refuse(Step step, TrustEntry.Sender sender, TrustRefusal refusal, String reason)
            throws StoreException {
        Optional<TrustLevel> decided = rowOf(step, sender).decided().map(TrustLevel::valueOf);
        state.trustJournal()
                .add(
                        step,
                        new TrustEntry(
                                0,
                                step.now(),
                                sender.device().jid(),
                                Optional.of(sender.fingerprint()),
                                decided,
                                decided,
                                TrustMeans.TRUST_MESSAGE,
                                Optional.of(sender),
                                reason,
                                Optional.of(refusal)));
        return Optional.of(refusal);
    }

    private static String words(List<Statement> statements) {
        long trusted = statements.stream()
                .filter(statement -> statement.decision() == Decision.VERIFY)
                .count();
        return "keys trusted: " + trusted + ", distrusted: " + (statements.size() - trusted);
    }
}
