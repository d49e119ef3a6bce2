/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;

/** What one room has told since we asked to enter it. Thread-safe. */
final class Room {
    /** People remembered of a room; who comes later is nobody to us, and reads nothing of ours. Bounds what a room can make us keep. */
    private static final int MAX_PEOPLE = 10_000;

    private final BareJid jid;
    private final Map<Resourcepart, Optional<BareJid>> occupants = new HashMap<>();
    private final Map<BareJid, MUCAffiliation> affiliations = new LinkedHashMap<>();
    private final Set<BareJid> seen = new HashSet<>();

    /** Affiliations that were told while the lists were on their way: these are newer. */
    private final Map<BareJid, MUCAffiliation> newer = new HashMap<>();

    private @Nullable Resourcepart ownNick;
    private boolean nonAnonymous;
    private boolean tellingHistory = true;

    /** Grows when the configuration changes: an answer to a question of before is out of date. */
    private int configuration;

    private boolean known;
    private boolean stale;
    private boolean hidesMembers;

    Room(BareJid jid) {
        this.jid = jid;
    }

    BareJid jid() {
        return jid;
    }

    /** Whether the room has let us in. */
    synchronized boolean isEntered() {
        return ownNick != null;
    }

    synchronized Optional<Resourcepart> ownNick() {
        return Optional.ofNullable(ownNick);
    }

    /** This occupant is us. */
    synchronized void isUs(Resourcepart nick) {
        ownNick = nick;
    }

    /** People who belonged to it when we were here before. */
    synchronized void remember(Set<BareJid> people) {
        seen.addAll(people);
    }

    /** Its subject came: that ends what it tells of before we came. */
    synchronized void toldHistory() {
        tellingHistory = false;
    }

    synchronized boolean isTellingHistory() {
        return tellingHistory;
    }

    synchronized void present(Resourcepart nick, Optional<BareJid> real) {
        if (occupants.size() < MAX_PEOPLE || occupants.containsKey(nick)) {
            occupants.put(nick, real);
        }
        if (real.isPresent() && seen.size() < MAX_PEOPLE) {
            seen.add(real.get());
        }
    }

    synchronized void absent(Resourcepart nick) {
        occupants.remove(nick);
    }

    synchronized void affiliated(BareJid person, MUCAffiliation affiliation) {
        if (!known && newer.size() < MAX_PEOPLE) {
            newer.put(person, affiliation);
        }
        put(person, affiliation);
    }

    /** Its lists say so, which may be older than what was told meanwhile. */
    synchronized void listed(BareJid person, MUCAffiliation affiliation) {
        put(person, newer.getOrDefault(person, affiliation));
    }

    private void put(BareJid person, MUCAffiliation affiliation) {
        if (affiliations.size() < MAX_PEOPLE || affiliations.containsKey(person)) {
            affiliations.put(person, affiliation);
        }
    }

    /** It says by itself whether its occupants see who the others are. */
    synchronized void configured(Optional<Boolean> nonAnonymousNow) {
        configuration++;
        stale = true;
        nonAnonymousNow.ifPresent(now -> nonAnonymous = now);
    }

    /** It welcomes us with the warning that everybody sees who we are. */
    synchronized void warned() {
        nonAnonymous = true;
    }

    /** What an answer about the configuration must still be when it comes. */
    synchronized int configuration() {
        return configuration;
    }

    /** It was asked about its configuration. @return whether the answer is not out of date. */
    synchronized boolean answered(int asked, Optional<Boolean> nonAnonymousNow) {
        if (asked != configuration) {
            return false;
        }
        stale = false;
        nonAnonymousNow.ifPresent(now -> nonAnonymous = now);
        return true;
    }

    /** All that it was asked for has been answered, as far as it is answered at all. */
    synchronized void known() {
        known = true;
        newer.clear();
    }

    /** It has not shown all of its lists. */
    synchronized void hidesMembers() {
        hidesMembers = true;
    }

    /** Whether that is so, and was not asked before. */
    synchronized boolean isHidingToldNow() {
        boolean now = hidesMembers;
        hidesMembers = false;
        return now;
    }

    synchronized boolean isKnown() {
        return known;
    }

    /** Whether it should be asked: it never was, or its configuration has changed. */
    synchronized boolean isToBeAsked() {
        return ownNick != null && (!known || stale);
    }

    /** Whether its occupants know who the others are, as far as it has told. */
    synchronized boolean isNonAnonymous() {
        return nonAnonymous;
    }

    synchronized Optional<BareJid> realJid(Resourcepart nick) {
        return Optional.ofNullable(occupants.get(nick)).flatMap(real -> real);
    }

    /** Who may ever have written: whoever belongs to it, and whoever was there since we came. */
    synchronized Set<BareJid> people() {
        Set<BareJid> people = new HashSet<>(seen);
        affiliations.forEach((person, affiliation) -> {
            if (isMember(affiliation)) {
                people.add(person);
            }
        });
        return people;
    }

    synchronized RoomStatus status() {
        if (ownNick == null) {
            return RoomStatus.of(RoomReaders.State.NOT_IN_ROOM);
        }
        if (!known) {
            return RoomStatus.of(RoomReaders.State.ASKED);
        }
        return nonAnonymous
                ? new RoomStatus(RoomReaders.State.OPEN, members())
                : RoomStatus.of(RoomReaders.State.ANONYMOUS);
    }

    /** Owners, admins and members, there or not, and who is there without an affiliation. */
    private Set<BareJid> members() {
        Set<BareJid> members = new HashSet<>();
        affiliations.forEach((person, affiliation) -> {
            if (isMember(affiliation)) {
                members.add(person);
            }
        });
        occupants.values().stream()
                .flatMap(Optional::stream)
                .filter(person -> affiliations.get(person) != MUCAffiliation.outcast)
                .forEach(members::add);
        return members;
    }

    private static boolean isMember(MUCAffiliation affiliation) {
        return affiliation == MUCAffiliation.owner
                || affiliation == MUCAffiliation.admin
                || affiliation == MUCAffiliation.member;
    }
}
