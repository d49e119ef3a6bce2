/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.PresenceBuilder;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.util.Consumer;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;

/**
 * What starts, logins, failures and stops do to OMEMO on one connection: there is an {@link Account} in between, and a sentence that says why there is none. Thread-safe.
 */
final class Lifecycle implements EncryptingInterceptor.Host {
    private static final String NOT_STARTED =
            "OMEMO is not started on this connection: call start(store) before the login.";

    private final Supplier<@Nullable XMPPConnection> connection;
    private final Reports reports;
    private final Maintenance.Timer timer;
    private final Object change = new Object();

    /** What is set in the store that was started last, or was met since; rules while nothing is started. */
    private final Map<BareJid, EncryptionPolicy> policies = new ConcurrentHashMap<>();

    /** Of this connection, whether OMEMO is started or not: one may be entered before. */
    private final Rooms rooms = new Rooms(room -> account().ifPresent(current -> current.conversationChanged(room)));

    private volatile boolean policiesKnown;
    private volatile boolean claimed;
    private volatile boolean readsTexts = true;
    private volatile @Nullable Account account;
    private volatile String whyNotStarted = NOT_STARTED;

    Lifecycle(Supplier<@Nullable XMPPConnection> connection, Reports reports, Maintenance.Timer timer) {
        this.connection = connection;
        this.reports = reports;
        this.timer = timer;
    }

    /** The application has asked for OMEMO: nothing leaves in clear from now on that would have to be encrypted. */
    void claim() {
        claimed = true;
    }

    /** Messages with content are left unread from now on. */
    void leaveTexts() {
        readsTexts = false;
    }

    boolean readsTexts() {
        return readsTexts;
    }

    /** @throws StoreException and then the store is closed. */
    void start(OmemoStore store, OmemoConfig config, XMPPConnection current) throws StoreException {
        synchronized (change) {
            if (account != null) {
                throw new IllegalStateException("OMEMO is started already on this connection; stop() it first.");
            }
            account = take(store, config, current);
            whyNotStarted =
                    "OMEMO is ready after the login, and this connection has not logged in since the start: log in first.";
        }
        Connections.announceInterest(current, config.versions());
        if (current.isAuthenticated()) {
            reports.tell(OmemoListener::onMessagesMayHaveBeenMissed);
            loggedIn(current, false);
            account().ifPresent(Account::askWhetherAllHasCome); // a presence may have been sent before
        }
    }

    void stop() {
        stop(account);
    }

    /** Does nothing if another one was started meanwhile. */
    void stop(@Nullable Account current) {
        Account ended = end(current, "OMEMO was stopped on this connection; call start(store) again.");
        XMPPConnection open = connection.get();
        if (ended != null && open != null) {
            Connections.withdrawInterest(open, ended.versions());
        }
    }

    /** The application connects, perhaps again. */
    void connecting() {
        rooms.connecting();
        account().ifPresent(Account::connecting);
    }

    /** It is in the stream. */
    void sent(Stanza stanza) {
        if (stanza instanceof Presence presence) {
            rooms.sent(presence);
        }
        account().ifPresent(current -> current.sent(stanza));
    }

    /** Whoever resumes a stream is still in the rooms where they were. */
    void authenticated(XMPPConnection current, boolean resumed) {
        if (!resumed) {
            rooms.loggedIn();
        }
        loggedIn(current, resumed);
    }

    /** On the thread that logs in, before the first presence: the server sends what it kept only after that. */
    void loggedIn(XMPPConnection current, boolean resumed) {
        Account started = account;
        EntityFullJid user = current.getUser();
        if (started == null || user == null) {
            return;
        }
        try {
            started.open(user.asBareJid());
            started.loggedIn(resumed);
        } catch (StoreException e) {
            policiesKnown = false; // the store is another account's, or nobody's
            broken(started, e);
        }
    }

    /** The application sends a presence, on its own thread. */
    void sends(PresenceBuilder presence) {
        rooms.sends(presence)
                .filter(room -> account != null && mustBeEncrypted(room))
                .ifPresent(this::askWhoBelongsTo);
    }

    private boolean mustBeEncrypted(BareJid room) {
        return lastPolicy(room).map(policy -> policy != EncryptionPolicy.OFF).orElse(false);
    }

    /**
     * Ahead of the request to be let in, as the room tells at once what was said there before, also by members who are away. Nobody waits: the answers are seen as they come. Whoever may
     * read is asked for again by {@link RoomFacts}, once we are in.
     */
    private void askWhoBelongsTo(BareJid room) {
        XMPPConnection current = connection.get();
        try {
            for (IQ request : current == null ? List.<IQ>of() : RoomFacts.requests(room)) {
                current.sendStanza(request);
            }
        } catch (NotConnectedException e) {
            // the request to be let in meets the same
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The application tells everybody that it is there, or that it goes. */
    void presence(PresenceBuilder presence) {
        Account current = account;
        if (current == null) {
            return;
        }
        boolean available = presence.getType() == Presence.Type.available;
        current.presence(available);
        XMPPConnection open = connection.get();
        if (!available && open != null) {
            // It may only have gone invisible; then what waits goes on after a while.
            timer.after(Duration.ofMillis(2 * open.getReplyTimeout()), goingOn(new WeakReference<>(current)));
        }
    }

    /** Something that the engine is asked. */
    interface Question<T> {
        T ask(OmemoEngine engine) throws StoreException;
    }

    /** @throws OmemoException if there is no engine, or it is stopped before it answers. */
    <T> T ask(Question<T> question) throws StoreException {
        try {
            return question.ask(engine());
        } catch (EngineClosedException e) {
            throw notStarted();
        }
    }

    /** @throws OmemoException if there is none. */
    OmemoEngine engine() {
        return account().flatMap(Account::engine).orElseThrow(this::notStarted);
    }

    /** @throws OmemoException if there is none, or it has not logged in yet. */
    Account opened() {
        return account().filter(current -> current.opened().isPresent()).orElseThrow(this::notStarted);
    }

    OmemoException notStarted() {
        return new OmemoException(Reason.NOT_STARTED, whyNotStarted);
    }

    /** Encrypts. After a stop between the interceptor's look and its step it looks again, and finds OMEMO stopped. */
    void encrypt(MessageBuilder message, Consumer<MessageBuilder> interceptor) {
        try {
            interceptor.accept(message);
        } catch (EngineClosedException e) {
            try {
                interceptor.accept(message);
            } catch (EngineClosedException again) { // started and stopped again
                throw notStarted();
            }
        }
    }

    @Override
    public boolean isClaimed() {
        return claimed;
    }

    @Override
    public Optional<Account> account() {
        return Optional.ofNullable(account);
    }

    @Override
    public @Nullable Jid self() {
        XMPPConnection current = connection.get();
        return current == null ? null : current.getUser();
    }

    @Override
    public Rooms rooms() {
        return rooms;
    }

    @Override
    public String whyNotStarted() {
        return whyNotStarted;
    }

    @Override
    public boolean knowsPolicies() {
        return policiesKnown;
    }

    @Override
    public Optional<EncryptionPolicy> lastPolicy(BareJid conversation) {
        return Optional.ofNullable(policies.get(conversation));
    }

    @Override
    public void remember(BareJid conversation, EncryptionPolicy policy) {
        policies.put(conversation, policy);
    }

    private Account take(OmemoStore store, OmemoConfig config, XMPPConnection current) throws StoreException {
        store.lock();
        Surroundings surroundings = new Surroundings();
        Account taken = new Account(store, config, reports, surroundings);
        surroundings.account = taken;
        try {
            EntityFullJid user = current.getUser();
            Optional<BareJid> expected = Connections.configuredAccount(current);
            if (current.isAuthenticated() && user != null) {
                taken.open(user.asBareJid());
            } else if (expected.isPresent()) {
                taken.expect(expected.get());
            }
            Map<BareJid, EncryptionPolicy> chosen = taken.policies();
            policies.putAll(chosen); // first: what was set before and still is must rule all the time
            policies.keySet().retainAll(chosen.keySet());
            policiesKnown = true;
            return taken;
        } catch (StoreException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    static String stoppedBy(Exception cause) {
        return "OMEMO has stopped; call start(store) again once that is mended: " + cause.getMessage();
    }

    private void broken(@Nullable Account failed, Exception cause) {
        if (end(failed, stoppedBy(cause)) != null) {
            reports.tell(listener -> listener.onStopped(cause));
        }
    }

    /** @return the account that was ended, or null if it was not the current one any more. */
    private @Nullable Account end(@Nullable Account current, String why) {
        synchronized (change) {
            if (current == null || account != current) {
                return null;
            }
            account = null;
            whyNotStarted = why;
        }
        current.close();
        return current;
    }

    private static Runnable goingOn(WeakReference<Account> running) {
        return () -> {
            Account account = running.get();
            if (account != null) {
                account.goOn();
            }
        };
    }

    /** What the account of one start works at. */
    private final class Surroundings implements Account.Host {
        private volatile @Nullable Account account;

        @Override
        public @Nullable XMPPConnection connection() {
            return connection.get();
        }

        @Override
        public Rooms rooms() {
            return rooms;
        }

        @Override
        public void failed(Exception cause) {
            broken(account, cause);
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            return timer.after(delay, task);
        }
    }
}
