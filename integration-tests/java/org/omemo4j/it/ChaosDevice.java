/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.carbons.CarbonManager;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.mam.MamManager;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.jivesoftware.smackx.ping.PingManager;
import org.jivesoftware.smackx.sid.element.StanzaIdElement;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.smack.OmemoInfo;

/**
 * An application that stays online over a bad network. It logs in again when the stream is gone, asks the archive for what it missed, and sends again what it could not send. It asks also when the stream was resumed: a stanza that was cut in the
 * middle counts as received for Smack 4.4.8, and the server does not send it again. About OMEMO it knows nothing but where to look for a message that waits.
 */
final class ChaosDevice implements AutoCloseable {
    private static final int PAGE = 50;
    private static final long PAUSE_NANOS = 3_000_000;

    /** An answer that was cut inside never comes. A device that waits long for one, again and again, is behind for so long that others take it for gone. */
    private static final int REPLY_TIMEOUT_MILLIS = 3_000;

    private final Client client;
    private final XMPPTCPConnection connection;
    private final Timeline timeline;

    /** Held by senders for reading, and by a login for writing: Smack takes stanzas before the login is over. */
    private final ReentrantReadWriteLock logins = new ReentrantReadWriteLock();

    private final List<String> faults = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final Thread keeper;
    private volatile boolean behind = true;
    private volatile boolean closed;
    private int freshLogins;

    /**
     * @param client logged in, not available yet.
     * @param shown is told each text that is shown.
     */
    ChaosDevice(Client client, Consumer<Timeline.Entry> shown) {
        this.client = client;
        this.connection = client.connection();
        this.timeline = new Timeline(shown);
        this.keeper = new Thread(this::stayOnline, "keeper of " + client.jid());
        keeper.setDaemon(true);
    }

    /** Catches up, and stays online from now on. */
    ChaosDevice start() {
        connection.addSyncStanzaListener(this::received, stanza -> true);
        connection.setReplyTimeout(REPLY_TIMEOUT_MILLIS);
        timeline.beginCatchUp();
        keeper.start();
        return this;
    }

    Client client() {
        return client;
    }

    EntityBareJid jid() {
        return client.jid();
    }

    /** What its application shows. */
    List<Timeline.Entry> timeline() {
        return timeline.entries();
    }

    /** Ids of what the server's archive left out at first. */
    Set<String> leftOutByArchive() {
        return timeline.leftOut();
    }

    /** Whether it is online and has asked for everything that it missed. */
    boolean isSettled() {
        return connection.isAuthenticated() && !behind;
    }

    /** What must never happen. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized int freshLogins() {
        return freshLogins;
    }

    /** Logins and requests that failed, and what came of the last ones. */
    synchronized String troubles() {
        return troubles.size() + " troubles"
                + (troubles.isEmpty() ? "" : ", the last: " + troubles.get(troubles.size() - 1));
    }

    /**
     * Sends, as soon as that is possible. To all devices alike and not through a chat, which answers the device that wrote last: what ejabberd copies for the others may be overtaken by what
     * is sent to them.
     */
    void send(EntityBareJid to, String text) throws InterruptedException {
        while (!trySend(to, text)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
    }

    private boolean trySend(EntityBareJid to, String text) throws InterruptedException {
        logins.readLock().lock();
        try {
            if (closed || Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!connection.isAuthenticated()) {
                return false;
            }
            Message message = connection
                    .getStanzaFactory()
                    .buildMessageStanza()
                    .to(to)
                    .ofType(Message.Type.chat)
                    .setBody(text)
                    .build();
            try {
                connection.sendStanza(message);
                return true;
            } catch (NotConnectedException | InterruptedException e) {
                trouble(e);
                return Smack.call(() -> client.omemo().waiting()).stream()
                        .anyMatch(waiting -> waiting.stanzaId().equals(message.getStanzaId()));
            }
        } finally {
            logins.readLock().unlock();
        }
    }

    private void stayOnline() {
        while (!closed) {
            try {
                if (!connection.isAuthenticated()) {
                    logIn();
                } else if (behind) {
                    catchUp();
                }
            } catch (Exception | AssertionError e) { // the weather; the next try may be luckier
                trouble(e);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void logIn() throws Exception {
        logins.writeLock().lock();
        try {
            if (connection.isConnected()) {
                connection.instantShutdown(); // a login that came half-way
            }
            timeline.beginCatchUp();
            behind = true;
            connection.connect();
            connection.login();
            if (!connection.streamWasResumed()) {
                synchronized (this) {
                    freshLogins++;
                }
            }
        } finally {
            logins.writeLock().unlock();
        }
    }

    private void catchUp() throws Exception {
        CarbonManager.getInstanceFor(connection).enableCarbons();
        connection.sendStanza(StanzaBuilder.buildPresence().build());
        // ejabberd answers an archive query from before a presence counts; what comes in between would come nowhere.
        PingManager.getInstanceFor(connection).pingMyServer(false);
        MamManager archive = MamManager.getInstanceFor(connection);
        MamManager.MamQueryArgs.Builder question =
                MamManager.MamQueryArgs.builder().setResultPageSizeTo(PAGE);
        timeline.askAfter().ifPresent(question::afterUid);
        MamManager.MamQuery answer = archive.queryArchive(question.build());
        place(answer);
        while (!answer.isComplete()) {
            answer.pageNext(PAGE);
            place(answer);
        }
        behind = false;
        timeline.endCatchUp();
    }

    /** The listener comes later than the answer; what it was shown until then is in the stream's order. */
    private void place(MamManager.MamQuery page) {
        List<String> ids = page.getMamResultExtensions().stream()
                .map(MamResultExtension::getId)
                .toList();
        Await.until(() -> "the archive's messages at " + jid(), () -> timeline.hasCopies(ids));
        timeline.inOrder(ids);
    }

    /** Everything that comes, one after the other. */
    private void received(Stanza stanza) {
        if (stanza instanceof Message message) {
            try {
                received(message);
            } catch (RuntimeException e) {
                fault("Listening failed: " + e);
            }
        }
    }

    private void received(Message message) {
        boolean ours = message.getFrom() == null || message.getFrom().equals(jid());
        MamResultExtension result = MamResultExtension.from(message);
        CarbonExtension carbon = CarbonExtension.from(message);
        if (ours && result != null) {
            Message inner = result.getForwarded().getForwardedStanza();
            timeline.archived(entry(inner, Optional.of(result.getId())));
        } else if (ours && carbon != null) {
            Message inner = carbon.getForwarded().getForwardedStanza();
            timeline.live(entry(inner, archiveId(inner)));
        } else if (message.getType() == Message.Type.chat) {
            timeline.live(entry(message, archiveId(message)));
        }
    }

    private Timeline.Entry entry(Message message, Optional<String> archiveId) {
        Optional<String> text = Optional.ofNullable(message.getBody());
        Optional<OmemoInfo> info = OmemoInfo.of(message);
        if (text.isPresent()
                && !info.map(OmemoInfo::device)
                        .map(device -> device.jid().equals(message.getFrom().asBareJid()))
                        .orElse(false)) {
            fault(text.get() + " came as " + info + " from " + message.getFrom());
        }
        return new Timeline.Entry(
                String.valueOf(message.getFrom()),
                message.getTo() == null
                        ? jid().toString()
                        : message.getTo().asBareJid().toString(),
                String.valueOf(message.getStanzaId()),
                text.filter(some -> !isRepeated(info)),
                archiveId);
    }

    /** A text that is said to be an old one is not a new one. */
    private static boolean isRepeated(Optional<OmemoInfo> info) {
        return info.map(OmemoInfo::repeated).orElse(false);
    }

    private Optional<String> archiveId(Message message) {
        return message.getExtensions(StanzaIdElement.class).stream()
                .filter(id -> jid().toString().equals(id.getBy()))
                .map(StanzaIdElement::getId)
                .findFirst();
    }

    private synchronized void fault(String what) {
        faults.add(what);
    }

    private synchronized void trouble(Throwable e) {
        troubles.add(WireLog.shortened(e.toString()));
    }
}
