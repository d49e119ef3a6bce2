/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Action.FetchBundle;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.Reaction;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.PepPublisher.Publication;
import org.omemo4j.smack.PepPublisher.PublishException;
import org.omemo4j.store.StoreException;

/** Performs the engine's actions on the network and tells the engine what came of them. On the worker only, except {@link #awaitReady}. */
final class ActionRunner {
    private static final Logger LOGGER = Logger.getLogger(ActionRunner.class.getName());

    private final OmemoEngine engine;
    private final Wire wire;
    private final Reports reports;
    private final BareJid owner;
    private final PepFetcher fetcher;
    private final PepPublisher publisher;

    /** What runs, and what to do when it has ended. */
    private final Map<Action, List<Worker.Task>> underWay = new LinkedHashMap<>();

    /** Guarded by {@code this}, as are the next three. */
    private final Set<Action> unpublished = new HashSet<>();

    /** Under way on our own nodes. */
    private final Set<Action> ownWork = new HashSet<>();

    private boolean announced;
    private boolean closed;

    ActionRunner(OmemoEngine engine, Wire wire, Reports reports, BareJid owner) {
        this.engine = engine;
        this.wire = wire;
        this.reports = reports;
        this.owner = owner;
        this.fetcher = new PepFetcher(wire, owner);
        this.publisher = new PepPublisher(wire);
    }

    /** What is due after a login. */
    void announce() throws Exception {
        perform(engine.connected());
        synchronized (this) {
            announced = true;
            notifyAll();
        }
    }

    /** Tells the events and performs the actions. */
    void perform(Reaction reaction) throws Exception {
        reaction.events().forEach(event -> reports.tell(listener -> listener.onEvent(event)));
        perform(reaction.actions(), () -> {});
    }

    /** Performs the actions, the fetches among them at the same time. @param whenEnded runs when all have ended, well or not. */
    void perform(List<Action> actions, Worker.Task whenEnded) throws Exception {
        int[] left = {actions.size() + 1};
        Worker.Task oneEnded = () -> {
            if (--left[0] == 0) {
                whenEnded.run();
            }
        };
        for (Action action : actions) {
            List<Worker.Task> waiting = underWay.get(action);
            if (waiting != null) {
                waiting.add(oneEnded);
            } else {
                begin(action, oneEnded);
            }
        }
        oneEnded.run();
    }

    /** Waits until nothing about our own nodes is due or under way. @return whether all of it is published. */
    synchronized boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!closed && !(announced && ownWork.isEmpty())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return !closed && unpublished.isEmpty();
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
        if (isOwnWork(action)) {
            setOwnWork(action, true);
        }
        try {
            if (action instanceof FetchDeviceList fetch) {
                fetch(fetch);
            } else if (action instanceof FetchBundle fetch) {
                fetch(fetch);
            } else {
                if (action instanceof PublishDeviceList publish) {
                    publish(publish);
                } else if (action instanceof PublishBundle publish) {
                    publish(publish);
                } else if (action instanceof SendEmptyMessage empty) {
                    sendEmptyMessage(empty, true);
                }
                ended(action);
            }
        } catch (NotConnectedException e) {
            ended(action); // due again after the next login
        }
    }

    private void ended(Action action) throws Exception {
        List<Worker.Task> waiting = underWay.remove(action);
        setOwnWork(action, false);
        if (waiting != null) {
            for (Worker.Task task : waiting) {
                task.run();
            }
        }
    }

    private void fetch(FetchDeviceList action) throws NotConnectedException, InterruptedException {
        BareJid jid = action.jid();
        OmemoVersion version = action.version();
        Nodes nodes = version.nodes();
        fetcher.list(jid, nodes.deviceList(), nodes.deviceListItem(), new Fetched(action) {
            @Override
            Reaction tell(XmlElement payload) throws StoreException {
                return version.elements().deviceListName().matches(payload)
                        ? engine.deviceList(jid, version, payload)
                        : engine.deviceListUnknown(jid, version, FetchProblem.MALFORMED);
            }

            @Override
            Reaction tellNothing() throws StoreException {
                return engine.noDevices(jid, version);
            }

            @Override
            Reaction tell(FetchProblem problem) throws StoreException {
                return engine.deviceListUnknown(jid, version, problem);
            }
        });
    }

    private void fetch(FetchBundle action) throws NotConnectedException, InterruptedException {
        OmemoVersion version = action.version();
        String node = version.nodes().bundle(action.address().device());
        String item = version.nodes().bundleItem(action.address().device());
        Fetched outcome = new Fetched(action) {
            @Override
            Reaction tell(XmlElement payload) throws StoreException {
                return engine.bundle(action.address(), version, payload);
            }

            @Override
            Reaction tellNothing() throws StoreException {
                return engine.noBundle(action.address(), version);
            }

            @Override
            Reaction tell(FetchProblem problem) throws StoreException {
                return engine.bundleUnknown(action.address(), version, problem);
            }
        };
        if (version.nodes().bundlesShareNode()) {
            fetcher.item(action.address().jid(), node, item, outcome);
        } else {
            fetcher.list(action.address().jid(), node, item, outcome);
        }
    }

    private void publish(PublishDeviceList action) throws Exception {
        Nodes nodes = action.version().nodes();
        publish(action, new Publication(nodes.deviceList(), nodes.deviceListItem(), action.list(), false));
    }

    private void publish(PublishBundle action) throws Exception {
        Nodes nodes = action.version().nodes();
        var device = engine.ownDevice().address().device();
        publish(
                action,
                new Publication(
                        nodes.bundle(device), nodes.bundleItem(device), action.bundle(), nodes.bundlesShareNode()));
    }

    private void publish(Action action, Publication publication) throws Exception {
        synchronized (this) {
            unpublished.removeIf(other ->
                    other.getClass() == action.getClass() && other.version().equals(action.version()));
            unpublished.add(action);
        }
        Reaction next;
        try {
            publisher.publish(publication);
            synchronized (this) {
                unpublished.remove(action);
            }
            next = engine.published(action);
        } catch (PublishException e) {
            LOGGER.log(
                    Level.WARNING, "Publishing on {0} failed: {1}", new Object[] {publication.node(), e.getMessage()});
            next = engine.publishFailed(action, String.valueOf(e.getMessage()));
        }
        perform(next);
    }

    private void sendEmptyMessage(SendEmptyMessage action, boolean mayFetch) throws Exception {
        Encryption result = engine.emptyMessage(action);
        if (result instanceof Encryption.Encrypted encrypted) {
            wire.send(Stanzas.empty(action.address().jid(), encrypted));
            perform(encrypted.reaction());
        } else if (result instanceof Encryption.Missing missing && mayFetch) {
            perform(missing.actions(), () -> sendEmptyMessage(action, false));
        }
        // Anything else: there is nothing to say to this device any more.
    }

    /** Work on our own nodes. */
    private boolean isOwnWork(Action action) {
        return action instanceof PublishDeviceList
                || action instanceof PublishBundle
                || (action instanceof FetchDeviceList list && list.jid().equals(owner))
                || (action instanceof FetchBundle bundle
                        && bundle.address().equals(engine.ownDevice().address()));
    }

    private synchronized void setOwnWork(Action action, boolean runs) {
        boolean changed = runs ? ownWork.add(action) : ownWork.remove(action);
        if (changed) {
            notifyAll();
        }
    }

    /** Tells the engine what came of a fetch, and goes on with what follows. */
    private abstract class Fetched implements PepFetcher.Outcome {
        private final Action action;

        Fetched(Action action) {
            this.action = action;
        }

        abstract Reaction tell(XmlElement payload) throws StoreException;

        abstract Reaction tellNothing() throws StoreException;

        abstract Reaction tell(FetchProblem problem) throws StoreException;

        @Override
        public void found(XmlElement payload) throws Exception {
            goOn(tell(payload));
        }

        @Override
        public void nothing() throws Exception {
            goOn(tellNothing());
        }

        @Override
        public void unknown(FetchProblem problem) throws Exception {
            goOn(tell(problem));
        }

        @Override
        public void lost() throws Exception {
            ended(action);
        }

        private void goOn(Reaction next) throws Exception {
            perform(next);
            ended(action);
        }
    }
}
