/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Stanza;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Departure;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.Reaction;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.ConversationRecord;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;

/** OMEMO between start and stop: the locked store, the engine once the account is known, and the worker. Thread-safe. */
final class Account {
    private static final Logger LOGGER = Logger.getLogger(Account.class.getName());

    /** By then our first presence is at the contacts, and theirs at our server. */
    static final Duration CONTACTS_ANSWER = Duration.ofSeconds(5);

    private final OmemoStore store;
    private final OmemoConfig config;
    private final Reports reports;
    private final Host host;
    private final Worker worker;
    private final Wire wire;
    private final Maintenance maintenance;
    private final CatchUpWatch catchUp;
    private final Alarm alarm;
    /** Here, as what waits in it goes with the worker's queue. */
    private final DeviceListEvents deviceLists = new DeviceListEvents();

    /** Rooms that the worker is going to look at. */
    private final Set<BareJid> changedRooms = ConcurrentHashMap.newKeySet();

    /** What somebody waits for; let go at the end. */
    private final Set<CompletableFuture<?>> unfinished = new HashSet<>();

    private volatile @Nullable Opened opened;
    private volatile @Nullable OmemoEngine ready;
    private volatile boolean loggedInBefore;
    private boolean closed;

    /** The login after which a presence has been sent. */
    private int presentIn = -1;

    /**
     * What exists once the account is known.
     *
     * @param owner our bare JID.
     */
    record Opened(
            BareJid owner,
            OmemoEngine engine,
            ActionRunner runner,
            Outbox outbox,
            RoomFacts roomFacts,
            RoomKeys roomKeys) {}

    /** What this works at. */
    interface Host extends Maintenance.Timer {
        @Nullable
        XMPPConnection connection();

        /** The rooms of the connection. */
        Rooms rooms();

        /** The store has failed. */
        void failed(Exception cause);
    }

    /** @param store locked; closed with this. */
    Account(OmemoStore store, OmemoConfig config, Reports reports, Host host) {
        this.store = store;
        this.config = config;
        this.reports = reports;
        this.host = host;
        this.worker = new Worker(this::taskFailed);
        this.wire = new Wire(host::connection, worker);
        this.maintenance = new Maintenance(host, this::maintain);
        this.catchUp = new CatchUpWatch(host, InstantSource.system(), new CatchingUp());
        this.alarm = new Alarm(host, InstantSource.system(), this::wake);
    }

    /**
     * Makes the engine for the account that is most likely going to log in, ahead of it: the login then costs no time for keys. A new store stays empty: somebody else may
     * log in.
     *
     * @throws StoreException if the store belongs to another account, or cannot be used.
     */
    synchronized void expect(BareJid owner) throws StoreException {
        ready = engineFor(owner);
    }

    /** Makes the engine ready. Does nothing if it is. */
    synchronized void open(BareJid owner) throws StoreException {
        Opened current = opened;
        if (closed || (current != null && current.owner().equals(owner))) {
            return;
        }
        OmemoEngine expected = ready;
        OmemoEngine engine =
                expected != null && expected.ownDevice().address().jid().equals(owner) ? expected : engineFor(owner);
        ready = engine;
        engine.begin();
        ActionRunner runner = new ActionRunner(engine, worker, wire, reports, owner, alarm, host);
        Outbox outbox = new Outbox(engine, config, worker, wire, runner, reports, host);
        outbox.expectBack();
        runner.tellOfLists(outbox::listTold);
        runner.tellOfTrust(this::decided);
        runner.tellOfRequests(outbox::asked);
        RoomKeys roomKeys = new RoomKeys(host.rooms(), engine, wire, runner);
        RoomFacts roomFacts = new RoomFacts(
                host.rooms(), engine, worker, wire, reports, host, roomKeys::look, outbox::conversationChanged);
        opened = new Opened(owner, engine, runner, outbox, roomFacts, roomKeys);
    }

    private OmemoEngine engineFor(BareJid owner) throws StoreException {
        return OmemoEngine.prepare(store, owner, config, new SecureRandom(), InstantSource.system());
    }

    /** What was set for conversations. */
    Map<BareJid, EncryptionPolicy> policies() throws StoreException {
        Map<BareJid, EncryptionPolicy> policies = new HashMap<>();
        for (ConversationRecord conversation : store.conversations()) {
            conversation
                    .policy()
                    .ifPresent(policy -> policies.put(conversation.jid(), EncryptionPolicy.valueOf(policy)));
        }
        return policies;
    }

    /** After each login. */
    void loggedIn(boolean resumed) {
        wire.staying();
        boolean fresh = !resumed || !loggedInBefore; // a stream from before the start may be resumed
        loggedInBefore = true;
        if (fresh) {
            wire.loggedIn();
            maintenance.loggedIn();
            catchUp.loggedIn();
        }
        opened().ifPresent(open -> open.runner().loggedIn(fresh));
        if (fresh && resumed) {
            reports.tell(OmemoListener::onMessagesMayHaveBeenMissed);
        }
        if (!fresh && catchUp.awaitsPing()) {
            askWhetherAllHasCome(); // the answer may be lost
        }
        opened().ifPresent(open -> worker.execute(() -> {
            if (fresh) {
                open.runner().announce();
            } else {
                open.runner().resumed();
                open.runner().perform(open.engine().wake()); // the alarm may have rung in vain meanwhile
            }
            open.roomFacts().lookAtAll();
            open.outbox().connected();
            open.outbox().drainAll();
        }));
    }

    /** The application has not gone after all: what was left undone meanwhile is due. */
    void goOn() {
        later(open -> {
            if (wire.isOpen()) {
                open.runner().announce();
                caughtUp(open);
                open.roomFacts().lookAtAll();
                open.outbox().drainAll();
            }
        });
    }

    /** A room has let us in, or something in it has changed; or a policy was set, or an opt-out answered. Cheap, and safe on any thread. */
    void conversationChanged(BareJid room) {
        // Before the first login there is nothing to go on with, and that looks at all of it.
        if (opened().isPresent() && changedRooms.add(room)) {
            later(open -> {
                changedRooms.remove(room);
                FirstFailure failure = new FirstFailure();
                failure.run(() -> open.roomFacts().look(room));
                failure.run(() -> open.outbox().conversationChanged(room));
                failure.rethrow();
            });
        }
    }

    /** A message begins to wait for what this room answers. */
    void messageWaits(BareJid room) {
        later(open -> open.roomFacts().messageWaits(room));
        conversationChanged(room);
    }

    /** The application connects, perhaps again. */
    void connecting() {
        wire.connecting();
    }

    /** The server has ended the stream because of what was in it. */
    void streamRefused() {
        later(open -> open.outbox().refused());
    }

    /** The application has sent a presence to everybody. */
    void presence(boolean available) {
        if (available) {
            wire.staying();
            later(open -> open.outbox().drainAll());
            awaitContacts(wire.login());
        } else {
            wire.closing();
        }
    }

    private synchronized void awaitContacts(int login) {
        if (!closed && presentIn != login) {
            presentIn = login;
            host.after(CONTACTS_ANSWER, contactsAnswered(new WeakReference<>(this), login));
        }
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable contactsAnswered(WeakReference<Account> account, int login) {
        return () -> {
            Account present = account.get();
            if (present != null) {
                present.later(open -> {
                    if (present.wire.isOpen() && login == present.wire.login()) {
                        open.runner().contactsAreKnown();
                    }
                });
            }
        };
    }

    Optional<Opened> opened() {
        return Optional.ofNullable(opened);
    }

    /** Known from {@link #expect} on, or from the login. */
    Optional<OmemoEngine> engine() {
        return opened().map(Opened::engine).or(() -> Optional.ofNullable(ready));
    }

    List<OmemoVersion> versions() {
        return config.versions();
    }

    Reports reports() {
        return reports;
    }

    /** The application has sent this stanza; it is in the stream. */
    void sent(Stanza stanza) {
        if (catchUp.sent(stanza)) {
            askWhetherAllHasCome();
        }
    }

    /** If a presence was sent before, the server has sent by its answer what it kept for us. */
    void askWhetherAllHasCome() {
        int login = wire.login();
        worker.execute(() -> wire.ping(came -> {
            if (came && login == wire.login()) {
                catchUp.pingAnswered();
            }
        }));
    }

    /** What comes in, as far as it tells whether there is more from before. */
    CatchUpWatch catchUp() {
        return catchUp;
    }

    /** Unless something has begun again meanwhile. */
    private void caughtUp(Opened open) throws Exception {
        open.runner().perform(catchUp.endUnlessGoingOn(open.engine()::caughtUp, Reaction.NONE));
    }

    /** An answer came, perhaps the end of a page of an archive. */
    void received(IQ answer) {
        wire.received(answer);
        Jid from = answer.getFrom();
        boolean ours = from == null
                || opened().filter(open -> from.equals(open.owner())).isPresent();
        catchUp.received(answer, ours);
    }

    /** An event about a device list came. */
    void received(DeviceListEvent event) {
        deviceLists.received(event, this);
        later(open -> open.outbox().listChanged(event.account()));
    }

    /** Something was decided about identity keys, by a person or a trust message: what waits may go on, and there may be trust messages to send. Cheap, and safe on any thread. */
    void decided() {
        later(open -> {
            open.runner().perform(open.engine().decided());
            open.outbox().decided();
        });
    }

    /**
     * Tells the events and performs the actions, later and on the worker. To be called after each step, also one on which nothing follows: the engine may want to be woken at another time.
     * Cheap, and safe on any thread.
     */
    void follow(Reaction reaction) {
        later(open -> open.runner().perform(reaction));
    }

    /** Does something on the worker, once the engine is ready. */
    void later(Work work) {
        opened().ifPresent(open -> worker.execute(() -> work.with(open)));
    }

    /** Something to do on the worker. */
    interface Work {
        void with(Opened open) throws Exception;
    }

    /** Fetches what a message to this account would lack, and remembers the keys. */
    CompletableFuture<Void> prepare(BareJid jid) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            unfinished.add(done);
        }
        Worker.Task prepared = () -> {
            forget(done);
            done.complete(null);
        };
        later(open -> {
            if (host.rooms().isIn(jid)) {
                open.roomFacts().whenKnown(jid, () -> open.roomKeys().fetch(jid, prepared));
                return;
            }
            List<Action> lists = new ArrayList<>();
            versions().forEach(version -> lists.add(new Action.FetchDeviceList(jid, version)));
            Worker.Task seen = () -> {
                open.runner().perform(open.engine().see(jid));
                prepared.run();
            };
            open.runner()
                    .perform(lists, () -> open.runner().perform(open.engine().missing(jid), seen));
        });
        return done;
    }

    /** Gives up a message that waits. */
    CompletableFuture<Boolean> cancel(WaitingMessage message) {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        CompletableFuture<Boolean> outcome = cancelled.thenApply(Boolean.TRUE::equals);
        synchronized (this) {
            if (closed) {
                cancelled.complete(false);
                return outcome;
            }
            unfinished.add(cancelled);
        }
        later(open -> {
            boolean done = open.outbox().cancel(message);
            forget(cancelled);
            cancelled.complete(done);
        });
        return outcome;
    }

    /** Takes a device off the account, this one or another. */
    CompletableFuture<Removal> remove(DeviceId device) {
        CompletableFuture<List<String>> left = new CompletableFuture<>();
        CompletableFuture<Removal> removal = left.thenApply(Account::removal);
        synchronized (this) {
            if (closed) {
                left.complete(null);
                return removal;
            }
            unfinished.add(left);
        }
        later(open -> {
            Reaction begun = open.engine().beginRemoval(device);
            open.runner().perform(begun.actions(), () -> {
                Departure departure = open.engine().endRemoval(device);
                open.runner().perform(departure.reaction());
                forget(left);
                left.complete(departure.left());
            });
        });
        return removal;
    }

    /** @param left null if OMEMO was stopped before anybody knew. */
    private static Removal removal(@Nullable List<String> left) {
        if (left == null) {
            return new Removal.Incomplete(List.of("whatever was there: OMEMO was stopped"));
        }
        return left.isEmpty() ? new Removal.Removed() : new Removal.Incomplete(left);
    }

    /** Waits until nothing waits and the server has answered a ping. */
    boolean awaitSent(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Optional<Opened> open = opened();
        if (open.isEmpty() || !open.get().outbox().awaitEmpty(timeout)) {
            return false;
        }
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return false;
            }
            unfinished.add(answered);
        }
        worker.execute(() -> {
            try {
                wire.ping(answered::complete);
            } catch (NotConnectedException e) {
                answered.complete(false);
            }
        });
        try {
            return Boolean.TRUE.equals(answered.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } finally {
            forget(answered);
        }
    }

    private synchronized void forget(CompletableFuture<?> future) {
        unfinished.remove(future);
    }

    /** The store failed in a step: nothing goes on. */
    void failed(StoreException cause) {
        host.failed(cause);
    }

    /** Ends everything and frees the store, once the step under way is finished. Does not wait for the network. */
    void close() {
        List<CompletableFuture<?>> waiting;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waiting = List.copyOf(unfinished);
            unfinished.clear();
        }
        maintenance.close();
        catchUp.close();
        alarm.close();
        worker.close();
        opened().ifPresent(open -> {
            open.runner().close();
            open.outbox().close();
        });
        waiting.forEach(future -> future.complete(null));
        engine().ifPresentOrElse(engine -> engine.close(this::closeStore), this::closeStore);
    }

    private void closeStore() {
        try {
            store.close();
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "The store could not be closed: {0}", e.getMessage());
        }
    }

    /** Not for a login that came meanwhile: old messages may be coming in again. */
    private void maintain() {
        int login = wire.login();
        later(open -> {
            if (wire.isOpen() && login == wire.login()) {
                open.runner().perform(open.engine().maintain());
                open.outbox().drainAll();
            }
        });
    }

    /** What the engine does at both ends of catching up. */
    private final class CatchingUp implements CatchUpWatch.Work {
        @Override
        public void begun() {
            Optional<Opened> open = opened();
            try {
                if (open.isPresent()) {
                    open.get().engine().catchUp();
                }
            } catch (EngineClosedException e) {
                return; // stopped meanwhile
            } catch (StoreException e) {
                failed(e);
            }
        }

        @Override
        public void later(CatchUpWatch.Task task) {
            Account.this.later(
                    task == CatchUpWatch.Task.SETTLE ? open -> open.engine().settle() : Account.this::caughtUp);
        }
    }

    /** After a disconnection there is nothing to wake up for: the next login looks at it. */
    private void wake() {
        later(open -> {
            if (wire.isOpen()) {
                open.runner().perform(open.engine().wake());
            }
        });
    }

    private void taskFailed(Exception why) {
        if (why instanceof StoreException cause) {
            failed(cause);
        } else if (why instanceof NotConnectedException) {
            LOGGER.log(Level.FINE, "Not connected; it goes on after the next login.");
        } else {
            // Without its message: it may quote what was to be sent.
            LOGGER.log(Level.WARNING, "A task of OMEMO failed with {0} at {1}.", new Object[] {
                why.getClass().getName(), why.getStackTrace().length > 0 ? why.getStackTrace()[0] : "?"
            });
        }
    }
}
