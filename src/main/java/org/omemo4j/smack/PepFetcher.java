/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.PubSubRequests.FetchedItem;

/** Fetches what accounts publish, and tells "there is nothing" from "I could not find out". */
final class PepFetcher {
    /** The newest items asked for: should a node hold more than one list, ours is among them. */
    private static final int LISTS = 5;

    private final Wire wire;
    private final BareJid owner;

    PepFetcher(Wire wire, BareJid owner) {
        this.wire = wire;
        this.owner = owner;
    }

    /** What came of a fetch. All are called on the worker. */
    interface Outcome {
        /** What the request goes by. */
        String questionId();

        void found(XmlElement payload) throws Exception;

        /** The account itself has answered: no such node, or no such item. */
        void nothing() throws Exception;

        void unknown(FetchProblem problem) throws Exception;

        /** No answer came, however long it took. */
        void unanswered() throws Exception;

        /** The connection went away; ask again after the next login. */
        void lost() throws Exception;
    }

    /** The list on a node with one item, whatever its id; of several, the one with the expected id. */
    void list(BareJid account, String node, String expectedId, Outcome outcome)
            throws NotConnectedException, InterruptedException {
        ask(PubSubRequests.newestItems(address(account), node, LISTS), new Answered(account, outcome) {
            @Override
            Optional<FetchedItem> choose(List<FetchedItem> items) {
                return newest(items, expectedId);
            }
        });
    }

    /** One item. */
    void item(BareJid account, String node, String id, Outcome outcome)
            throws NotConnectedException, InterruptedException {
        ask(PubSubRequests.item(address(account), node, id), new Answered(account, outcome) {
            @Override
            Optional<FetchedItem> choose(List<FetchedItem> items) {
                return items.stream()
                        .filter(item -> item.id().equals(Optional.of(id)))
                        .findFirst();
            }
        });
    }

    private void ask(IQ request, Answered answer) throws NotConnectedException, InterruptedException {
        wire.question(request, answer.outcome.questionId(), whatever -> true, answer);
    }

    /**
     * Of several lists the last one with the expected id, wherever it stands among the others, else the first. Never a mixture. XEP-0060 leaves the order of items to the server, so only the id
     * tells the list that each publication replaces from one that somebody has left behind.
     */
    static Optional<FetchedItem> newest(List<FetchedItem> items, String expectedId) {
        Optional<FetchedItem> expected = Optional.empty();
        for (FetchedItem item : items) {
            if (item.id().equals(Optional.of(expectedId))) {
                expected = Optional.of(item);
            }
        }
        return expected.or(() -> items.stream().findFirst());
    }

    /** Our own nodes are asked for without an address: then no other server can be the one that answers. */
    private @org.jspecify.annotations.Nullable BareJid address(BareJid account) {
        return account.equals(owner) ? null : account;
    }

    private abstract static class Answered implements Wire.Answer {
        private final BareJid account;
        private final Outcome outcome;

        Answered(BareJid account, Outcome outcome) {
            this.account = account;
            this.outcome = outcome;
        }

        abstract Optional<FetchedItem> choose(List<FetchedItem> items);

        @Override
        public void received(IQ answer) throws Exception {
            Optional<FetchedItem> item = choose(PubSubRequests.itemsIn(answer));
            if (item.isEmpty()) {
                outcome.nothing();
            } else if (item.get().payload().isPresent()) {
                outcome.found(item.get().payload().get());
            } else {
                outcome.unknown(FetchProblem.MALFORMED);
            }
        }

        @Override
        public void failed(Exception why) throws Exception {
            if (why instanceof NoResponseException) {
                outcome.unanswered();
            } else if (why instanceof XMPPErrorException error) {
                failed(error.getStanzaError());
            } else {
                outcome.unknown(FetchProblem.REMOTE_ERROR);
            }
        }

        private void failed(StanzaError error) throws Exception {
            String generator = error.getErrorGenerator();
            boolean byAccount = generator == null || generator.equals(account.toString());
            switch (error.getCondition()) {
                case item_not_found -> {
                    if (byAccount) {
                        outcome.nothing();
                    } else {
                        outcome.unknown(FetchProblem.REMOTE_ERROR);
                    }
                }
                case forbidden, not_authorized, registration_required, subscription_required, not_allowed ->
                    outcome.unknown(FetchProblem.NO_ACCESS);
                case remote_server_timeout -> outcome.unknown(FetchProblem.NO_ANSWER);
                default -> outcome.unknown(FetchProblem.REMOTE_ERROR);
            }
        }

        @Override
        public void lost() throws Exception {
            outcome.lost();
        }
    }
}
