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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.packet.Message;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/**
 * Sends the messages that wait, for each conversation first in, first out. One leaves the store only when the server is known to have it; until
 * then it is sent again after each login that resumes nothing. Encrypted, it is the same stanza and the receiver knows the repeat; one that left in clear keeps its id. On the
 * worker only, except {@link #awaitEmpty}.
 */
final class Outbox {
    /** Fetches in a row that brought a conversation no further. Ends what would never end if an answer were forgotten at once. */
    private static final int MAX_ROUNDS = 6;

    /**
     * How long a message to a room waits for a server that answers nothing. Then it leaves without those who are there: one server that hangs must not silence a room. One that answers
     * slowly is waited for, and what waits in our own queue is sent first.
     */
    static final Duration ROOM_PATIENCE = Duration.ofSeconds(4);

    /** After that, how often it is looked whether a server is silent. */
    private static final Duration ROOM_LOOKS = Duration.ofSeconds(1);

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

    /** Conversations whose keys are on their way, each with a mark of its own for each round. */
    private final Map<BareJid, Object> fetching = new HashMap<>();

    /** Rooms whose next message waits for members without keys. */
    private final Map<BareJid, OmemoEvent.RoomMessageHeld> held = new HashMap<>();

    private final Map<BareJid, Integer> rounds = new HashMap<>();

    /** What is in the stream of this login and not known to have reached the server, in its order; and what to tell when it has. */
    private final Map<Long, Consumer<OmemoListener>> inStream = new LinkedHashMap<>();

    /** The last one of each conversation that was put there. */
    private final Map<BareJid, Long> lastInStream = new HashMap<>();

    /** What became of those that wait and were encrypted, to be told when the server has them. Empty ones for those that a former process has encrypted. */
    private final Map<Long, SentMessage> encrypted = new HashMap<>();

    /** Conversations that the worker is going to look at. */
    private final Set<BareJid> due = ConcurrentHashMap.newKeySet();

    private int login = -1;

    /** Whether the server was asked in this login and has not answered yet. */
    private boolean asking;

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
    }

    /** Goes on with every conversation. */
    void drainAll() throws Exception {
        List<ParkedRecord> waiting = engine.parked();
        cautious = waiting.stream().anyMatch(record -> record.refusals() > 0);
        Set<BareJid> conversations = new LinkedHashSet<>();
        waiting.forEach(record -> conversations.add(record.to()));
        for (BareJid to : conversations) {
            drain(to);
        }
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
        if (fetching.containsKey(to) || !wire.isOpen()) {
            return;
        }
        if (login != wire.login()) {
            login = wire.login();
            inStream.clear();
            lastInStream.clear();
            asking = false;
        }
        for (ParkedRecord record : engine.parked(to, lastInStream.getOrDefault(to, -1L))) {
            if ((cautious && !inStream.isEmpty()) || !sendOrFail(record)) {
                break;
            }
        }
        askWhetherItCame();
    }

    /** A room has told something: what waits for it may go on, or has failed. */
    void roomChanged(BareJid room) throws Exception {
        if (engine.hasParked(room)) {
            drain(room);
        }
    }

    /** Something came of asking for this account's devices or their bundles: rooms that wait for them may go on. */
    void listTold(BareJid account) {
        held.forEach((room, told) -> {
            if (told.members().stream().anyMatch(member -> member.member().equals(account))) {
                drainSoon(room);
            }
        });
    }

    /** The server has ended the stream because of what was in it: a stanza that is too large for it, say. */
    void refused() throws StoreException {
        Optional<Long> suspect = inStream.keySet().stream().findFirst();
        if (suspect.isPresent()) {
            cautious = true;
            engine.refused(suspect.get());
        }
    }

    /** Waits until nothing waits. @return whether that is so. */
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (changed) {
            while (!closed && engine.hasParked()) {
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
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    private void askWhetherItCame() throws NotConnectedException, InterruptedException {
        if (asking || inStream.isEmpty() || login != wire.login()) {
            return; // what is in an earlier stream is sent again by the drain after this login
        }
        List<Long> asked = List.copyOf(inStream.keySet());
        int since = login;
        wire.ping(came -> {
            if (since == login) {
                asking = false;
                if (came && since == wire.login()) { // an answer in a later stream says nothing of what was in this one
                    came(asked);
                }
                if (came || wire.isOpen()) {
                    askWhetherItCame();
                }
            }
        });
        asking = true;
    }

    private void came(List<Long> numbers) throws Exception {
        for (long number : numbers) {
            Consumer<OmemoListener> report = inStream.get(number);
            if (report != null) {
                unpark(number);
                reports.tell(report);
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
                            + e.getClass().getSimpleName() + " while it was sent.");
        }
    }

    /** @return whether the next message of the conversation may be sent after this one. */
    private boolean send(ParkedRecord record) throws Exception {
        if (record.refusals() >= MAX_REFUSALS) {
            return fail(
                    record,
                    OmemoException.Reason.NOT_ACCEPTED,
                    "The server has ended the connection each time it got this message; it may be too large for it.");
        }
        RoomStatus room = host.rooms().status(record.to()); // once: it may change at any time
        StanzaContent content;
        boolean groupChat;
        Message outer;
        try {
            if (record.encrypted().isPresent()) {
                List<Message> messages = Stanzas.readStored(record.encrypted().get());
                groupChat = messages.stream().anyMatch(message -> message.getType() == Message.Type.groupchat);
                if (groupChat && room.kind() != RoomReaders.State.OPEN) {
                    return failIfAnonymous(record, room);
                }
                putIntoStream(record, messages, report(again(record, messages, groupChat)));
                return true;
            }
            XmlElement clear = clear(record);
            content = StanzaContent.of(clear, versions);
            groupChat = clear.attribute("type").orElse("").equals("groupchat");
            outer = Stanzas.outer(clear, content);
        } catch (MalformedMessageException e) {
            return fail(record, OmemoException.Reason.CONTENT, "The stored message cannot be read.");
        }
        if (groupChat && room.kind() != RoomReaders.State.OPEN) {
            return failIfAnonymous(record, room);
        }
        OutgoingMessage message = groupChat
                ? OutgoingMessage.toRoom(record.to(), room.members(), room.unnamed(), content.inside(), false)
                : OutgoingMessage.toContact(record.to(), content.inside(), false);
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
            rounds.remove(record.to());
            held.remove(record.to());
            SentMessage told = SentMessage.of(record.to(), record.stanzaId(), ready, true);
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
        if (result instanceof Encryption.Refused refused) {
            runner.perform(refused.reaction());
            return fail(record, EncryptingInterceptor.reason(refused.reason()), refused.sentence());
        }
        return fail(record, OmemoException.Reason.CONTENT, "The stored message cannot be encrypted. It was not sent.");
    }

    /** It leaves again as it was. The first time in this process, what comes back of it is got ready to be read. */
    private SentMessage again(ParkedRecord record, List<Message> messages, boolean groupChat)
            throws MalformedMessageException, StoreException {
        SentMessage known = encrypted.get(record.number());
        if (known != null) {
            return known;
        }
        List<XmlElement> inside = StanzaContent.of(clear(record), versions).inside();
        engine.leavesAgain(record, groupChat, inside, Stanzas.raw(messages));
        SentMessage unknown = SentMessage.ofFormerProcess(record.to(), record.stanzaId());
        encrypted.put(record.number(), unknown);
        return unknown;
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
        inStream.put(record.number(), whenItCame);
        lastInStream.put(record.to(), record.number());
    }

    /** A room that has not let us in (again), or has not told yet what it is, goes on when it does. */
    private boolean failIfAnonymous(ParkedRecord record, RoomStatus room) throws StoreException {
        return room.kind() == RoomReaders.State.ANONYMOUS && fail(record, EncryptingInterceptor.anonymous(record.to()));
    }

    /** Told once for the same members. */
    private boolean hold(ParkedRecord record, Encryption.Held waits) throws Exception {
        BareJid room = record.to();
        rounds.remove(room);
        OmemoEvent.RoomMessageHeld told = new OmemoEvent.RoomMessageHeld(room, waits.members(), waits.unnamed());
        if (!told.equals(held.put(room, told))) {
            reports.tell(listener -> listener.onEvent(told));
        }
        runner.perform(waits.reaction());
        return false;
    }

    private boolean fetch(ParkedRecord record, Encryption.Missing missing, boolean groupChat) throws Exception {
        BareJid to = record.to();
        if (rounds.merge(to, 1, Integer::sum) > MAX_ROUNDS) {
            rounds.remove(to);
            return fail(
                    record,
                    OmemoException.Reason.DEVICE_LIST_UNKNOWN,
                    "The devices of " + to + " could not be found out; try again later.");
        }
        Object round = new Object();
        fetching.put(to, round);
        // Later, not from within: what this round has sent still waits for its ping.
        runner.perform(missing.actions(), () -> worker.execute(() -> goOn(to, round)));
        if (groupChat) {
            host.after(ROOM_PATIENCE, givingUp(new WeakReference<>(this), to, round, missing.actions()));
        }
        return false;
    }

    private void goOn(BareJid to, Object round) throws Exception {
        if (fetching.remove(to, round)) {
            drain(to);
        }
    }

    private void giveUp(BareJid to, Object round, List<Action> actions) throws Exception {
        // Who could not be asked for want of a connection of ours is not given up.
        List<Action> left = wire.isOpen() ? runner.giveUp(actions, ROOM_PATIENCE) : actions;
        if (left.isEmpty()) {
            goOn(to, round);
        } else {
            host.after(ROOM_LOOKS, givingUp(new WeakReference<>(this), to, round, left));
        }
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable givingUp(WeakReference<Outbox> waiting, BareJid to, Object round, List<Action> actions) {
        return () -> {
            Outbox outbox = waiting.get();
            if (outbox != null) {
                outbox.worker.execute(() -> {
                    if (outbox.fetching.get(to) == round) {
                        outbox.giveUp(to, round, actions);
                    }
                });
            }
        };
    }

    private boolean fail(ParkedRecord record, OmemoException.Reason reason, String sentence) throws StoreException {
        return fail(record, new OmemoException(reason, sentence));
    }

    private boolean fail(ParkedRecord record, OmemoException why) throws StoreException {
        rounds.remove(record.to());
        held.remove(record.to());
        unpark(record.number());
        reports.tell(listener -> listener.onSendFailed(record.to(), record.stanzaId(), why));
        return true;
    }

    private void unpark(long number) throws StoreException {
        inStream.remove(number);
        encrypted.remove(number);
        engine.unpark(number);
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    private static Consumer<OmemoListener> report(SentMessage message) {
        return listener -> listener.onSent(message);
    }
}
