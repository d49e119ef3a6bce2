/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.delay.DelayInformationManager;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.cli.ChatEvents.Place;
import org.omemo4j.cli.ChatEvents.Protection;
import org.omemo4j.cli.ChatEvents.ReceivedMessage;
import org.omemo4j.smack.OmemoInfo;

/**
 * What is shown of a message of Smack's. Who wrote an encrypted one is known by its key; who wrote another one is what the server or the room says, and only now: who had a nick when a
 * message was written that was kept since, the room does not tell.
 */
final class Received {
    private Received() {}

    /** The rooms that were entered here, and who is in them. */
    interface Occupants {
        /** Whether somebody is one of them. */
        boolean contains(BareJid jid);

        /** Who an occupant is, where the room tells that. */
        Optional<BareJid> realJid(Jid occupant);
    }

    /**
     * One to this client; from a room, it was written privately, through it.
     *
     * @param own this account.
     */
    static ReceivedMessage directly(Message message, BareJid own, Occupants rooms) {
        return of(message, author(message, own, rooms), Optional.empty(), false, privately(message, rooms));
    }

    /** A copy of what another client of this account received or sent. */
    static ReceivedMessage asCarbon(Message message, BareJid own, Occupants rooms) {
        Jid from = author(message, own, rooms);
        Optional<BareJid> to =
                from.equals(own) ? Optional.ofNullable(message.getTo()).map(Jid::asBareJid) : Optional.empty();
        return of(message, from, to, true, privately(message, rooms));
    }

    /** One to everybody in a room. @param occupant whom the room names as its author. */
    static ReceivedMessage inRoom(Message message, Jid occupant, Occupants rooms) {
        return of(
                message,
                author(message, occupant.asBareJid(), rooms),
                Optional.empty(),
                false,
                Optional.of(place(occupant, false)));
    }

    private static ReceivedMessage of(
            Message message, Jid from, Optional<BareJid> to, boolean carbon, Optional<Place> place) {
        Optional<OmemoInfo> info = OmemoInfo.of(message);
        return new ReceivedMessage(
                from,
                to,
                message.getBody(),
                info.map(known -> new Protection(known.device().device().value(), known.version(), known.trust())),
                Optional.ofNullable(message.getStanzaId()),
                DelayInformationManager.isDelayedStanza(message),
                carbon,
                info.filter(OmemoInfo::repeated).isPresent(),
                place);
    }

    private static Jid author(Message message, BareJid otherwise, Occupants rooms) {
        Optional<OmemoInfo> info = OmemoInfo.of(message);
        Jid from = message.getFrom();
        if (info.isPresent()) {
            return info.get().device().jid();
        }
        if (from == null) {
            return otherwise;
        }
        if (!rooms.contains(from.asBareJid())) {
            return from.asBareJid();
        }
        Optional<BareJid> real =
                DelayInformationManager.isDelayedStanza(message) ? Optional.empty() : rooms.realJid(from);
        return real.isPresent() ? real.get() : from;
    }

    private static Optional<Place> privately(Message message, Occupants rooms) {
        return Optional.ofNullable(message.getFrom())
                .filter(from -> rooms.contains(from.asBareJid()))
                .map(from -> place(from, true));
    }

    private static Place place(Jid occupant, boolean privately) {
        return new Place(occupant.asBareJid(), occupant.getResourceOrEmpty().toString(), privately);
    }
}
