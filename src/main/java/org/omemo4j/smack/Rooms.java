/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static java.util.function.Predicate.not;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.PresenceView;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.jivesoftware.smackx.muc.packet.MUCInitialPresence;
import org.jivesoftware.smackx.muc.packet.MUCItem;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/**
 * The rooms that we have asked to enter, and who is in them (XEP-0045 1.35.5), as their stanzas tell. Only what a room itself says counts: presence of its occupants, which it
 * makes, and what its bare JID says. A room that we did not ask to enter says nothing to us, whoever it claims to be. Thread-safe; never sends.
 */
final class Rooms implements Occupants {
    /** Rooms of earlier whose people are remembered. Bounds what an application that never stops entering new ones makes us hold. */
    private static final int MAX_LEFT = 1000;

    /** Why a room does not let us in that will not be otherwise when we ask again: we are banned, no member, or it was destroyed. */
    private static final Set<StanzaError.Condition> FOR_GOOD = Set.of(
            StanzaError.Condition.forbidden, StanzaError.Condition.registration_required, StanzaError.Condition.gone);

    private final Map<BareJid, Room> rooms = new ConcurrentHashMap<>();

    /** Rooms that we have left, also by a lost connection: who wrote there is asked again as soon as we are back, before the room has told who belongs to it. */
    private final Map<BareJid, Room> left = new ConcurrentHashMap<>();

    /** Those of them that have told in this stream that we are out, or may not come in. */
    private final Set<BareJid> out = ConcurrentHashMap.newKeySet();

    /** Those of {@link #rooms} that we have first asked to let us in since the application connected: they know nothing of an earlier stream. */
    private final Set<BareJid> asked = ConcurrentHashMap.newKeySet();

    /** Those that were asked so by Smack alone, which repeats in a new stream what the one before may have lost. */
    private final Set<BareJid> askedAgain = ConcurrentHashMap.newKeySet();

    private final Consumer<BareJid> changed;

    /** @param changed hears of a room that has let us in, or has changed since; on the thread that reads the stream, so it must be quick. */
    Rooms(Consumer<BareJid> changed) {
        this.changed = changed;
    }

    /** We send a presence to somebody, which may be a request to enter a room, or our leave. @return the room that we ask to enter. */
    Optional<BareJid> sends(PresenceView presence) {
        if (presence.getTo() == null && presence.getType() == Presence.Type.unavailable) {
            forgetAll(); // our server takes us out of all rooms
        }
        Optional<BareJid> room = asksToEnter(presence);
        room.ifPresent(asked::add);
        room.ifPresent(this::enter);
        return room;
    }

    /** A presence of ours is in the stream, perhaps without {@link #sends}: no interceptor sees what Smack repeats. */
    void sent(PresenceView presence) {
        asksToEnter(presence).filter(not(asked::contains)).ifPresent(room -> {
            askedAgain.add(room);
            if (!rooms.containsKey(room)) {
                asked.add(room);
                enter(room);
            }
        });
    }

    private static Optional<BareJid> asksToEnter(PresenceView presence) {
        return Optional.ofNullable(presence.getTo())
                .filter(to -> presence.getType() == Presence.Type.available
                        && to.hasResource()
                        && presence.hasExtension(MUCInitialPresence.QNAME))
                .map(Jid::asBareJid);
    }

    private void enter(BareJid jid) {
        Room room = new Room(jid);
        Room before = Optional.ofNullable(rooms.get(jid)).orElse(left.get(jid));
        if (before != null) {
            room.remember(before.people());
        }
        rooms.put(jid, room);
        out.remove(jid);
    }

    /** The application connects, perhaps again. */
    void connecting() {
        asked.clear();
        askedAgain.clear();
    }

    /** A login that resumes nothing: we are in no room, but may have asked already. */
    void loggedIn() {
        for (Room room : rooms.values()) {
            if (!asked.contains(room.jid())) {
                leave(room);
            }
        }
        out.retainAll(asked);
        askedAgain.stream().filter(not(rooms::containsKey)).forEach(this::enter);
    }

    private void forgetAll() {
        rooms.values().forEach(this::leave);
        out.clear();
    }

    private void leave(Room room) {
        if (rooms.remove(room.jid(), room) && (left.size() < MAX_LEFT || left.containsKey(room.jid()))) {
            left.put(room.jid(), room);
        }
    }

    /** Looks at what comes in, before anybody reads it. Cheap. */
    void receives(Stanza stanza, @Nullable Jid self) {
        Jid from = stanza.getFrom();
        Room room = from == null ? null : rooms.get(from.asBareJid());
        if (room == null) {
            return;
        }
        if (stanza instanceof MUCAdmin list) {
            if (list.getType() == IQ.Type.result && !from.hasResource()) {
                room.remember(RoomFacts.members(list));
            }
            return;
        }
        if (stanza instanceof Message message && isSubject(message)) {
            room.toldHistory();
        }
        List<MUCUser> told = ReceivedElements.all(stanza, MUCUser.class).toList();
        if (stanza instanceof Presence presence && from.hasResource()) {
            receives(room, presence, told, self);
        } else if (stanza instanceof Message message
                && !from.hasResource()
                && message.getType() != Message.Type.error) {
            // An invitation comes from the room, too, but somebody else has written it.
            told.stream()
                    .filter(user -> told.size() == 1 && user.getInvite() == null && user.getDecline() == null)
                    .forEach(user -> receives(room, user));
        }
    }

    @Override
    public boolean isIn(BareJid room) {
        return entered(room).isPresent();
    }

    @Override
    public boolean isTellingHistory(BareJid room) {
        return entered(room).filter(Room::isTellingHistory).isPresent();
    }

    @Override
    public Optional<BareJid> realJid(Jid occupant) {
        Resourcepart nick = occupant.getResourceOrNull();
        return nick == null ? Optional.empty() : entered(occupant.asBareJid()).flatMap(room -> room.realJid(nick));
    }

    @Override
    public Set<BareJid> people(BareJid room) {
        return entered(room).map(Room::people).orElse(Set.of());
    }

    @Override
    public Optional<Jid> ownOccupant(BareJid room) {
        return entered(room).flatMap(Room::ownNick).map(nick -> JidCreate.fullFrom(room, nick));
    }

    /** Whether it has told in this stream that we are not in it, any more or at all, and we have not asked again since. One that is gone as its service is, or that we were cut off from, has not. */
    boolean isOut(BareJid room) {
        return out.contains(room);
    }

    /** What a message to it has to know. */
    RoomStatus status(BareJid room) {
        return entered(room).map(Room::status).orElse(RoomStatus.of(RoomReaders.State.NOT_IN_ROOM));
    }

    /** Whom a private message to an occupant is for. Empty in a room that hides us from others, too: a message to the real JID would tell them who we are. */
    Optional<BareJid> addressee(Jid occupant) {
        return entered(occupant.asBareJid()).filter(Room::isStillNonAnonymous).flatMap(room -> realJid(occupant));
    }

    /** Whether it is a room as far as we know: one that we are in, have asked to enter, or were in. */
    boolean isRoom(BareJid jid) {
        return rooms.containsKey(jid) || left.containsKey(jid);
    }

    /** The room, if it has let us in. */
    Optional<Room> entered(BareJid room) {
        return Optional.ofNullable(rooms.get(room)).filter(Room::isEntered);
    }

    /** Those that have let us in. */
    List<Room> entered() {
        return rooms.values().stream().filter(Room::isEntered).toList();
    }

    private static boolean isSubject(Message message) {
        return message.getType() == Message.Type.groupchat
                && !message.getSubjects().isEmpty()
                && message.getBodies().isEmpty();
    }

    private void receives(Room room, Presence presence, List<MUCUser> told, @Nullable Jid self) {
        if (told.size() != 1) {
            if (presence.getType() == Presence.Type.error && !room.isEntered()) {
                leave(room); // it does not let us in
                if (presence.getError() != null
                        && FOR_GOOD.contains(presence.getError().getCondition())) {
                    isOutOf(room);
                    changed.accept(room.jid());
                }
            }
            return; // a room adds exactly one, and must not pass on another
        }
        Resourcepart nick = presence.getFrom().getResourceOrThrow();
        MUCUser user = told.get(0);
        Optional<BareJid> real =
                Optional.ofNullable(user.getItem()).map(MUCItem::getJid).map(Jid::asBareJid);
        boolean us = (has(user, 110) || room.ownNick().equals(Optional.of(nick)))
                && (self == null || real.map(self.asBareJid()::equals).orElse(true));
        if (presence.getType() == Presence.Type.available) {
            room.present(nick, real);
            affiliation(room, user);
            if (us) {
                if (has(user, 100)) {
                    room.warned();
                }
                room.isUs(nick);
                if (user.getItem() != null) {
                    room.weAre(user.getItem().getAffiliation(), user.getItem().getRole());
                }
            }
        } else if (presence.getType() == Presence.Type.unavailable) {
            room.absent(nick);
            affiliation(room, user);
            Optional<Resourcepart> next = Optional.ofNullable(user.getItem())
                    .filter(item -> has(user, 303))
                    .map(MUCItem::getNick);
            next.ifPresent(name -> room.present(name, real)); // whose presence under that nick may come later
            if (us && has(user, 303)) {
                room.isUs(next.orElse(nick));
                room.present(next.orElse(nick), real);
            } else if (us && room.isEntered()) { // else it is the end of an earlier stay
                leave(room);
                if (!has(user, 332) && !has(user, 333)) { // else it is no more than a lost connection
                    isOutOf(room);
                }
            }
        }
        if (us || room.isEntered()) {
            changed.accept(room.jid());
        }
    }

    /** Unless we have asked again meanwhile. */
    private void isOutOf(Room room) {
        if (left.get(room.jid()) == room && !rooms.containsKey(room.jid())) {
            out.add(room.jid());
        }
    }

    private void receives(Room room, MUCUser user) {
        affiliation(room, user);
        if (has(user, 173) || has(user, 174)) {
            configured(room, Optional.of(false));
        } else if (has(user, 172)) {
            configured(room, Optional.of(true));
        } else if (has(user, 104)) {
            configured(room, Optional.empty());
        }
        changed.accept(room.jid());
    }

    /** While it was anonymous, it may have told who was banned or became a member to its moderators only. */
    private void configured(Room room, Optional<Boolean> nonAnonymous) {
        Room now = room.isNonAnonymous() ? room : room.begunAnew();
        now.configured(nonAnonymous);
        rooms.replace(room.jid(), room, now);
    }

    private static void affiliation(Room room, MUCUser user) {
        MUCItem item = user.getItem();
        if (item != null && item.getJid() != null && item.getAffiliation() != null) {
            room.affiliated(item.getJid().asBareJid(), item.getAffiliation());
        }
    }

    private static boolean has(MUCUser user, int code) {
        return user.getStatus().stream().anyMatch(status -> status.getCode() == code);
    }
}
