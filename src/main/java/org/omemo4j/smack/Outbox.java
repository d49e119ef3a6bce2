/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jivesoftware.smack.packet.Message;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

/**
 * Sends the messages that wait, for each conversation first in, first out. One leaves the store only when the server is known to have it; until
 * then it is sent again after the next login. Encrypted, it is the same stanza and the receiver knows the repeat; one that left in clear keeps its id. On the
 * worker only, except {@link #awaitEmpty}.
 */
final class Outbox {
    /** Fetches in a row that brought a conversation no further. Ends what would never end if an answer were forgotten at once. */
    private static final int MAX_ROUNDS = 6;

    private final OmemoEngine engine;
    private final List<OmemoVersion> versions;
    private final Worker worker;
    private final Wire wire;
    private final ActionRunner runner;
    private final Reports reports;

    /** Streams that a message may have gone down with before it is held to be the cause. */
    private static final int MAX_STREAMS = 5;

    private final Map<Long, Attempts> attempts = new HashMap<>();
    private final Set<BareJid> fetching = new HashSet<>();
    private final Map<BareJid, Integer> rounds = new HashMap<>();

    /** Messages that are in a stream in clear, by number, and since which login. No ratchet tells the receiver of a repeat. */
    private final Map<Long, Integer> inStreamInClear = new HashMap<>();

    private final Object changed = new Object();
    private volatile boolean closed;

    Outbox(
            OmemoEngine engine,
            List<OmemoVersion> versions,
            Worker worker,
            Wire wire,
            ActionRunner runner,
            Reports reports) {
        this.engine = engine;
        this.versions = versions;
        this.worker = worker;
        this.wire = wire;
        this.runner = runner;
        this.reports = reports;
    }

    /** Goes on with every conversation. */
    void drainAll() throws Exception {
        Set<BareJid> conversations = new LinkedHashSet<>();
        engine.parked().forEach(record -> conversations.add(record.to()));
        for (BareJid to : conversations) {
            drain(to);
        }
    }

    /** Sends what waits for this conversation, as far as it can be encrypted, or fetches what that needs. */
    void drain(BareJid to) throws Exception {
        if (fetching.contains(to) || !wire.isOpen()) {
            return;
        }
        int login = wire.login();
        List<Sent> batch = new ArrayList<>();
        for (ParkedRecord record : engine.parked()) {
            if (record.to().equals(to) && !sendOrFail(record, batch)) {
                break;
            }
        }
        if (!batch.isEmpty() && wire.ping() && login == wire.login()) {
            for (Sent sent : batch) {
                unpark(sent.record());
                reports.tell(sent.report());
            }
        }
    }

    /** Waits until nothing waits. @return whether that is so. */
    boolean awaitEmpty(Duration timeout) throws InterruptedException, StoreException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (changed) {
            while (!closed && !engine.parked().isEmpty()) {
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

    /** What an interceptor of the application throws must not hold up what comes behind. */
    private boolean sendOrFail(ParkedRecord record, List<Sent> batch) throws Exception {
        try {
            return send(record, batch);
        } catch (RuntimeException e) {
            return fail(
                    record,
                    OmemoException.Reason.CONTENT,
                    "The message could not be put into the stream: "
                            + e.getClass().getSimpleName() + " while it was sent.");
        }
    }

    /** @return whether the next message of the conversation may be sent after this one. */
    private boolean send(ParkedRecord record, List<Sent> batch) throws Exception {
        if (inStreamInClear.getOrDefault(record.number(), -1) == wire.login()) {
            batch.add(new Sent(record, listener -> {}));
            return true;
        }
        StanzaContent content;
        boolean groupChat;
        Message outer;
        try {
            if (record.encrypted().isPresent()) {
                if (batch.isEmpty() && endsStreams(record)) {
                    return fail(
                            record,
                            OmemoException.Reason.NOT_ACCEPTED,
                            "The server has ended the connection each time it got this message; it may be too large for it.");
                }
                wire.send(Stanzas.read(record.encrypted().get()));
                batch.add(new Sent(record, sent(record, List.of(), List.of())));
                return true;
            }
            XmlElement clear = StanzaContent.read(new String(record.stanza().reveal(), StandardCharsets.UTF_8));
            content = StanzaContent.of(clear, versions);
            groupChat = clear.attribute("type").orElse("").equals("groupchat");
            outer = Stanzas.outer(clear, content);
        } catch (MalformedMessageException e) {
            return fail(record, OmemoException.Reason.CONTENT, "The stored message cannot be read.");
        }
        OutgoingMessage message = new OutgoingMessage(record.to(), groupChat, content.inside(), false);
        Message[] leaving = {outer};
        Encryption result;
        try {
            result = engine.encryptParked(record.number(), message, encrypted -> {
                leaving[0] = Stanzas.encrypted(outer, content, encrypted);
                return Stanzas.written(leaving[0]);
            });
        } catch (OmemoException e) { // too large; nothing was committed
            return fail(record, e);
        }
        if (result instanceof Encryption.Encrypted encrypted) {
            rounds.remove(record.to());
            wire.send(leaving[0]);
            batch.add(new Sent(record, sent(record, encrypted.devices(), encrypted.leftOut())));
            runner.perform(encrypted.reaction());
            return true;
        }
        if (result instanceof Encryption.InClear inClear) {
            return inClear.noDevices()
                    ? sendInClear(record, Stanzas.inClear(outer, content), batch)
                    : policyChanged(record);
        }
        if (result instanceof Encryption.Missing missing) {
            return fetch(record, missing);
        }
        if (result instanceof Encryption.Refused refused) {
            runner.perform(refused.reaction());
            return fail(record, EncryptingInterceptor.reason(refused.reason()), refused.sentence());
        }
        return fail(record, OmemoException.Reason.CONTENT, "The stored message cannot be encrypted. It was not sent.");
    }

    /** Told at once: from here on it may have been read. */
    private boolean sendInClear(ParkedRecord record, Message message, List<Sent> batch) throws Exception {
        int login = wire.login();
        wire.send(message);
        inStreamInClear.put(record.number(), login);
        batch.add(new Sent(record, listener -> {}));
        reports.tell(listener -> listener.onSentInClear(record.to(), record.stanzaId()));
        return true;
    }

    private boolean policyChanged(ParkedRecord record) throws StoreException {
        return fail(
                record,
                OmemoException.Reason.POLICY,
                "The message to " + record.to()
                        + " was written to be encrypted, and while it waited encryption was switched off. It was not sent;"
                        + " send it again if it may leave in clear.");
    }

    private boolean fetch(ParkedRecord record, Encryption.Missing missing) throws Exception {
        BareJid to = record.to();
        if (rounds.merge(to, 1, Integer::sum) > MAX_ROUNDS) {
            rounds.remove(to);
            return fail(
                    record,
                    OmemoException.Reason.DEVICE_LIST_UNKNOWN,
                    "The devices of " + to + " could not be found out; try again later.");
        }
        fetching.add(to);
        // Later, not from within: what this round has sent still waits for its ping.
        runner.perform(
                missing.actions(),
                () -> worker.execute(() -> {
                    fetching.remove(to);
                    drain(to);
                }));
        return false;
    }

    /**
     * Whether a message was put into so many streams without an answer behind it that it must be what ends them: a server closes the connection on a stanza that is too large for it,
     * and the message would do so again at each login.
     */
    private boolean endsStreams(ParkedRecord record) {
        Attempts before = attempts.getOrDefault(record.number(), new Attempts(-1, 0));
        if (before.login() == wire.login()) {
            return false;
        }
        attempts.put(record.number(), new Attempts(wire.login(), before.streams() + 1));
        return before.streams() >= MAX_STREAMS;
    }

    /** In how many streams a message was sent, the last of them that of this login. */
    private record Attempts(int login, int streams) {}

    private boolean fail(ParkedRecord record, OmemoException.Reason reason, String sentence) throws StoreException {
        return fail(record, new OmemoException(reason, sentence));
    }

    private boolean fail(ParkedRecord record, OmemoException why) throws StoreException {
        rounds.remove(record.to());
        unpark(record);
        reports.tell(listener -> listener.onSendFailed(record.to(), record.stanzaId(), why));
        return true;
    }

    private void unpark(ParkedRecord record) throws StoreException {
        attempts.remove(record.number());
        engine.unpark(record.number());
        inStreamInClear.remove(record.number());
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    private static Consumer<OmemoListener> sent(
            ParkedRecord record, List<DeviceAddress> devices, List<LeftOut> leftOut) {
        SentMessage message = new SentMessage(record.to(), record.stanzaId(), devices, leftOut, true);
        return listener -> listener.onSent(message);
    }

    /** A message that is in the stream, and what to tell when the server has it. */
    private record Sent(ParkedRecord record, Consumer<OmemoListener> report) {}
}
