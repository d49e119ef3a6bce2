/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.delay.packet.DelayInformation;
import org.jivesoftware.smackx.forward.packet.Forwarded;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.jivesoftware.smackx.muc.packet.MUCItem;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.Author;
import org.omemo4j.engine.Delivery;

/**
 * Says of each message in a received stanza, itself and what is forwarded in it, where it comes from. Total: whatever comes in has an answer. Nothing that a sender could have
 * written counts.
 *
 * @param owner our bare JID.
 * @param occupants who is who in our rooms.
 */
record Routes(BareJid owner, Occupants occupants) {

    /** One message of a stanza. */
    sealed interface Arrived {
        Message message();
    }

    /** Somebody whom we believe says where it comes from. */
    record Vouched(Message message, Route route) implements Arrived {}

    /** Nobody does: anybody could have put any sender into it. */
    record Foreign(Message message) implements Arrived {}

    /** Nothing to read, whoever says where it comes from: an error brings our own message back, and a headline is never encrypted. */
    record Ignored(Message message) implements Arrived {}

    List<Arrived> of(Message stanza) {
        List<Arrived> arrived = new ArrayList<>();
        List<ExtensionElement> copies =
                stanza.getExtensions().stream().filter(Routes::isCopy).toList();
        if (copies.isEmpty()) {
            arrived.add(isForUs(stanza) ? new Vouched(stanza, direct(stanza)) : new Ignored(stanza));
            addForeign(inside(stanza), arrived);
            return arrived;
        }
        // A server that forwards a message says nothing else in that stanza, and forwards one.
        arrived.add(new Foreign(stanza));
        Message copied = copied(copies.get(0));
        if (copies.size() > 1 || copied == null || inside(stanza).size() > 1) {
            addForeign(inside(stanza), arrived);
        } else {
            arrived.add(isForUs(copied) ? copy(stanza.getFrom(), copies.get(0), copied) : new Ignored(copied));
            addForeign(inside(copied), arrived);
        }
        return arrived;
    }

    private static boolean isCopy(ExtensionElement element) {
        return element instanceof CarbonExtension || element instanceof MamResultExtension;
    }

    private static @Nullable Message copied(ExtensionElement copy) {
        return ReceivedElements.forwarded(copy).map(Routes::message).orElse(null);
    }

    private static @Nullable Message message(Forwarded<?> forwarded) {
        Stanza stanza = forwarded.getForwardedStanza();
        return stanza instanceof Message message ? message : null;
    }

    private static boolean isForUs(Message message) {
        return message.getType() != Message.Type.error && message.getType() != Message.Type.headline;
    }

    /** What is forwarded in a message, at its first level. */
    private static List<Message> inside(Message message) {
        List<Message> inside = new ArrayList<>();
        for (ExtensionElement element : message.getExtensions()) {
            Message forwarded = copied(element);
            if (forwarded != null) {
                inside.add(forwarded);
            }
        }
        return inside;
    }

    /** Iterative: a peer chooses the depth. */
    private static void addForeign(List<Message> messages, List<Arrived> arrived) {
        List<Message> todo = new ArrayList<>(messages);
        for (int i = 0; i < todo.size(); i++) {
            arrived.add(new Foreign(todo.get(i)));
            todo.addAll(inside(todo.get(i)));
        }
    }

    // What our server hands us as it came.

    private Route direct(Message message) {
        Optional<Instant> kept = delay(message, this::isOurServer);
        Delivery delivery = kept.isPresent() ? Delivery.OFFLINE : Delivery.LIVE;
        Jid from = message.getFrom();
        if (message.getType() != Message.Type.groupchat) {
            return oneToOne(message, owner, delivery, kept);
        }
        BareJid room = from == null ? owner : from.asBareJid();
        Optional<Instant> said = delay(message, who -> isOfRoom(who, room));
        return said.isPresent() && occupants.isTellingHistory(room)
                ? Route.groupChat(room, somebody(room, Set.of()), Delivery.HISTORY, said)
                : Route.groupChat(room, occupant(from), delivery, kept);
    }

    private Route oneToOne(Message message, BareJid recipient, Delivery delivery, Optional<Instant> stamp) {
        Jid from = message.getFrom();
        if (from == null) {
            return Route.direct(owner, recipient, delivery, stamp);
        }
        BareJid sender = from.asBareJid();
        if (occupants.isIn(sender)) {
            // Who has the nick now need not be who had it when the message was kept.
            boolean now = delivery == Delivery.LIVE || delivery == Delivery.CARBON;
            Author author = now ? occupant(from) : somebody(sender, Set.of());
            return Route.throughRoom(sender, author, recipient, delivery, stamp);
        }
        return isMarkedByRoom(message) && !sender.equals(owner)
                ? Route.throughRoom(sender, Author.NOBODY, recipient, delivery, stamp)
                : Route.direct(sender, recipient, delivery, stamp);
    }

    /** A private message through a room that we are not in, or no more: XEP-0045 has rooms say so. */
    private static boolean isMarkedByRoom(Message message) {
        return ReceivedElements.find(message, MUCUser.class).isPresent();
    }

    /** Who has this nick now. */
    private Author occupant(@Nullable Jid from) {
        if (from == null || !from.hasResource() || !occupants.isIn(from.asBareJid())) {
            return Author.NOBODY;
        }
        if (occupants.ownOccupant(from.asBareJid()).equals(Optional.of(from))) {
            return new Author.Known(owner);
        }
        return occupants.realJid(from).<Author>map(Author.Known::new).orElse(Author.NOBODY);
    }

    /** Somebody of a room, who may have left and whose nick somebody else may have. */
    private Author somebody(BareJid room, Set<BareJid> hints) {
        if (!occupants.isIn(room)) {
            return Author.NOBODY;
        }
        Set<BareJid> people = new HashSet<>(occupants.people(room));
        people.add(owner);
        people.addAll(hints);
        return new Author.OneOf(people);
    }

    // Copies that a server makes.

    private Arrived copy(@Nullable Jid from, ExtensionElement copy, Message message) {
        return route(from, copy, message)
                .<Arrived>map(route -> new Vouched(message, route))
                .orElseGet(() -> new Foreign(message));
    }

    /** Empty if who sends the copy is nobody whom we would believe it. */
    private Optional<Route> route(@Nullable Jid from, ExtensionElement copy, Message message) {
        if (copy instanceof CarbonExtension carbon) {
            return owner.equals(from) ? carbon(carbon, message) : Optional.empty();
        }
        Forwarded<?> forwarded = ReceivedElements.forwarded(copy).orElseThrow();
        if (from == null || owner.equals(from)) {
            return ofOwnArchive(message, stamp(forwarded));
        }
        return from.hasResource() || !occupants.isIn(from.asBareJid())
                ? Optional.empty()
                : ofRoomArchive(from.asBareJid(), message, stamp(forwarded));
    }

    /** A carbon without a sender is none (XEP-0280, "Security Considerations"), nor is one of a message to a room. */
    private Optional<Route> carbon(CarbonExtension carbon, Message message) {
        Jid end = carbon.getDirection() == CarbonExtension.Direction.sent ? message.getFrom() : message.getTo();
        return message.getType() == Message.Type.groupchat || !isOwner(end)
                ? Optional.empty()
                : Optional.of(oneToOne(message, recipient(message), Delivery.CARBON, stamp(carbon.getForwarded())));
    }

    private BareJid recipient(Message message) {
        Jid to = message.getTo();
        return to == null ? owner : occupants.realJid(to).orElse(to.asBareJid());
    }

    private Optional<Route> ofOwnArchive(Message message, Optional<Instant> stamp) {
        if (message.getType() == Message.Type.groupchat) {
            Jid from = message.getFrom();
            return from == null || !from.hasResource()
                    ? Optional.empty()
                    : Optional.of(Route.groupChat(
                            from.asBareJid(), somebody(from.asBareJid(), Set.of()), Delivery.ARCHIVE, stamp));
        }
        return isOwner(message.getFrom()) || isOwner(message.getTo())
                ? Optional.of(oneToOne(message, recipient(message), Delivery.ARCHIVE, stamp))
                : Optional.empty();
    }

    private Optional<Route> ofRoomArchive(BareJid room, Message message, Optional<Instant> stamp) {
        Jid from = message.getFrom();
        boolean occupant =
                from != null && from.hasResource() && from.asBareJid().equals(room);
        return occupant && message.getType() == Message.Type.groupchat
                ? Optional.of(Route.groupChat(room, somebody(room, hints(message)), Delivery.ARCHIVE, stamp))
                : Optional.empty();
    }

    /**
     * Whom a room's archive names (XEP-0313). Only hints: Prosody 0.12 adds its element behind the one that the sender may have written.
     */
    private static Set<BareJid> hints(Message message) {
        Set<BareJid> hints = new HashSet<>();
        ReceivedElements.all(message, MUCUser.class).forEach(user -> {
            MUCItem item = user.getItem();
            if (item != null && item.getJid() != null) {
                hints.add(item.getJid().asBareJid());
            }
        });
        return hints;
    }

    private boolean isOwner(@Nullable Jid jid) {
        return jid == null || jid.asBareJid().equals(owner);
    }

    // Stamps (XEP-0203).

    private static Optional<Instant> stamp(Forwarded<?> forwarded) {
        return Optional.ofNullable(forwarded.getDelayInformation())
                .map(delay -> delay.getStamp().toInstant());
    }

    private interface Keeper {
        boolean is(@Nullable String who);
    }

    /** When somebody kept a message. Theirs is not the first stamp if the sender wrote one, too. */
    private static Optional<Instant> delay(Message message, Keeper keeper) {
        return ReceivedElements.all(message, DelayInformation.class)
                .filter(delay -> keeper.is(delay.getFrom()))
                .findFirst()
                .map(delay -> delay.getStamp().toInstant());
    }

    /**
     * Who kept the message says so: Prosody and ejabberd put their own domain there for offline messages, and Prosody our bare JID for those of a stream that was lost. One without an
     * author is anybody's. A server that names none costs nothing but the grace of the prekey policy: the message counts as one that was just sent.
     */
    private boolean isOurServer(@Nullable String who) {
        return owner.toString().equals(who) || owner.getDomain().toString().equals(who);
    }

    private static boolean isOfRoom(@Nullable String who, BareJid room) {
        return who != null && (who.equals(room.toString()) || who.startsWith(room + "/"));
    }
}
