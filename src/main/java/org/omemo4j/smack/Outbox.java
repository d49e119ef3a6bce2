/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.packet.Message;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustKey;

/**
 * Sends the messages that wait, for each conversation first in, first out. One leaves the store only when the server is known to have it; until
 * then it is sent again after each login that resumes nothing. Encrypted, it is the same stanza and the receiver knows the repeat; one that left in clear keeps its id. On the
 * worker only, except {@link #awaitEmpty}.
 */
final class Outbox {
    /** Streams that the server may have ended because of a message before that is given up. */
    private static final int MAX_REFUSALS = 5;

    private final OmemoEngine engine;
    private final List<OmemoVersion> versions;
    private final boolean separateStanzas;
    private final Worker worker;
    private final Wire wire;
    private final ActionRunner runner;
    private final Reports reports;
    private final Account.Host host;
    private final Optional<Duration> decisionTimeout;
    private final MissingKeys missingKeys;
    private final InStream inStream;

    /** Rooms whose next message waits for members without keys. */
    private final Map<BareJid, OmemoEvent.RoomMessageHeld> held = new HashMap<>();

    /** The keys that a message leaves without. In memory only: after a restart they are asked for again. */
    private final Map<Long, Set<TrustKey>> without = new HashMap<>();

    /** What became of those that wait and were encrypted by this process, to be told when the server has them. */
    private final Map<Long, SentMessage> encrypted = new HashMap<>();

    /** Conversations that the worker is going to look at. */
    private final Set<BareJid> due = ConcurrentHashMap.newKeySet();

    /** Trust messages that reach nobody now. */
    private final Set<Long> unreached = ConcurrentHashMap.newKeySet();

    /** The first one of each conversation that has reached nobody in this login: later messages may be in the stream ahead of it. */
    private final Map<BareJid, Long> firstUnreached = new HashMap<>();

    /** One of the messages makes the server end the stream: they go one at a time, until it is known which. */
    private boolean cautious;

    private final Object changed = new Object();
    private volatile boolean closed;

    Outbox(
            OmemoEngine engine,
            OmemoConfig config,
            Worker worker,
            Wire wire,
            ActionRunner runner,
            Reports reports,
            Account.Host host) {
        this.engine = engine;
        this.versions = config.versions();
        this.separateStanzas = config.separateStanzas();
        this.worker = worker;
        this.wire = wire;
        this.runner = runner;
        this.reports = reports;
        this.host = host;
        this.decisionTimeout = config.decisionTimeout();
        this.inStream = new InStream(wire, this::came);
        this.missingKeys = new MissingKeys(engine, worker, wire, runner, host, this::drain);
    }

    /**
     * What a former process has encrypted may come back as soon as anything comes, and before it leaves again: the server may have had it already. To be called once, before that; on any
     * thread.
     */
    void expectBack() throws StoreException {
        for (ParkedRecord record : engine.parked()) {
            if (record.encrypted().isPresent()) {
                try {
                    expectBack(record, Stanzas.readStored(record.encrypted().get()));
                } catch (MalformedMessageException e) {
                    // it fails when it should leave
                }
            }
        }
    }

    private void expectBack(ParkedRecord record, List<Message> messages)
            throws MalformedMessageException, StoreException {
        List<XmlElement> inside = StanzaContent.of(clear(record), versions).inside();
        engine.leavesAgain(record, isGroupChat(messages), inside, Stanzas.raw(messages));
    }

    /** Goes on with every conversation. */
    void drainAll() throws Exception {
        List<ParkedRecord> waiting = engine.parked();
        cautious = waiting.stream().anyMatch(record -> record.refusals() > 0);
        Set<BareJid> conversations = new LinkedHashSet<>();
        waiting.forEach(record -> conversations.add(record.to()));
        missingKeys.goOn();
        for (BareJid to : conversations) {
            drain(to);
        }
    }

    /** After each login, also one that resumes a stream. */
    void connected() {
        missingKeys.connected();
    }

    /** Persons have decided about keys: what reached nobody may reach somebody now. */
    void decided() throws Exception {
        unreached.clear();
        drainAll();
    }

    /** Goes on with a conversation, on the worker; once for all that was parked until then. On any thread. */
    void drainSoon(BareJid to) {
        if (due.add(to)) {
            worker.execute(() -> {
                due.remove(to);
                drain(to);
            });
        }
    }

    /** Sends what waits for this conversation, as far as it can be encrypted, or fetches what that needs. */
    void drain(BareJid to) throws Exception {
        if (!wire.isOpen()) {
            forgetIfNothingWaits(to);
            return;
        }
        if (inStream.startsOver()) {
            missingKeys.startOver();
            unreached.clear();
            firstUnreached.clear();
        }
        if (missingKeys.areOnTheirWay(to)) {
            return;
        }
        boolean waiting = false;
        long inOrder = inStream.last(to);
        long above = Math.min(inOrder, firstUnreached.getOrDefault(to, Long.MAX_VALUE) - 1);
        for (ParkedRecord record : engine.parked(to, above)) {
            if ((cautious && !inStream.isEmpty()) || missingKeys.areOnTheirWay(to)) {
                break;
            }
            // Trust messages overtake what waits for a decision: on the other side, too, it may be these that it waits
            // for.
            boolean next = OmemoEngine.isTrustMessage(record)
                    ? !inStream.contains(record.number()) && !unreached.contains(record.number())
                    : !waiting && record.number() > inOrder;
            if (next && !sendOrFail(record)) {
                waiting = true;
            }
        }
        forgetIfNothingWaits(to);
        inStream.askWhetherItCame();
    }

    private void forgetIfNothingWaits(BareJid to) throws StoreException {
        if (!missingKeys.areOnTheirWay(to)
                && (!engine.hasParked(to)
                        || engine.parked(to, -1L).stream().allMatch(record -> unreached.contains(record.number())))) {
            missingKeys.forget(to);
        }
    }

    /** A room has told something, or it is another question whether and for whom to encrypt: what waits there may go on, or has failed. */
    void conversationChanged(BareJid to) throws Exception {
        if (engine.hasParked(to)) {
            engine.parked(to, -1L).forEach(record -> unreached.remove(record.number()));
            drain(to);
        }
    }

    /** These messages leave without the devices that the request asks for. */
    void sendWithout(TrustRequest request, List<Long> messages) throws Exception {
        if (open(request.conversation())
                .filter(open -> open.keys().equals(request.keys()))
                .isPresent()) {
            engine.askForDecisionsAgain(request.conversation());
        }
        for (Long number : messages) {
            without.computeIfAbsent(number, message -> new HashSet<>()).addAll(request.keys());
        }
        drain(request.conversation());
    }

    /** Those of these messages that wait for a decision now fail; if they wait for something else by now, nothing happens. */
    void refuse(BareJid conversation, List<Long> messages) throws Exception {
        if (open(conversation).isEmpty()) {
            return;
        }
        engine.askForDecisionsAgain(conversation); // first: what is sent from here on may ask by itself
        for (ParkedRecord record : engine.parked(conversation, -1L)) {
            if (messages.contains(record.number())
                    && record.encrypted().isEmpty()
                    && !OmemoEngine.isTrustMessage(record)) {
                fail(
                        record,
                        OmemoException.Reason.UNDECIDED,
                        "Nobody has decided whether to trust the devices that the message to " + conversation
                                + " would go to. It was not sent; decide about them and send it again.");
            }
        }
        drain(conversation);
    }

    /** Something came of asking for this account's devices or their bundles: what waits for them may go on. */
    void listTold(BareJid account, boolean answered) throws StoreException {
        if (answered) {
            missingKeys.answered(account);
        }
        held.forEach((room, told) -> {
            if (told.members().stream().anyMatch(member -> member.member().equals(account))) {
                drainSoon(room);
            }
        });
        for (TrustRequest request : engine.trustRequests()) {
            if (request.keys().stream().anyMatch(key -> key.jid().equals(account))) {
                drainSoon(request.conversation());
            }
        }
    }

    /** The decisions that the conversation waits for. */
    private Optional<TrustRequest> open(BareJid conversation) throws StoreException {
        return engine.trustRequests().stream()
                .filter(request -> request.conversation().equals(conversation))
                .findFirst();
    }

    /** An account's devices are other ones now. */
    void listChanged(BareJid account) throws Exception {
        listTold(account, true);
        conversationChanged(account);
    }

    /** The server has ended the stream because of what was in it: a stanza that is too large for it, say. */
    void refused() throws StoreException {
        Optional<Long> suspect = inStream.first();
        if (suspect.isPresent()) {
            cautious = true;
            engine.refused(suspect.get());
        }
    }

    /** Gives up one that is not in the stream. @return whether it has waited until now, and waits no more. */
    boolean cancel(WaitingMessage message) throws Exception {
        Optional<ParkedRecord> waiting = engine.parked().stream()
                .filter(record -> message.equals(WaitingMessage.of(record)) && !inStream.holds(record.number()))
                .findFirst();
        if (waiting.isEmpty()) {
            return false;
        }
        forget(waiting.get());
        drainSoon(message.to());
        return true;
    }

    /** Waits until nothing waits, save trust messages that reach nobody now. @return whether that is so. */
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (changed) {
            while (!closed && engine.parkedCount() > unreached.size()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.wait(left / 1_000_000 + 1);
            }
        }
        return !closed;
    }

    /** Lets those go that wait. */
    void close() {
        closed = true;
        tellChanged();
    }

    private void came(List<Long> numbers) throws Exception {
        for (long number : numbers) {
            Optional<Consumer<OmemoListener>> report = inStream.report(number);
            if (report.isPresent()) {
                unpark(number);
                reports.tell(report.get());
            }
        }
        if (cautious) {
            drainAll();
        }
    }

    /** What an interceptor of the application throws must not hold up what comes behind. */
    private boolean sendOrFail(ParkedRecord record) throws Exception {
        try {
            return send(record);
        } catch (EngineClosedException e) {
            throw e;
        } catch (RuntimeException e) {
            return fail(
                    record,
                    OmemoException.Reason.CONTENT,
                    "The message could not be put into the stream: "
                            + e.getClass().getSimpleName()
                            + " while it was sent. Mend what the application does to messages that leave, and send it again.");
        }
    }

    /** @return whether the next message of the conversation may be sent after this one. */
    private boolean send(ParkedRecord record) throws Exception {
        if (record.refusals() >= MAX_REFUSALS) {
            return fail(
                    record,
                    OmemoException.Reason.NOT_ACCEPTED,
                    "The server has ended the connection each time it got this message; it may be too large for it."
                            + " Shorten it, or send it in parts.");
        }
        RoomStatus room = host.rooms().status(record.to()); // once: it may change at any time
        StanzaContent content;
        boolean groupChat;
        Message outer;
        try {
            if (record.encrypted().isPresent()) {
                List<Message> messages = Stanzas.readStored(record.encrypted().get());
                groupChat = isGroupChat(messages);
                if (groupChat && room.kind() != RoomReaders.State.OPEN) {
                    return failIfInVain(record, room);
                }
                putIntoStream(record, messages, report(again(record, messages)));
                return true;
            }
            XmlElement clear = clear(record);
            content = StanzaContent.of(clear, versions);
            groupChat = clear.attribute("type").orElse("").equals("groupchat");
            outer = Stanzas.outer(clear, content);
        } catch (MalformedMessageException e) {
            return fail(record, OmemoException.Reason.CONTENT, "The stored message cannot be read. Write it again.");
        }
        if (groupChat && room.kind() != RoomReaders.State.OPEN) {
            return failIfInVain(record, room);
        }
        OutgoingMessage message = groupChat
                ? OutgoingMessage.toRoom(record.to(), room.members(), room.unnamed(), content.inside(), false)
                : OutgoingMessage.toContact(record.to(), content.inside(), false);
        message = message.without(without.getOrDefault(record.number(), Set.of()))
                .notAwaiting(missingKeys.unawaited(record.to()));
        List<Message> leaving = new ArrayList<>();
        Encryption result;
        try {
            result = engine.encryptParked(record.number(), message, parts -> {
                leaving.clear(); // the step may be computed twice
                leaving.addAll(Stanzas.encrypted(outer, content, parts, separateStanzas));
                return Stanzas.stored(leaving);
            });
        } catch (OmemoException e) { // too large; nothing was committed
            return fail(record, e);
        }
        if (result instanceof Encryption.Encrypted ready) {
            missingKeys.found(record.to());
            settled(record);
            SentMessage told = SentMessage.of(message, record.stanzaId(), ready, true);
            encrypted.put(record.number(), told);
            putIntoStream(record, leaving, report(told));
            runner.perform(ready.reaction());
            return true;
        }
        if (result instanceof Encryption.InClear) {
            return sendInClear(record, Stanzas.inClear(outer, content));
        }
        if (result instanceof Encryption.Missing missing) {
            return fetch(record, missing, groupChat);
        }
        if (result instanceof Encryption.Held waits) {
            return hold(record, waits);
        }
        if (result instanceof Encryption.Undecided undecided) {
            return awaitDecision(undecided);
        }
        if (result instanceof Encryption.Withheld) { // a trust message that nobody can read
            missingKeys.notMissed(record.to());
            unpark(record.number());
            runner.perform(result.reaction());
            if (!OmemoEngine.isTrustMessage(record)) {
                reports.tell(listener -> listener.onWithheld(record.to(), record.stanzaId()));
            }
            return true;
        }
        if (result instanceof Encryption.Refused refused) {
            runner.perform(refused.reaction());
            if (refused.reason() == Encryption.Refusal.NO_ANSWER && missingKeys.asksAgain(record.to())) {
                return false;
            }
            if (OmemoEngine.isTrustMessage(record)) {
                return keepForNextLogin(record);
            }
            return fail(record, EncryptingInterceptor.reason(refused.reason()), refused.sentence());
        }
        return fail(
                record,
                OmemoException.Reason.CONTENT,
                "The stored message cannot be encrypted. It was not sent; write it again.");
    }

    /** It leaves again as it was. What comes back of it may be forgotten by now. */
    private SentMessage again(ParkedRecord record, List<Message> messages)
            throws MalformedMessageException, StoreException {
        SentMessage ours = encrypted.get(record.number());
        if (ours == null) {
            expectBack(record, messages);
        }
        return ours == null ? SentMessage.ofFormerProcess(record.to(), record.stanzaId()) : ours;
    }

    private static boolean isGroupChat(List<Message> messages) {
        return messages.stream().anyMatch(message -> message.getType() == Message.Type.groupchat);
    }

    private static XmlElement clear(ParkedRecord record) throws MalformedMessageException {
        return StanzaContent.read(new String(record.stanza().reveal(), StandardCharsets.UTF_8));
    }

    /** Told at once: from here on it may have been read. */
    private boolean sendInClear(ParkedRecord record, Message message) throws Exception {
        putIntoStream(record, List.of(message), listener -> {});
        reports.tell(listener -> listener.onSentInClear(record.to(), record.stanzaId()));
        return true;
    }

    private void putIntoStream(ParkedRecord record, List<Message> messages, Consumer<OmemoListener> whenItCame)
            throws NotConnectedException, InterruptedException {
        for (Message message : messages) {
            wire.send(message);
        }
        if (OmemoEngine.isTrustMessage(record)) {
            inStream.putOutOfOrder(record.number(), listener -> {});
        } else {
            inStream.put(record.number(), record.to(), whenItCame);
        }
    }

    /** A room that has not let us in (again), or has not told yet what it is, goes on when it does, unless it has told us not to wait for that, or need not be encrypted any more. */
    private boolean failIfInVain(ParkedRecord record, RoomStatus room) throws StoreException {
        BareJid to = record.to();
        missingKeys.notMissed(to);
        if (engine.leavesAlone(to, true)) {
            return fail(
                    record,
                    OmemoException.Reason.POLICY,
                    "The message to " + to
                            + " was written to be encrypted, and while it waited the room's policy became OFF."
                            + " It was not sent; send it again if it may leave in clear.");
        }
        if (room.kind() == RoomReaders.State.ANONYMOUS) {
            return fail(record, EncryptingInterceptor.anonymous(to));
        }
        return room.kind() == RoomReaders.State.NOT_IN_ROOM
                && host.rooms().isOut(to)
                && fail(
                        record,
                        OmemoException.Reason.NOT_IN_ROOM,
                        "The message to the room " + to
                                + (record.encrypted().isPresent()
                                        ? " may have reached it before the connection was lost, and is not sent again:"
                                        : " waited, and was not sent:")
                                + " the room says that we are not in it any more. Enter it again before you write there.");
    }

    /** Told once for the same members. */
    private boolean hold(ParkedRecord record, Encryption.Held waits) throws Exception {
        BareJid room = record.to();
        missingKeys.notMissed(room);
        OmemoEvent.RoomMessageHeld told = new OmemoEvent.RoomMessageHeld(room, waits.members(), waits.unnamed());
        if (!told.equals(held.put(room, told))) {
            reports.tell(told);
        }
        runner.perform(waits.reaction());
        return false;
    }

    private boolean awaitDecision(Encryption.Undecided undecided) throws Exception {
        BareJid conversation = undecided.request().conversation();
        missingKeys.notMissed(conversation);
        missingKeys.found(conversation);
        runner.perform(undecided.reaction());
        return false;
    }

    /** From now on there is so much time for an answer. */
    void asked(TrustRequest request) {
        decisionTimeout.ifPresent(time -> host.after(time, ending(new WeakReference<>(this), request)));
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable ending(WeakReference<Outbox> waiting, TrustRequest request) {
        return () -> {
            Outbox outbox = waiting.get();
            if (outbox != null) {
                outbox.worker.execute(() -> outbox.endWaiting(request));
            }
        };
    }

    /** The time for an answer is over: for this very request, not for a later one about the same keys. */
    private void endWaiting(TrustRequest request) throws Exception {
        if (open(request.conversation()).filter(open -> open == request).isPresent()) {
            refuse(
                    request.conversation(),
                    engine.parked(request.conversation(), -1L).stream()
                            .map(ParkedRecord::number)
                            .toList());
        }
    }

    /** It waits in nobody's way. */
    private boolean keepForNextLogin(ParkedRecord trustMessage) {
        missingKeys.notMissed(trustMessage.to());
        unreached.add(trustMessage.number());
        firstUnreached.merge(trustMessage.to(), trustMessage.number(), Math::min);
        tellChanged();
        return true;
    }

    private boolean fetch(ParkedRecord record, Encryption.Missing missing, boolean groupChat) throws Exception {
        BareJid to = record.to();
        if (missingKeys.fetch(to, missing, groupChat)) {
            return false;
        }
        return OmemoEngine.isTrustMessage(record)
                ? keepForNextLogin(record)
                : fail(
                        record,
                        OmemoException.Reason.DEVICE_LIST_UNKNOWN,
                        "The devices of " + to + " could not be found out; try again later.");
    }

    private boolean fail(ParkedRecord record, OmemoException.Reason reason, String sentence) throws StoreException {
        return fail(record, new OmemoException(reason, sentence));
    }

    private boolean fail(ParkedRecord record, OmemoException why) throws StoreException {
        if (OmemoEngine.isTrustMessage(record)) {
            engine.giveUp(record, Objects.requireNonNull(why.getMessage()));
        }
        forget(record);
        if (!OmemoEngine.isTrustMessage(record)) {
            reports.tell(listener -> listener.onSendFailed(record.to(), record.stanzaId(), why));
        }
        return true;
    }

    private void forget(ParkedRecord record) throws StoreException {
        settled(record);
        unpark(record.number());
    }

    /** It waits for nothing any more. */
    private void settled(ParkedRecord record) {
        missingKeys.settled(record.to());
        held.remove(record.to());
    }

    private void unpark(long number) throws StoreException {
        inStream.remove(number);
        encrypted.remove(number);
        without.remove(number);
        unreached.remove(number); // first: of two that wait, one is not to be taken for the other
        engine.unpark(number);
        tellChanged();
    }

    private void tellChanged() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    private static Consumer<OmemoListener> report(SentMessage message) {
        return listener -> listener.onSent(message);
    }
}
