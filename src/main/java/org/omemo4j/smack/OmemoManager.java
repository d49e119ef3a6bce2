/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.Manager;
import org.jivesoftware.smack.ScheduledAction;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPConnectionRegistry;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.PresenceBuilder;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.smack.Account.Opened;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.smack.element.Placeholder;
import org.omemo4j.smack.provider.RawElementProvider;
import org.omemo4j.smack.provider.TotalEventProvider;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;

/**
 * OMEMO end-to-end encryption for a Smack connection (XEP-0384). Messages that the application sends leave encrypted, and received ones reach its
 * listeners decrypted; nothing else of the application changes.
 *
 * <pre>{@code
 * OmemoManager.install();                                   // once, before the first connection is built
 * OmemoManager omemo = OmemoManager.getInstanceFor(connection);
 * omemo.start(SqlStore.open(Path.of("alice.db")));          // before the login, so that no message is missed
 * connection.connect().login();
 * }</pre>
 *
 * <p>From {@link #getInstanceFor} on, messages that would have to be encrypted fail with an {@link OmemoException} until OMEMO is started and the
 * connection is logged in, and again after {@link #stop()}; they never leave in clear. Thread-safe. No method but {@link #awaitReady} and
 * {@link #awaitSent} waits for the network.
 */
public final class OmemoManager extends Manager {
    private static final Map<XMPPConnection, OmemoManager> INSTANCES = new WeakHashMap<>();
    private static final String NOT_STARTED =
            "OMEMO is not started on this connection: call start(store) before the login.";

    static {
        // Before Smack itself is initialised, so that our filter is the first one of every connection.
        XMPPConnectionRegistry.addConnectionCreationListener(OmemoManager::attachedTo);
    }

    private final Reports reports = new Reports();
    private final Object lifecycle = new Object();

    /** What was set or met in this process; rules while nothing is started. */
    private final Map<BareJid, EncryptionPolicy> policies = new ConcurrentHashMap<>();

    private volatile boolean claimed;
    private volatile @Nullable Account account;
    private volatile String whyNotStarted = NOT_STARTED;

    private OmemoManager(XMPPConnection connection) {
        super(connection);
        EncryptingInterceptor interceptor = new EncryptingInterceptor(new Host());
        LastInterceptor.add(connection, message -> encrypt(interceptor, message), EncryptingInterceptor::selects);
        connection.addAsyncStanzaListener(stanza -> {}, new DecryptingFilter(this::account));
        // After a placeholder was written, so that an acknowledgement by the waiting stanza's id means the encrypted
        // stanza.
        connection.addStanzaSendingListener(stanza -> {}, stanza -> {
            if (stanza instanceof Message message && Placeholder.isOn(message)) {
                message.setStanzaId(UUID.randomUUID().toString());
            }
            return false;
        });
        connection.addPresenceInterceptor(
                presence -> account().ifPresent(current -> presence(current, presence)),
                presence -> presence.getTo() == null);
        connection.addConnectionListener(new ConnectionListener() {
            @Override
            public void authenticated(XMPPConnection authenticated, boolean resumed) {
                loggedIn(authenticated, resumed);
            }
        });
    }

    /**
     * Hooks OMEMO into connections that are made from now on, ahead of other listeners. Call it once, before the first connection configuration is
     * built; more calls do nothing. Connections for which {@link #getInstanceFor} is never called stay as they are.
     */
    public static void install() {
        TotalEventProvider.register();
        OmemoConfig.defaults().versions().forEach(RawElementProvider::register);
    }

    /** The manager of a connection; the same each time. From now on the connection sends nothing in clear that would have to be encrypted. */
    public static OmemoManager getInstanceFor(XMPPConnection connection) {
        install();
        OmemoManager manager = attachedTo(connection);
        manager.claimed = true;
        return manager;
    }

    /** As {@link #start(OmemoStore, OmemoConfig)} with {@link OmemoConfig#defaults()}. */
    public void start(OmemoStore store) throws StoreException {
        start(store, OmemoConfig.defaults());
    }

    /**
     * Takes the store and begins. Before the login is the right time: then the engine is ready when the first message comes. After it this works
     * too, and {@link OmemoListener#onMessagesMayHaveBeenMissed} is called.
     *
     * @param store belongs to this connection's account; is locked here and closed by {@link #stop()}.
     * @throws StoreException if the store is locked by somebody else, cannot be used, or belongs to another account. Nothing was changed, and the
     *     store is closed.
     * @throws IllegalStateException if it is started already.
     */
    public void start(OmemoStore store, OmemoConfig config) throws StoreException {
        XMPPConnection connection = connection();
        Account started;
        synchronized (lifecycle) {
            if (account != null) {
                throw new IllegalStateException("OMEMO is started already on this connection; stop() it first.");
            }
            config.versions().forEach(RawElementProvider::register);
            started = take(store, config, connection);
            account = started;
            whyNotStarted =
                    "OMEMO is ready after the login, and this connection has not logged in since the start: log in first.";
        }
        Connections.announceInterest(connection, config.versions());
        if (connection.isAuthenticated()) {
            reports.tell(OmemoListener::onMessagesMayHaveBeenMissed);
            loggedIn(connection, false);
        }
    }

    /**
     * Ends encryption and decryption and closes the store; waiting messages stay in it. Sends fail from now on. Finishes the message that is being encrypted or decrypted at this
     * moment, and waits for nothing else; may be called from any listener. Does nothing if not started.
     */
    public void stop() {
        Account current = end(account, "OMEMO was stopped on this connection; call start(store) again.");
        XMPPConnection connection = connection();
        if (current != null && connection != null) {
            Connections.withdrawInterest(connection, current.versions());
        }
    }

    /** Whether {@link #start} was called, and neither {@link #stop} nor a failure of the store came since. */
    public boolean isStarted() {
        return account != null;
    }

    /**
     * Waits until our device list and bundle are on the server, so that others can write to this device. Sending does not need it.
     *
     * @return whether they are; {@code false} after the time, when a publication failed, when stopped meanwhile, or before the first login.
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        Optional<Opened> open = account().flatMap(Account::opened);
        return open.isPresent() && open.get().runner().awaitReady(timeout);
    }

    /**
     * Waits until no message waits in the store any more and the server has answered a ping, so that it has whatever was sent before the call. A
     * message that failed waits no more; see {@link OmemoListener#onSendFailed}.
     *
     * @return whether that is so; {@code false} after the time, when not connected, or when stopped meanwhile.
     */
    public boolean awaitSent(Duration timeout) throws InterruptedException, StoreException {
        Optional<Account> current = account();
        return current.isPresent() && current.get().awaitSent(timeout);
    }

    /**
     * The messages that wait, in the order in which they will leave.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public List<WaitingMessage> waiting() throws StoreException {
        return ask(() -> engine().parked()).stream()
                .map(record -> new WaitingMessage(record.to(), record.stanzaId(), record.parked()))
                .toList();
    }

    /**
     * Fetches what sending to this account needs, ahead of the first message. Returns at once.
     *
     * @return completes when everything was fetched or has failed to be, at the latest when OMEMO stops; a failure is told by the next send.
     * @throws OmemoException if not started, or before the first login.
     */
    public CompletableFuture<Void> prepare(BareJid jid) {
        return account()
                .filter(current -> current.opened().isPresent())
                .map(current -> current.prepare(jid))
                .orElseThrow(this::notStarted);
    }

    /**
     * Our own device. That of a new store is for sure only after the login: until then it is not in the store, as another account may log in.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public OwnDevice ownDevice() {
        return engine().ownDevice();
    }

    /**
     * The devices of an account, as far as they are known; active ones first.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public List<KnownDevice> devices(BareJid jid) throws StoreException {
        return ask(() -> engine().devices(jid)).stream()
                .sorted(Comparator.comparing(device -> !device.isActive()))
                .toList();
    }

    /**
     * The policy of a conversation: its own, or the configuration's.
     *
     * @throws OmemoException if not started, or before the first login of a connection whose configuration does not name the account.
     */
    public EncryptionPolicy policy(BareJid jid) throws StoreException {
        return ask(() -> engine().policy(jid));
    }

    /**
     * Sets the policy of a conversation with a contact or in a room, for good. Messages that wait were written to be encrypted: under {@link
     * EncryptionPolicy#OFF} they fail.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void setPolicy(BareJid jid, EncryptionPolicy policy) throws StoreException {
        ask(() -> {
            engine().setPolicy(jid, policy);
            policies.put(jid, policy);
            return policy;
        });
    }

    /** Adds a listener; adding it twice does nothing. Works before {@link #start}. A listener that holds the connection keeps it from being collected until it is removed. */
    public void addOmemoListener(OmemoListener listener) {
        reports.add(listener);
    }

    /** Removes a listener. */
    public void removeOmemoListener(OmemoListener listener) {
        reports.remove(listener);
    }

    /** Makes the manager of a connection, which leaves the connection's messages alone until somebody asks for it. */
    private static OmemoManager attachedTo(XMPPConnection connection) {
        synchronized (INSTANCES) {
            return INSTANCES.computeIfAbsent(connection, OmemoManager::new);
        }
    }

    private Account take(OmemoStore store, OmemoConfig config, XMPPConnection connection) throws StoreException {
        store.lock();
        Surroundings surroundings = new Surroundings();
        Account taken = new Account(store, config, reports, surroundings);
        surroundings.account = taken;
        try {
            Optional<BareJid> owner = Connections.configuredAccount(connection);
            if (owner.isPresent()) {
                taken.expect(owner.get());
            }
            EntityFullJid user = connection.getUser();
            if (connection.isAuthenticated() && user != null) {
                taken.open(user.asBareJid());
            }
            return taken;
        } catch (StoreException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    /** On the thread that logs in, before the first presence: the server sends what it kept only after that. */
    private void loggedIn(XMPPConnection connection, boolean resumed) {
        Account current = account;
        EntityFullJid user = connection.getUser();
        if (current == null || user == null) {
            return;
        }
        try {
            current.open(user.asBareJid());
            current.loggedIn(resumed);
        } catch (StoreException e) {
            broken(current, e);
        }
    }

    /** A stop between the interceptor's look and its step: it looks again, and finds OMEMO stopped. */
    private void encrypt(EncryptingInterceptor interceptor, MessageBuilder message) {
        try {
            interceptor.accept(message);
        } catch (EngineClosedException e) {
            ask(() -> {
                interceptor.accept(message);
                return message;
            });
        }
    }

    private void broken(@Nullable Account failed, Exception cause) {
        if (end(failed, "OMEMO has stopped: " + cause.getMessage()) != null) {
            reports.tell(listener -> listener.onStopped(cause));
        }
    }

    /** @return the account that was ended, or null if it was not the current one any more. */
    private @Nullable Account end(@Nullable Account current, String why) {
        synchronized (lifecycle) {
            if (current == null || account != current) {
                return null;
            }
            account = null;
            whyNotStarted = why;
        }
        current.close();
        return current;
    }

    private Optional<Account> account() {
        return Optional.ofNullable(account);
    }

    private OmemoEngine engine() {
        return account().flatMap(Account::engine).orElseThrow(this::notStarted);
    }

    private OmemoException notStarted() {
        return new OmemoException(Reason.NOT_STARTED, whyNotStarted);
    }

    /** Something that the engine is asked, and may be stopped before. */
    private interface Question<T, E extends Exception> {
        T ask() throws E;
    }

    private <T, E extends Exception> T ask(Question<T, E> question) throws E {
        try {
            return question.ask();
        } catch (EngineClosedException e) {
            throw notStarted();
        }
    }

    /** The application has told everybody that it is there, or that it goes. */
    private void presence(Account account, PresenceBuilder presence) {
        boolean available = presence.getType() == Presence.Type.available;
        account.presence(available);
        XMPPConnection connection = connection();
        if (!available && connection != null) {
            // It may only have gone invisible; then what waits goes on after a while.
            WeakReference<Account> running = new WeakReference<>(account);
            schedule(() -> goOn(running), 2 * connection.getReplyTimeout(), TimeUnit.MILLISECONDS);
        }
    }

    private static void goOn(WeakReference<Account> running) {
        Account account = running.get();
        if (account != null) {
            account.later(open -> open.outbox().drainAll());
        }
    }

    /** What the account of one start works at. */
    private final class Surroundings implements Account.Host {
        private volatile @Nullable Account account;

        @Override
        public @Nullable XMPPConnection connection() {
            return OmemoManager.this.connection();
        }

        @Override
        public void failed(Exception cause) {
            broken(account, cause);
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            ScheduledAction planned = scheduleBlocking(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return planned::cancel;
        }
    }

    private final class Host implements EncryptingInterceptor.Host {
        @Override
        public boolean isClaimed() {
            return claimed;
        }

        @Override
        public Optional<Account> account() {
            return OmemoManager.this.account();
        }

        @Override
        public @Nullable Jid self() {
            XMPPConnection connection = connection();
            return connection == null ? null : connection.getUser();
        }

        @Override
        public String whyNotStarted() {
            return whyNotStarted;
        }

        @Override
        public Optional<EncryptionPolicy> lastPolicy(BareJid conversation) {
            return Optional.ofNullable(policies.get(conversation));
        }

        @Override
        public void remember(BareJid conversation, EncryptionPolicy policy) {
            policies.put(conversation, policy);
        }
    }
}
