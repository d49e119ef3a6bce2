/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.pubsub.EventElement;
import org.jivesoftware.smackx.pubsub.ItemsExtension;
import org.jivesoftware.smackx.pubsub.NodeExtension;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.PubSubRequests.FetchedItem;

/**
 * What an event says about an account's device list (XEP-0163). Read here and not by Smack's PepManager, which fails at retractions and at items
 * without a payload.
 *
 * @param account whose list; a server vouches for it.
 * @param version the version whose node it is.
 * @param change what happened.
 * @param list the new list, if it came along.
 * @param publisher the client that has published it, where the account's server tells.
 */
record DeviceListEvent(
        BareJid account,
        OmemoVersion version,
        Change change,
        Optional<XmlElement> list,
        Optional<EntityFullJid> publisher) {

    private DeviceListEvent(BareJid account, OmemoVersion version, Change change) {
        this(account, version, change, Optional.empty(), Optional.empty());
    }

    /** What happened to a list. */
    enum Change {
        /** A new list, in the event. */
        PUBLISHED,
        /** A new list, to be fetched. */
        ANNOUNCED,
        /** An element that is no device list, or is malformed. */
        MALFORMED,
        /** The item or the node is gone. */
        EMPTIED
    }

    /** The event in a message, if it is one about a device list: the node must be named exactly, and belong to a bare JID. */
    static Optional<DeviceListEvent> in(Message message, BareJid owner, List<OmemoVersion> versions) {
        Optional<EventElement> event = ReceivedElements.find(message, EventElement.class);
        Jid from = message.getFrom();
        if (event.isEmpty() || event.get().getEvent() == null || (from != null && from.hasResource())) {
            return Optional.empty();
        }
        NodeExtension change = event.get().getEvent();
        BareJid account = from == null ? owner : from.asBareJid();
        return versions.stream()
                .filter(version -> version.nodes().deviceList().equals(change.getNode()))
                .findFirst()
                .flatMap(version -> read(account, version, event.get()));
    }

    private static Optional<DeviceListEvent> read(BareJid account, OmemoVersion version, EventElement event) {
        return switch (event.getEventType()) {
            case items ->
                Optional.of(
                        event.getEvent() instanceof ItemsExtension items
                                ? items(account, version, items)
                                : new DeviceListEvent(account, version, Change.ANNOUNCED));
            case purge, delete -> Optional.of(new DeviceListEvent(account, version, Change.EMPTIED));
            default -> Optional.empty();
        };
    }

    private static DeviceListEvent items(BareJid account, OmemoVersion version, ItemsExtension items) {
        Optional<FetchedItem> item =
                PepFetcher.newest(PubSubRequests.itemsIn(items), version.nodes().deviceListItem());
        if (item.isPresent() && !item.get().empty()) {
            Optional<XmlElement> list =
                    item.get().payload().filter(version.elements().deviceListName()::matches);
            return list.isPresent()
                    ? new DeviceListEvent(
                            account, version, Change.PUBLISHED, list, item.get().publisher())
                    : new DeviceListEvent(account, version, Change.MALFORMED);
        }
        boolean retracted = items.getItems().stream()
                .anyMatch(other -> ((Object) other) instanceof org.jivesoftware.smack.packet.NamedElement element
                        && element.getElementName().equals("retract"));
        return new DeviceListEvent(account, version, retracted ? Change.EMPTIED : Change.ANNOUNCED);
    }
}
