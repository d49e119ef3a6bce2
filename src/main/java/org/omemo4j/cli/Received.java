/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import java.util.function.Predicate;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.delay.DelayInformationManager;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.cli.ChatEvents.Place;
import org.omemo4j.cli.ChatEvents.Protection;
import org.omemo4j.cli.ChatEvents.ReceivedMessage;
import org.omemo4j.smack.OmemoInfo;

/** What is shown of a message of Smack's. Who wrote an encrypted one is known by its key; who wrote another one is what the server or the room says. */
final class Received {
    private Received() {}

    /**
     * One to this client.
     *
     * @param own this account.
     * @param rooms whether somebody is a room that was entered here: then it was written privately, through the room.
     */
    static ReceivedMessage directly(Message message, BareJid own, Predicate<BareJid> rooms) {
        return of(message, author(message).orElse(own), Optional.empty(), false, privately(message, rooms));
    }

    /** A copy of what another client of this account received or sent. */
    static ReceivedMessage asCarbon(Message message, BareJid own, Predicate<BareJid> rooms) {
        BareJid from = author(message).orElse(own);
        Optional<BareJid> to =
                from.equals(own) ? Optional.ofNullable(message.getTo()).map(Jid::asBareJid) : Optional.empty();
        return of(message, from, to, true, privately(message, rooms));
    }

    /** One to everybody in a room. @param occupant whom the room names as its author. */
    static ReceivedMessage inRoom(Message message, Jid occupant) {
        return of(
                message,
                author(message).orElse(occupant.asBareJid()),
                Optional.empty(),
                false,
                Optional.of(place(occupant, false)));
    }

    private static ReceivedMessage of(
            Message message, BareJid from, Optional<BareJid> to, boolean carbon, Optional<Place> place) {
        Optional<OmemoInfo> info = OmemoInfo.of(message);
        return new ReceivedMessage(
                from,
                to,
                message.getBody(),
                info.map(known -> new Protection(known.device().device().value(), known.version())),
                Optional.ofNullable(message.getStanzaId()),
                DelayInformationManager.isDelayedStanza(message),
                carbon,
                info.filter(OmemoInfo::repeated).isPresent(),
                place);
    }

    private static Optional<BareJid> author(Message message) {
        return OmemoInfo.of(message)
                .map(info -> info.device().jid())
                .or(() -> Optional.ofNullable(message.getFrom()).map(Jid::asBareJid));
    }

    private static Optional<Place> privately(Message message, Predicate<BareJid> rooms) {
        return Optional.ofNullable(message.getFrom())
                .filter(from -> rooms.test(from.asBareJid()))
                .map(from -> place(from, true));
    }

    private static Place place(Jid occupant, boolean privately) {
        return new Place(occupant.asBareJid(), occupant.getResourceOrEmpty().toString(), privately);
    }
}
