/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.DomainBareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Action.FetchBundle;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.engine.Action.WithdrawBundle;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.Reaction;

/** Performs the engine's actions, each of them once at a time: who wants what is under way waits for its end. On the worker only, except {@link #awaitReady}. */
final class ActionRunner {
    private final OmemoEngine engine;
    private final Wire wire;
    private final Reports reports;
    private final NodeActions nodes;
    private final FetchQueue<Action> fetches = new FetchQueue<>(System::nanoTime);
    private ListTold listTold = jid -> {};
    private final Alarm alarm;

    /** What runs, and what to do when it has ended. */
    private final Map<Action, List<Worker.Task>> underWay = new LinkedHashMap<>();

    /** Under way on our own nodes, with the connection in which it began. Guarded by {@code this}, as is what follows. */
    private final Map<Action, Integer> ownWork = new HashMap<>();

    /** Logins so far, with those that have resumed a stream. */
    private int connections;

    /** Whether work on our own nodes has come to nothing since we last began to announce ourselves. */
    private boolean interrupted;

    /** Logins so far, and the last one of them after which we have announced ourselves. */
    private int logins;

    private int announced = -1;
    private boolean closed;

    /** @param alarm is set to when the engine wants to be woken. */
    ActionRunner(OmemoEngine engine, Wire wire, Reports reports, BareJid owner, Alarm alarm) {
        this.engine = engine;
        this.wire = wire;
        this.reports = reports;
        this.alarm = alarm;
        this.nodes = new NodeActions(engine, wire, owner);
    }

    /** Something came of asking for an account's device list, or for the bundle of one of its devices. */
    interface ListTold {
        void of(BareJid account) throws Exception;
    }

    /** Who hears of that. */
    void tellOfLists(ListTold listener) {
        listTold = listener;
    }

    /** A login has come. @param fresh whether it has resumed nothing: then what was published before it tells nothing about readiness. On any thread. */
    synchronized void loggedIn(boolean fresh) {
        connections++;
        if (fresh) {
            logins++;
        }
    }

    /** What is due after a login. */
    void announce() throws Exception {
        int login = beginToAnnounce();
        nodes.startOver();
        perform(engine.connected());
        endAnnouncing(login);
    }

    /** A stream was resumed: what was lost with the connection is done now. */
    void resumed() throws Exception {
        synchronized (this) {
            if (!interrupted) {
                return;
            }
        }
        int login = beginToAnnounce();
        nodes.forgetUnpublished();
        perform(engine.resumed());
        endAnnouncing(login);
    }

    private synchronized int beginToAnnounce() {
        announced = -1;
        interrupted = false;
        return logins;
    }

    private synchronized void endAnnouncing(int login) {
        announced = login;
        notifyAll();
    }

    /** Some time after the first presence of a stream. */
    void contactsAreKnown() throws Exception {
        nodes.contactsAreKnown();
    }

    /** Tells the events and performs the actions. */
    void perform(Reaction reaction) throws Exception {
        reaction.events().forEach(event -> reports.tell(listener -> listener.onEvent(event)));
        perform(reaction.actions(), () -> {});
        alarm.set(engine.nextDue());
    }

    /** Performs the actions, the fetches among them at the same time. @param whenEnded runs when all have ended, well or not. */
    void perform(List<Action> actions, Worker.Task whenEnded) throws Exception {
        int[] left = {actions.size() + 1};
        Worker.Task oneEnded = () -> {
            if (--left[0] == 0) {
                whenEnded.run();
            }
        };
        FirstFailure failure = new FirstFailure();
        for (Action action : actions) {
            List<Worker.Task> waiting = underWay.get(action);
            if (waiting != null) {
                waiting.add(oneEnded);
            } else {
                failure.run(() -> begin(action, oneEnded));
            }
        }
        failure.run(oneEnded);
        failure.rethrow();
    }

    /**
     * What of these was sent so long ago counts as not answered, if its server has answered nothing since; an answer that comes later counts all the same. What waits in our own queue is
     * sent first.
     *
     * @return what is still to be waited for.
     */
    List<Action> giveUp(List<Action> actions, Duration patience) throws Exception {
        List<Action> left = new ArrayList<>();
        List<Action> silent = new ArrayList<>();
        for (Action action : actions) {
            Optional<DomainBareJid> server = server(action);
            if (!underWay.containsKey(action) || nodes.isOurs(action) || server.isEmpty()) {
                continue;
            }
            (fetches.isUnansweredFor(patience, server.get(), action) ? silent : left).add(action);
        }
        for (Action action : silent) {
            if (action instanceof FetchDeviceList fetch) {
                perform(engine.deviceListUnknown(fetch.jid(), fetch.version(), FetchProblem.NO_ANSWER));
            } else if (action instanceof FetchBundle fetch) {
                perform(engine.bundleUnknown(fetch.address(), fetch.version(), FetchProblem.NO_ANSWER));
            }
            fetches.ended(server(action).orElseThrow(), action);
        }
        return left;
    }

    /** Waits until nothing about our own nodes is due or under way. @return whether all of it is published. */
    synchronized boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!closed && (announced != logins || interrupted || !ownWork.isEmpty())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return !closed && nodes.arePublished();
    }

    /** Lets those go that wait. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void begin(Action action, Worker.Task whenEnded) throws Exception {
        List<Worker.Task> waiting = new ArrayList<>();
        waiting.add(whenEnded);
        underWay.put(action, waiting);
        if (nodes.isOurs(action)) {
            setOwnWork(action, true);
            start(action);
        } else if (server(action).isPresent()) {
            fetches.add(server(action).get(), action, () -> start(action));
        } else {
            start(action);
        }
    }

    /** Whom a fetch asks. */
    private static Optional<DomainBareJid> server(Action action) {
        if (action instanceof FetchDeviceList fetch) {
            return Optional.of(fetch.jid().asDomainBareJid());
        }
        return action instanceof FetchBundle fetch
                ? Optional.of(fetch.address().jid().asDomainBareJid())
                : Optional.empty();
    }

    private void start(Action action) throws Exception {
        try {
            if (action instanceof FetchDeviceList fetch) {
                nodes.fetch(fetch, new Fetch(action));
            } else if (action instanceof FetchBundle fetch) {
                nodes.fetch(fetch, new Fetch(action));
            } else {
                if (action instanceof PublishDeviceList publish) {
                    perform(nodes.publish(publish));
                } else if (action instanceof PublishBundle publish) {
                    perform(nodes.publish(publish));
                } else if (action instanceof WithdrawBundle withdraw) {
                    perform(nodes.withdraw(withdraw));
                } else if (action instanceof SendEmptyMessage empty) {
                    sendEmptyMessage(empty, true);
                }
                ended(action);
            }
        } catch (NotConnectedException e) {
            lost(action); // due again after the next login
        } catch (Exception e) {
            lost(action); // else nobody could begin it again
            throw e;
        }
    }

    /** Nothing came of it. Where the stream was resumed meanwhile, nothing else would begin it again. */
    private void lost(Action action) throws Exception {
        boolean resumedMeanwhile;
        synchronized (this) {
            Integer begun = ownWork.get(action);
            interrupted |= begun != null;
            resumedMeanwhile = begun != null && begun != connections;
        }
        ended(action);
        if (resumedMeanwhile && wire.isOpen()) {
            resumed();
        }
    }

    private void ended(Action action) throws Exception {
        List<Worker.Task> waiting = underWay.remove(action);
        setOwnWork(action, false);
        FirstFailure failure = new FirstFailure();
        if (server(action).isPresent() && !nodes.isOurs(action)) {
            failure.run(() -> fetches.ended(server(action).get(), action));
        }
        if (waiting != null) {
            for (Worker.Task task : waiting) {
                failure.run(task);
            }
        }
        failure.rethrow();
    }

    private void sendEmptyMessage(SendEmptyMessage action, boolean mayFetch) throws Exception {
        Encryption result = engine.emptyMessage(action);
        if (result instanceof Encryption.Encrypted encrypted) {
            wire.send(Stanzas.empty(action.address().jid(), encrypted));
            perform(encrypted.reaction());
        } else if (result instanceof Encryption.Missing missing && mayFetch) {
            perform(missing.actions(), () -> sendEmptyMessage(action, false));
        } else if (result instanceof Encryption.Refused refused) {
            perform(refused.reaction());
        }
        // Anything else: there is nothing to say to this device any more.
    }

    private synchronized void setOwnWork(Action action, boolean runs) {
        if (runs) {
            ownWork.put(action, connections);
        } else if (ownWork.remove(action) != null) {
            notifyAll();
        }
    }

    /** What follows on a fetch. */
    private final class Fetch implements NodeActions.Continuation {
        private final Action action;

        Fetch(Action action) {
            this.action = action;
        }

        @Override
        public void goOn(Reaction next, boolean answered) throws Exception {
            if (answered) {
                server(action).ifPresent(fetches::answered);
            }
            FirstFailure failure = new FirstFailure();
            failure.run(() -> perform(next));
            failure.run(() -> ended(action)); // else nobody could begin it again
            if (action instanceof FetchDeviceList fetch) {
                failure.run(() -> listTold.of(fetch.jid()));
            } else if (action instanceof FetchBundle fetch) {
                failure.run(() -> listTold.of(fetch.address().jid()));
            }
            failure.rethrow();
        }

        @Override
        public void lost() throws Exception {
            ActionRunner.this.lost(action);
        }
    }
}
