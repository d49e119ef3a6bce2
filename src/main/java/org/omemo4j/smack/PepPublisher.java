/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * Publishes on our own nodes so that everybody can read them, and looks whether they are there (XEP-0384 0.9.1, "Announcing support"). Waits for
 * the server.
 */
final class PepPublisher {
    private static final String ACCESS = "pubsub#access_model";
    private static final String PERSIST = "pubsub#persist_items";
    private static final String MAX_ITEMS = "pubsub#max_items";

    /** What to ask for, the best first; servers differ in what they can read (field notes in docs). The last one asks for nothing. */
    private static final List<Optional<String>> MAX_ITEMS_LADDER =
            List.of(Optional.of("max"), Optional.of("1000"), Optional.of("100"), Optional.of("10"), Optional.empty());

    /** With fewer items on a shared node, one device's bundle pushes out another's. */
    private static final int FEW_ITEMS = 10;

    private final Wire wire;

    /** Whether publish-options may say how many items a node keeps; ejabberd refuses that, whatever the number. Remembered, as each refusal brings the whole bundle back. */
    private boolean mayNameMaxItems = true;

    PepPublisher(Wire wire) {
        this.wire = wire;
    }

    /** Publishing failed. The message is the end of a sentence for a person. */
    static final class PublishException extends Exception {
        private static final long serialVersionUID = 1L;

        PublishException(String why) {
            super(why);
        }
    }

    /**
     * What to publish.
     *
     * @param node on which node.
     * @param id under which id.
     * @param payload the content.
     * @param manyItems whether the node holds an item for each device.
     */
    record Publication(String node, String id, XmlElement payload, boolean manyItems) {}

    /**
     * Publishes, reads back, and mends the node once when it is not as wanted.
     *
     * @throws PublishException if the server refuses, or does something else.
     */
    void publish(Publication publication) throws PublishException, NotConnectedException, InterruptedException {
        try {
            try {
                publishAndMend(publication);
            } catch (XMPPErrorException e) {
                if (e.getStanzaError().getCondition() != StanzaError.Condition.item_not_found) {
                    throw e;
                }
                publishAndMend(publication); // a busy server may not know yet what it has just made
            }
        } catch (XMPPErrorException e) {
            throw new PublishException(
                    "the server answers " + e.getStanzaError().getCondition());
        } catch (NoResponseException e) {
            throw new PublishException("the server does not answer");
        }
    }

    private void publishAndMend(Publication publication)
            throws PublishException, XMPPErrorException, NoResponseException, NotConnectedException,
                    InterruptedException {
        boolean mended = publishWithOptions(publication);
        Optional<String> wrong = readBack(publication);
        if (wrong.isPresent() && !mended) {
            configure(publication);
            send(publication, Map.of());
            wrong = readBack(publication);
        }
        if (wrong.isPresent()) {
            throw new PublishException(wrong.get());
        }
    }

    /** Publishes what is there once more: whom the server did not know yet hears of it now. Nothing where nothing is. */
    void repeat(String node, String id) throws PublishException, NotConnectedException, InterruptedException {
        try {
            for (PubSubRequests.FetchedItem item :
                    PubSubRequests.itemsIn(wire.request(PubSubRequests.item(null, node, id)))) {
                if (item.id().equals(Optional.of(id)) && item.payload().isPresent()) {
                    wire.request(PubSubRequests.publish(node, id, item.payload().get(), Map.of()));
                }
            }
        } catch (XMPPErrorException e) {
            throw new PublishException(
                    "the server answers " + e.getStanzaError().getCondition());
        } catch (NoResponseException e) {
            throw new PublishException("the server does not answer");
        }
    }

    /** Takes an item away; that it is not there is as good. */
    void retract(String node, String id) throws PublishException, NotConnectedException, InterruptedException {
        takeAway(PubSubRequests.retract(node, id));
    }

    /** Takes a node away; that it is not there is as good. */
    void delete(String node) throws PublishException, NotConnectedException, InterruptedException {
        takeAway(PubSubRequests.delete(node));
    }

    private void takeAway(IQ request) throws PublishException, NotConnectedException, InterruptedException {
        try {
            wire.request(request);
        } catch (XMPPErrorException e) {
            if (e.getStanzaError().getCondition() != StanzaError.Condition.item_not_found) {
                throw new PublishException(
                        "the server answers " + e.getStanzaError().getCondition());
            }
        } catch (NoResponseException e) {
            throw new PublishException("the server does not answer");
        }
    }

    /** @return whether the node had other settings, and was mended. */
    private boolean publishWithOptions(Publication publication)
            throws XMPPErrorException, NoResponseException, NotConnectedException, InterruptedException {
        for (Optional<String> maxItems : ladder(publication)) {
            if (maxItems.isPresent() && !mayNameMaxItems) {
                continue;
            }
            try {
                if (publication.manyItems() && maxItems.isEmpty()) {
                    configureIfThere(publication); // before the item is on a node that keeps only one
                }
                send(publication, settings(maxItems));
                return false;
            } catch (XMPPErrorException e) {
                if (hasPubSubError(e.getStanzaError(), "precondition-not-met")) {
                    configure(publication);
                    send(publication, Map.of());
                    return true;
                }
                if (maxItems.isEmpty() || !refusesAValue(e.getStanzaError())) {
                    throw e;
                }
                mayNameMaxItems = e.getStanzaError().getCondition() != StanzaError.Condition.resource_constraint;
            }
        }
        return false; // the last rung returns or throws
    }

    private void configureIfThere(Publication publication)
            throws XMPPErrorException, NoResponseException, NotConnectedException, InterruptedException {
        try {
            configure(publication);
        } catch (XMPPErrorException e) {
            if (e.getStanzaError().getCondition() != StanzaError.Condition.item_not_found) {
                throw e;
            }
        }
    }

    /** Asks for the node's settings, changes what matters, and submits all of them. */
    private void configure(Publication publication)
            throws XMPPErrorException, NoResponseException, NotConnectedException, InterruptedException {
        Map<String, List<String>> current =
                PubSubRequests.settingsIn(wire.request(PubSubRequests.settings(publication.node())));
        for (Optional<String> maxItems : ladder(publication)) {
            Map<String, List<String>> wanted = new LinkedHashMap<>(current);
            settings(maxItems).forEach((name, value) -> wanted.put(name, List.of(value)));
            try {
                wire.request(PubSubRequests.configure(publication.node(), wanted));
                return;
            } catch (XMPPErrorException e) {
                if (maxItems.isEmpty() || !refusesAValue(e.getStanzaError())) {
                    throw e;
                }
            }
        }
    }

    /** What is not as it should be, in words, or nothing. */
    private Optional<String> readBack(Publication publication)
            throws NoResponseException, NotConnectedException, InterruptedException {
        try {
            boolean there =
                    PubSubRequests.itemsIn(
                                    wire.request(PubSubRequests.item(null, publication.node(), publication.id())))
                            .stream()
                            .anyMatch(item -> item.id().equals(Optional.of(publication.id()))
                                    && item.payload()
                                            .filter(found -> found.is(
                                                    publication.payload().name(),
                                                    publication.payload().namespace()))
                                            .isPresent());
            if (!there) {
                return Optional.of("the server does not keep it");
            }
        } catch (XMPPErrorException e) {
            return Optional.of("the server does not give it back");
        }
        Map<String, List<String>> settings;
        try {
            settings = PubSubRequests.settingsIn(wire.request(PubSubRequests.settings(publication.node())));
        } catch (XMPPErrorException e) {
            return Optional.empty(); // the server does not tell; the item is there
        }
        List<String> access = settings.getOrDefault(ACCESS, List.of("open"));
        if (!access.equals(List.of("open"))) {
            return Optional.of("its node is not open to everybody");
        }
        boolean few = settings.getOrDefault(MAX_ITEMS, List.of()).stream().anyMatch(PepPublisher::isFew);
        return publication.manyItems() && few
                ? Optional.of("its node does not keep an item for each device")
                : Optional.empty();
    }

    private static boolean isFew(String maxItems) {
        try {
            return Integer.parseInt(maxItems) < FEW_ITEMS;
        } catch (NumberFormatException e) {
            return false; // "max"
        }
    }

    private void send(Publication publication, Map<String, String> settings)
            throws XMPPErrorException, NoResponseException, NotConnectedException, InterruptedException {
        wire.request(PubSubRequests.publish(publication.node(), publication.id(), publication.payload(), settings));
    }

    private static List<Optional<String>> ladder(Publication publication) {
        return publication.manyItems() ? MAX_ITEMS_LADDER : List.of(Optional.empty());
    }

    private static Map<String, String> settings(Optional<String> maxItems) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(ACCESS, "open");
        settings.put(PERSIST, "true");
        maxItems.ifPresent(value -> settings.put(MAX_ITEMS, value));
        return settings;
    }

    /** Servers differ in the word for it. */
    private static boolean refusesAValue(StanzaError error) {
        return switch (error.getCondition()) {
            case resource_constraint, bad_request, not_acceptable, conflict, feature_not_implemented, not_allowed ->
                true;
            default -> false;
        };
    }

    private static boolean hasPubSubError(StanzaError error, String name) {
        return error.<ExtensionElement>getExtension(name, "http://jabber.org/protocol/pubsub#errors") != null;
    }
}
