/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Action.FetchBundle;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.Action.WithdrawBundle;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.Reaction;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.PepPublisher.Publication;
import org.omemo4j.smack.PepPublisher.PublishException;
import org.omemo4j.store.StoreException;

/** Fetches and publishes device lists and bundles on the network, and tells the engine what came of it. On the worker only, except {@link #arePublished}. */
final class NodeActions {
    private static final Logger LOGGER = Logger.getLogger(NodeActions.class.getName());

    private final OmemoEngine engine;
    private final BareJid owner;
    private final PepFetcher fetcher;
    private final PepPublisher publisher;

    private final Set<Action> unpublished = ConcurrentHashMap.newKeySet();

    /** Our lists that the server was asked for and has not told: what has to be published there is not known. */
    private final Set<Action> untold = ConcurrentHashMap.newKeySet();

    /** Our lists that were published while the server did not know yet which contacts are there. */
    private final Set<OmemoVersion> unheard = new LinkedHashSet<>();

    private boolean contactsKnown;

    NodeActions(OmemoEngine engine, Wire wire, BareJid owner) {
        this.engine = engine;
        this.owner = owner;
        this.fetcher = new PepFetcher(wire, owner);
        this.publisher = new PepPublisher(wire);
    }

    /** What follows on a fetch: exactly one of {@link #goOn}, {@link #unanswered} and {@link #lost}. */
    interface Continuation {
        /** As in {@link PepFetcher.Outcome}. */
        String questionId();

        /** The engine knows what came of it, and wants this. @param answered whether the server has answered. */
        void goOn(Reaction next, boolean answered) throws Exception;

        /** No answer came, however long it took. */
        void unanswered() throws Exception;

        /** Nothing came of it: the connection is gone. */
        void lost() throws Exception;
    }

    void fetch(FetchDeviceList action, Continuation then) throws NotConnectedException, InterruptedException {
        BareJid jid = action.jid();
        OmemoVersion version = action.version();
        Nodes nodes = version.nodes();
        fetcher.list(jid, nodes.deviceList(), nodes.deviceListItem(), new Fetched(then) {
            @Override
            Reaction tell(XmlElement payload) throws StoreException {
                untold.remove(action);
                // Whatever stands where our own list should be, ours takes its place.
                return version.elements().deviceListName().matches(payload) || jid.equals(owner)
                        ? engine.deviceList(jid, version, payload)
                        : engine.deviceListUnknown(jid, version, FetchProblem.MALFORMED);
            }

            @Override
            Reaction tellNothing() throws StoreException {
                untold.remove(action);
                return engine.noDevices(jid, version);
            }

            @Override
            Reaction tell(FetchProblem problem) throws StoreException {
                return listUnknown(action, problem);
            }
        });
    }

    void fetch(FetchBundle action, Continuation then) throws NotConnectedException, InterruptedException {
        OmemoVersion version = action.version();
        String node = version.nodes().bundle(action.address().device());
        String item = version.nodes().bundleItem(action.address().device());
        Fetched outcome = new Fetched(then) {
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

    Reaction publish(PublishDeviceList action) throws Exception {
        Nodes nodes = action.version().nodes();
        if (!contactsKnown) {
            unheard.add(action.version());
        }
        return publish(action, new Publication(nodes.deviceList(), nodes.deviceListItem(), action.list(), false));
    }

    /** A new stream: no contact has heard of us yet. */
    void startOver() {
        contactsKnown = false;
        forgetUnpublished();
    }

    /** What is still to be published is found out anew. */
    void forgetUnpublished() {
        unpublished.clear();
        untold.clear();
    }

    /** The list could not be had. */
    Reaction listUnknown(FetchDeviceList fetch, FetchProblem problem) throws StoreException {
        if (fetch.jid().equals(owner)) {
            untold.add(fetch);
        }
        return engine.deviceListUnknown(fetch.jid(), fetch.version(), problem);
    }

    /**
     * The contacts that are there have answered our presence. ejabberd tells only those of what we publish whose presence has come to the publishing stream: what we
     * published earlier in it is published again.
     */
    void contactsAreKnown() throws NotConnectedException, InterruptedException {
        contactsKnown = true;
        for (OmemoVersion version : unheard) {
            try {
                publisher.repeat(version.nodes().deviceList(), version.nodes().deviceListItem());
            } catch (PublishException e) {
                LOGGER.log(Level.WARNING, "Contacts may not have heard of {0}: {1}", new Object[] {
                    version.nodes().deviceList(), e.getMessage()
                });
            }
        }
        unheard.clear();
    }

    Reaction publish(PublishBundle action) throws Exception {
        Nodes nodes = action.version().nodes();
        var device = engine.ownDevice().address().device();
        return publish(
                action,
                new Publication(
                        nodes.bundle(device), nodes.bundleItem(device), action.bundle(), nodes.bundlesShareNode()));
    }

    Reaction withdraw(WithdrawBundle action) throws Exception {
        Nodes nodes = action.version().nodes();
        var device = action.address().device();
        try {
            if (nodes.bundlesShareNode()) {
                publisher.retract(nodes.bundle(device), nodes.bundleItem(device));
            } else {
                publisher.delete(nodes.bundle(device));
            }
            return engine.published(action);
        } catch (PublishException e) {
            LOGGER.log(Level.WARNING, "A bundle on {0} could not be removed: {1}", new Object[] {
                nodes.bundle(device), e.getMessage()
            });
            return engine.publishFailed(action, String.valueOf(e.getMessage()));
        }
    }

    /** Whether all that was to be published is. */
    boolean arePublished() {
        return unpublished.isEmpty() && untold.isEmpty();
    }

    /** Whether this asks for a list or bundle of our own account. */
    boolean isOfOurAccount(Action action) {
        return (action instanceof FetchDeviceList list && list.jid().equals(owner))
                || (action instanceof FetchBundle bundle
                        && bundle.address().jid().equals(owner));
    }

    /** Whether this is work on our own nodes. */
    boolean isOurs(Action action) {
        return action instanceof PublishDeviceList
                || action instanceof PublishBundle
                || (action instanceof FetchDeviceList list && list.jid().equals(owner))
                || (action instanceof FetchBundle bundle
                        && bundle.address().equals(engine.ownDevice().address()));
    }

    private Reaction publish(Action action, Publication publication) throws Exception {
        unpublished.removeIf(other ->
                other.getClass() == action.getClass() && other.version().equals(action.version()));
        unpublished.add(action);
        try {
            publisher.publish(publication);
            unpublished.remove(action);
            return engine.published(action);
        } catch (PublishException e) {
            LOGGER.log(
                    Level.WARNING, "Publishing on {0} failed: {1}", new Object[] {publication.node(), e.getMessage()});
            return engine.publishFailed(action, String.valueOf(e.getMessage()));
        }
    }

    /** Tells the engine what came of a fetch, and says what follows. */
    private abstract static class Fetched implements PepFetcher.Outcome {
        private final Continuation then;

        Fetched(Continuation then) {
            this.then = then;
        }

        abstract Reaction tell(XmlElement payload) throws StoreException;

        abstract Reaction tellNothing() throws StoreException;

        abstract Reaction tell(FetchProblem problem) throws StoreException;

        @Override
        public String questionId() {
            return then.questionId();
        }

        @Override
        public void found(XmlElement payload) throws Exception {
            then.goOn(tell(payload), true);
        }

        @Override
        public void nothing() throws Exception {
            then.goOn(tellNothing(), true);
        }

        @Override
        public void unknown(FetchProblem problem) throws Exception {
            then.goOn(tell(problem), problem != FetchProblem.NO_ANSWER);
        }

        @Override
        public void unanswered() throws Exception {
            then.unanswered();
        }

        @Override
        public void lost() throws Exception {
            then.lost();
        }
    }
}
