/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.Manager;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPConnectionRegistry;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.util.Async;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.engine.Replacement;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.smack.Account.Opened;
import org.omemo4j.smack.element.Placeholder;
import org.omemo4j.smack.provider.PublishedItemProvider;
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
 * connection is logged in, and again after {@link #stop()}; they never leave in clear. As only the store tells which rooms are encrypted, messages to rooms fail, too, until a start
 * has succeeded. Thread-safe. No method but {@link #awaitReady} and
 * {@link #awaitSent} waits for the network.
 */
public final class OmemoManager extends Manager {
    private static final Map<XMPPConnection, OmemoManager> INSTANCES = new WeakHashMap<>();

    static {
        // Before Smack itself is initialised, so that our filter is the first one of every connection.
        XMPPConnectionRegistry.addConnectionCreationListener(OmemoManager::attachedTo);
    }

    private final Reports reports = new Reports();
    private final Lifecycle lifecycle;
    private final OmemoTrust trust;

    private OmemoManager(XMPPConnection connection) {
        super(connection);
        lifecycle = new Lifecycle(this::connection, reports, OmemoManager::after);
        trust = new OmemoTrust(lifecycle);
        EncryptingInterceptor interceptor = new EncryptingInterceptor(lifecycle);
        LastInterceptor.add(
                connection, message -> lifecycle.encrypt(message, interceptor), EncryptingInterceptor::selects);
        connection.addAsyncStanzaListener(
                stanza -> {}, new RoomWatch(lifecycle)); // it knows who is there before a message is read
        connection.addAsyncStanzaListener(
                stanza -> {}, new DecryptingFilter(lifecycle::account, lifecycle.rooms(), lifecycle::readsTexts));
        // After a placeholder was written, so that an acknowledgement by the waiting stanza's id means the encrypted
        // stanza; and after a presence was, so that what follows it comes to the server after it.
        connection.addStanzaSendingListener(stanza -> {}, stanza -> {
            lifecycle.sent(stanza);
            if (stanza instanceof Message message && Placeholder.isOn(message)) {
                message.setStanzaId(UUID.randomUUID().toString());
            }
            return false;
        });
        connection.addPresenceInterceptor(lifecycle::sends, presence -> true);
        connection.addPresenceInterceptor(lifecycle::presence, presence -> presence.getTo() == null);
        connection.addConnectionListener(new ConnectionListener() {
            @Override
            public void connecting(XMPPConnection connecting) {
                lifecycle.connecting();
            }

            @Override
            public void authenticated(XMPPConnection authenticated, boolean resumed) {
                lifecycle.authenticated(authenticated, resumed);
            }

            @Override
            public void connectionClosedOnError(Exception cause) {
                if (Connections.isRefusal(cause)) {
                    lifecycle.account().ifPresent(Account::streamRefused);
                }
            }
        });
    }

    /**
     * Hooks OMEMO into connections that are made from now on, ahead of other listeners. Call it once, before the first connection configuration is
     * built; more calls do nothing. Connections for which {@link #getInstanceFor} is never called stay as they are.
     */
    public static void install() {
        TotalEventProvider.register();
        PublishedItemProvider.register();
        OmemoConfig.defaults().versions().forEach(RawElementProvider::register);
    }

    /** The manager of a connection; the same each time. From now on the connection sends nothing in clear that would have to be encrypted. */
    public static OmemoManager getInstanceFor(XMPPConnection connection) {
        install();
        OmemoManager manager = attachedTo(connection);
        manager.lifecycle.claim();
        return manager;
    }

    /** As {@link #start(OmemoStore, OmemoConfig)} with {@link OmemoConfig#defaults()}. */
    public void start(OmemoStore store) throws StoreException {
        start(store, OmemoConfig.defaults());
    }

    /**
     * Takes the store and begins. Before the login is the right time: then the engine is ready when the first message comes. After it this works
     * too, and {@link OmemoListener#onMessagesMayHaveBeenMissed} is called. A store belongs to the account that logs in first; where the server gives that account another name than
     * the connection's configuration does, start after the login.
     *
     * @param store belongs to this connection's account; is locked here and closed by {@link #stop()}.
     * @throws StoreException if the store is locked by somebody else, cannot be used, or belongs to another account. Nothing was changed, and the
     *     store is closed.
     * @throws IllegalStateException if it is started already.
     */
    public void start(OmemoStore store, OmemoConfig config) throws StoreException {
        config.versions().forEach(RawElementProvider::register);
        lifecycle.start(store, config, connection());
    }

    /**
     * Ends encryption and decryption and closes the store; waiting messages stay in it. Sends fail from now on. Finishes the message that is being encrypted or decrypted at this
     * moment, and waits for nothing else; may be called from any listener. Does nothing if not started.
     */
    public void stop() {
        lifecycle.stop();
    }

    /** Whether {@link #start} was called, and neither {@link #stop} nor a failure of the store came since. */
    public boolean isStarted() {
        return lifecycle.account().isPresent();
    }

    /**
     * Waits until our device list and bundle are on the server, so that others can write to this device. Sending does not need it.
     *
     * @return whether they are; {@code false} after the time, when a publication failed, when stopped meanwhile, or before the first login.
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        Optional<Opened> open = lifecycle.account().flatMap(Account::opened);
        return open.isPresent() && open.get().runner().awaitReady(timeout);
    }

    /**
     * Waits until no message waits in the store any more and the server has answered a ping, so that it has whatever was sent before the call. A
     * message that failed waits no more; see {@link OmemoListener#onSendFailed}.
     *
     * @return whether that is so; {@code false} after the time, when not connected, or when stopped meanwhile.
     */
    public boolean awaitSent(Duration timeout) throws InterruptedException {
        Optional<Account> current = lifecycle.account();
        return current.isPresent() && current.get().awaitSent(timeout);
    }

    /**
     * The messages that wait, in the order in which they will leave.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public List<WaitingMessage> waiting() throws StoreException {
        return lifecycle.ask(OmemoEngine::parked).stream()
                .filter(record -> !OmemoEngine.isTrustMessage(record))
                .map(WaitingMessage::of)
                .toList();
    }

    /**
     * Gives up a message that waits. It is not sent any more, and {@link OmemoListener#onSendFailed} is not told. One that is in the stream already goes on. One that was in an earlier stream and waits to be
     * sent again is given up, but the server may have had it. Returns at once.
     *
     * @param message one of {@link #waiting}.
     * @return whether it has waited until now and waits no more because of this; {@code false} also if OMEMO stops before that is known.
     * @throws OmemoException if not started, or before the first login.
     */
    public CompletableFuture<Boolean> cancel(WaitingMessage message) {
        return lifecycle.opened().cancel(message);
    }

    /**
     * Fetches what sending to this account needs, ahead of the first message; for a room that we are in, what sending to its members needs. {@link #devices} then tells the fingerprints
     * of an account, for people to compare before they write. Returns at once.
     *
     * @return completes when everything was fetched or has failed to be, at the latest when OMEMO stops; a failure is told by the next send.
     * @throws OmemoException if not started, or before the first login.
     */
    public CompletableFuture<Void> prepare(BareJid jid) {
        return lifecycle.opened().prepare(jid);
    }

    /**
     * Who belongs to a room, and who could not read a message that is sent there now. What is not known yet, {@link #prepare} fetches.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public RoomReaders room(BareJid room) throws StoreException {
        RoomStatus status = lifecycle.rooms().status(room);
        return lifecycle.ask(engine -> RoomReaders.of(room, status, engine));
    }

    /**
     * Our own device. That of a new store is for sure only after the login: until then it is not in the store, as another account may log in.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public OwnDevice ownDevice() {
        return lifecycle.engine().ownDevice();
    }

    /**
     * The devices of an account, as far as they are known; active ones first.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public List<KnownDevice> devices(BareJid jid) throws StoreException {
        return lifecycle.ask(engine -> engine.devices(jid)).stream()
                .sorted(Comparator.comparing(device -> !device.isActive()))
                .toList();
    }

    /**
     * Whether an account has told since our login which devices it has. Else {@link #devices} has what was known before; {@link #prepare} asks, and an account that cannot be asked stays
     * unconfirmed.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public boolean areDevicesConfirmed(BareJid jid) throws StoreException {
        return lifecycle.ask(engine -> engine.unconfirmed(Set.of(jid)).isEmpty());
    }

    /**
     * Why it is not known for sure which devices an account has, if it was asked in vain since our login and has not told since then. One that has told before that may be {@linkplain #areDevicesConfirmed confirmed} still.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public Optional<FetchProblem> deviceListProblem(BareJid jid) throws StoreException {
        return lifecycle.ask(engine -> engine.deviceListProblem(jid));
    }

    /**
     * Believes that a device does not speak a better version of OMEMO any more than its account's lists say now. Until then it is left out, with {@code VERSION_DOWNGRADE}: a server may
     * hide what it speaks.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void acceptVersions(DeviceAddress device) throws StoreException {
        lifecycle.ask(engine -> {
            engine.acceptVersions(device);
            return device;
        });
    }

    /** Decisions about identity keys; the same object each time. */
    public OmemoTrust trust() {
        return trust;
    }

    /**
     * Begins a new session with a device, in the place of the one that there is: what {@code REPLACE_SESSION} of an {@link UnreadMessage} proposes. Returns at once; the device's bundle
     * is fetched and an empty message sent, after the next login if there is none now. At most once in five minutes and six times a day for each device.
     *
     * @return whether it is begun, or why not.
     * @throws OmemoException if not started, or before the first login.
     */
    public Replacement.Outcome replaceSession(DeviceAddress device) throws StoreException {
        Account current = lifecycle.opened();
        Replacement replacement = lifecycle.ask(engine -> engine.replaceSession(device));
        current.follow(replacement.reaction());
        return replacement.outcome();
    }

    /**
     * To be called once when the store was put back from a backup, after {@link #start} and before anything is sent: nothing is sent any more in the sessions that it holds, as their
     * keys may have been used since. Whoever runs both the device and its copy needs a new store for one of them.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void afterRestore() throws StoreException {
        lifecycle.ask(engine -> {
            engine.afterRestore();
            return engine;
        });
    }

    /**
     * Takes another device of the account off it, such as a client that is gone: off the lists and with its bundles, in all versions of OMEMO. Nothing is written to it any more; what it
     * has sent still reads. A client that is alive puts itself back, and is welcome then. Returns at once.
     *
     * @throws IllegalArgumentException if it is this device.
     * @throws OmemoException if not started, or before the first login.
     */
    public CompletableFuture<Removal> removeOwnDevice(DeviceId device) {
        if (device.equals(ownDevice().address().device())) {
            throw new IllegalArgumentException(
                    "Device " + device + " is this one. To take it off the account, use purge().");
        }
        return lifecycle.opened().remove(device);
    }

    /**
     * This device leaves the account: it goes off the lists, its bundles go, and then OMEMO stops as by {@link #stop()}, so that nothing is published again. Nobody encrypts for this device
     * any more. The store keeps its keys, sessions and decisions: started with it again, the same device comes back. Who wants them gone deletes the store.
     *
     * <p>If the server could not be cleaned, OMEMO goes on as before. Returns at once.
     *
     * @throws OmemoException if not started, or before the first login.
     */
    public CompletableFuture<Removal> purge() {
        Account leaving = lifecycle.opened();
        // On a thread of its own: the worker, which tells the outcome, is ended by the stop.
        return leaving.remove(ownDevice().address().device())
                .thenApplyAsync(
                        outcome -> {
                            if (outcome instanceof Removal.Removed) {
                                lifecycle.stop(leaving);
                            }
                            return outcome;
                        },
                        task -> Async.go(task, "omemo4j purge"));
    }

    /**
     * The policy of a conversation: its own, or the configuration's. Rooms without one of their own are left alone, whatever the configuration says.
     *
     * @throws OmemoException if not started, or before the first login of a connection whose configuration does not name the account.
     */
    public EncryptionPolicy policy(BareJid jid) throws StoreException {
        return lifecycle.ask(engine -> engine.policy(jid));
    }

    /**
     * Sets the policy of a conversation with a contact or in a room, for good. Messages that wait were written to be encrypted: where a looser policy would now let them leave in
     * clear, they fail.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void setPolicy(BareJid jid, EncryptionPolicy policy) throws StoreException {
        lifecycle.ask(engine -> {
            engine.setPolicy(jid, policy);
            return policy;
        });
        lifecycle.remember(jid, policy);
        lifecycle.account().ifPresent(current -> current.conversationChanged(jid));
    }

    /**
     * Asks a contact, in an encrypted message of its own, for plain text from now on. It waits in the store as any message, and fails rather than leaves in clear; devices that speak legacy OMEMO only
     * do not get it. What is sent to the contact is encrypted as before, until {@link #setPolicy}.
     *
     * @param reason for the person there, at most 500 characters.
     * @return the id of the message.
     * @throws OmemoException if not started, or before the first login.
     */
    public String optOut(BareJid contact, Optional<String> reason) throws StoreException {
        Account current = lifecycle.opened();
        String id = UUID.randomUUID().toString();
        String stanza = Stanzas.optOut(contact, id, new OptOut(reason));
        lifecycle.ask(engine -> engine.park(contact, id, stanza, EncryptionPolicy.REQUIRED));
        current.later(open -> open.outbox().drain(contact));
        return id;
    }

    /**
     * The reason for which a contact has asked for plain text ({@link OmemoListener#onOptOut}), which may be empty; nothing if they have not, somebody has answered, or all devices that have asked are distrusted since.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public Optional<String> optedOut(BareJid contact) throws StoreException {
        return lifecycle.ask(engine -> engine.optOut(contact));
    }

    /**
     * A person agrees to plain text that a contact has asked for: the conversation's policy is {@link EncryptionPolicy#OFF} from now on, also when encrypted messages come again. {@link #setPolicy} ends that.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void acceptPlaintext(BareJid contact) throws StoreException {
        setPolicy(contact, EncryptionPolicy.OFF);
    }

    /**
     * A person does not agree to plain text that a contact has asked for: the conversation goes on encrypted, as it was.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void declineOptOut(BareJid contact) throws StoreException {
        lifecycle.ask(engine -> {
            engine.declineOptOut(contact);
            return contact;
        });
        lifecycle.account().ifPresent(current -> current.conversationChanged(contact));
    }

    /**
     * Keeps messages that were read or sent in the store for so long, in clear, so that they read again when the archive brings them again ({@link OmemoInfo#repeated()}), also after a crash between
     * reading and showing. At first they are only in memory: 1000 of them, for a day at most. The store remembers this setting. Zero deletes what is kept.
     *
     * @throws IllegalArgumentException if it is negative, or longer than 200 years.
     * @throws OmemoException as {@link #policy} does.
     */
    public void retain(Duration time) throws StoreException {
        lifecycle.ask(engine -> {
            engine.retain(time);
            return time;
        });
    }

    /**
     * From now on reads only what moves sessions on and says nothing: empty messages. That is for a client that only sends, and wants its sessions healthy. A message with content shows nothing
     * and stays unread, so that whoever starts with this store later can read it ({@link OmemoListener#onLeftUnread}).
     */
    public void readKeyTrafficOnly() {
        lifecycle.leaveTexts();
    }

    /**
     * Returns when everything that was read before is in the store, whatever happens next. While an archive is read, messages are committed in batches, and a crash takes the last one back. So
     * this comes before an application notes for itself up to where it has read the archive.
     *
     * @throws OmemoException as {@link #policy} does.
     */
    public void settle() throws StoreException {
        lifecycle.ask(engine -> {
            engine.settle();
            return engine;
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

    private static Runnable after(Duration delay, Runnable task) {
        return scheduleBlocking(task, delay.toMillis(), TimeUnit.MILLISECONDS)::cancel;
    }
}
