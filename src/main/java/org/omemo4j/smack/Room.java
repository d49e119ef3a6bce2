/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.MUCRole;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;

/** What one room has told since we asked to enter it. Thread-safe. */
final class Room {
    /** People remembered of a room; who comes later is nobody to us, and reads nothing of ours. Bounds what a room can make us keep. */
    private static final int MAX_PEOPLE = 10_000;

    /** Times in a row that it has been silent. Then messages wait for its lists no more, and what it has said by itself counts: once may be a short disturbance, twice is not. */
    private static final int PATIENCE = 2;

    private final BareJid jid;
    private final Map<Resourcepart, Optional<BareJid>> occupants = new HashMap<>();

    /** Owners, admins and members. */
    private final Set<BareJid> belonging = new HashSet<>();

    /** The latest ones: they matter until the room has told that they are gone. */
    private final Set<BareJid> outcasts = new LinkedHashSet<>();

    private final Set<BareJid> seen = new HashSet<>();

    /** The latest affiliations that were told since it has answered all: newer than lists that were asked for before them. */
    private final Map<BareJid, Told> newer = new LinkedHashMap<>();

    /** How many affiliations were told. */
    private int told;

    /** @param number of all that were told. */
    private record Told(MUCAffiliation affiliation, int number) {}

    private @Nullable Resourcepart ownNick;
    private boolean nonAnonymous;
    private boolean tellingHistory = true;

    /** Grows when the configuration changes: an answer to a question of before is out of date. */
    private int configuration;

    private boolean known;
    private boolean listsAnswered;
    private boolean stale;

    /** Whether it has said that its configuration is another one, and not yet whether that is still non-anonymous. */
    private boolean unproven;

    /** Whether it was told that messages wait for that. */
    private boolean unprovenTold;

    private int unanswered;

    private @Nullable MUCAffiliation affiliation;
    private @Nullable MUCRole role;

    /** As whom we were refused lists when it was last asked for them. */
    private Set<Standing> refusedAs = Set.of();

    /** Whether it was told that it hides members. */
    private boolean hidingTold;

    /** Who we are there, as far as it has told, and under which of its configurations: what it shows us depends on that. */
    record Standing(
            @Nullable MUCAffiliation affiliation, @Nullable MUCRole role, int configuration) {}

    Room(BareJid jid) {
        this.jid = jid;
    }

    /** It may have hidden from us for a while what became of whom: we stay, and who belongs to it is found out as if we had just come. */
    synchronized Room begunAnew() {
        Room anew = new Room(jid);
        anew.ownNick = ownNick;
        anew.affiliation = affiliation;
        anew.role = role;
        anew.nonAnonymous = nonAnonymous;
        anew.tellingHistory = tellingHistory;
        anew.hidingTold = hidingTold;
        anew.occupants.putAll(occupants);
        anew.outcasts.addAll(outcasts);
        anew.remember(people());
        return anew;
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

    /** It tells who we are there. */
    synchronized void weAre(@Nullable MUCAffiliation affiliationNow, @Nullable MUCRole roleNow) {
        affiliation = affiliationNow;
        role = roleNow;
    }

    synchronized Standing standing() {
        return new Standing(affiliation, role, configuration);
    }

    /** People who belonged to it when we were here before, or who belong to it by a list that may be old by the time we are in. */
    synchronized void remember(Set<BareJid> people) {
        people.stream().limit(MAX_PEOPLE - seen.size()).forEach(seen::add);
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
        told++;
        newer.remove(person);
        newer.put(person, new Told(affiliation, told));
        dropOldest(newer.keySet());
        put(person, affiliation);
    }

    /** What {@link #listed} has to know of the time when it was asked. */
    synchronized int told() {
        return told;
    }

    /** Its lists say so, which may be older than what was told since they were asked for. @param toldBefore how much was told by then. */
    synchronized void listed(BareJid person, MUCAffiliation affiliation, int toldBefore) {
        Told since = newer.get(person);
        put(person, since == null || since.number() <= toldBefore ? affiliation : since.affiliation());
    }

    private void put(BareJid person, MUCAffiliation affiliation) {
        outcasts.remove(person);
        if (!isMember(affiliation)) {
            belonging.remove(person);
        } else if (belonging.size() < MAX_PEOPLE) {
            belonging.add(person);
        }
        if (affiliation == MUCAffiliation.outcast) {
            outcasts.add(person);
            dropOldest(outcasts);
        }
    }

    private static void dropOldest(Set<BareJid> people) {
        if (people.size() > MAX_PEOPLE) {
            people.remove(people.iterator().next());
        }
    }

    /** It says by itself whether its occupants see who the others are. */
    synchronized void configured(Optional<Boolean> nonAnonymousNow) {
        configuration++;
        stale = true;
        unproven = nonAnonymousNow.isEmpty();
        unprovenTold = false;
        nonAnonymousNow.ifPresent(now -> nonAnonymous = now);
    }

    /** It welcomes us with the warning that everybody sees who we are. */
    synchronized void warned() {
        nonAnonymous = true;
    }

    /** It has answered about its configuration, perhaps with an error. @param asked the configuration when it was asked. @return whether the answer is not out of date. */
    synchronized boolean answered(int asked, Optional<Boolean> nonAnonymousNow) {
        if (asked != configuration) {
            return false;
        }
        // Without a word about it, the one of before the change does not count.
        nonAnonymous = nonAnonymousNow.orElse(nonAnonymous && !unproven);
        stale = false;
        unproven = false;
        return true;
    }

    /** It has answered for all of its lists. @param refused as whom we were refused some. */
    synchronized void listsAnswered(Set<Standing> refused) {
        listsAnswered = true;
        refusedAs = Set.copyOf(refused);
    }

    /** All that it was asked for has been answered. */
    synchronized void known() {
        known = true;
        unanswered = 0;
        newer.clear();
    }

    /** It has been silent about something that it was asked for. */
    synchronized void unanswered() {
        unanswered++;
    }

    /** Whether it has not shown all of its lists to who we are now, nobody waits for them, and that is to be told: once. */
    synchronized boolean isHidingToldNow() {
        boolean now = isHiding() && (unanswered >= PATIENCE || (known && !areListsToBeAsked())) && !hidingTold;
        hidingTold |= now;
        return now;
    }

    /** Whether messages wait for it to say that it is still non-anonymous, and that is to be told: once for each configuration. @param asked the one for which it has been silent. */
    synchronized boolean isWaitingToldNow(int asked) {
        boolean now = asked == configuration && nonAnonymous && unproven && !unprovenTold;
        unprovenTold |= now;
        return now;
    }

    private boolean isHiding() {
        return !listsAnswered || !refusedAs.isEmpty();
    }

    synchronized boolean isKnown() {
        return known;
    }

    /** Whether nobody waits for its answers (any more). */
    synchronized boolean isWaitedForNoMore() {
        return known || unanswered >= PATIENCE;
    }

    /** Whether it should be asked: it never was, or its configuration has changed, or what it shows us may have. */
    synchronized boolean isToBeAsked() {
        return ownNick != null && (!known || stale || areListsToBeAsked());
    }

    /** Whether it has not shown its lists, and was not asked for them since that may have changed. */
    private boolean areListsToBeAsked() {
        return !listsAnswered || refusedAs.stream().anyMatch(before -> !before.equals(standing()));
    }

    /** Whether its configuration has changed and was not told since. */
    synchronized boolean isStale() {
        return stale;
    }

    /** Whether its occupants know who the others are, as far as it has told. */
    synchronized boolean isNonAnonymous() {
        return nonAnonymous;
    }

    /** Whether that is so under its configuration of now. */
    synchronized boolean isStillNonAnonymous() {
        return nonAnonymous && !unproven;
    }

    synchronized Optional<BareJid> realJid(Resourcepart nick) {
        return Optional.ofNullable(occupants.get(nick)).flatMap(real -> real);
    }

    /** Who may ever have written: whoever belongs to it, and whoever was there since we came. */
    synchronized Set<BareJid> people() {
        Set<BareJid> people = new HashSet<>(seen);
        people.addAll(belonging);
        return people;
    }

    synchronized RoomStatus status() {
        if (ownNick == null) {
            return RoomStatus.of(RoomReaders.State.NOT_IN_ROOM);
        }
        if (!isWaitedForNoMore() || (nonAnonymous && unproven)) {
            return RoomStatus.of(RoomReaders.State.ASKED);
        }
        return nonAnonymous
                ? new RoomStatus(RoomReaders.State.OPEN, members(), unnamed())
                : RoomStatus.of(RoomReaders.State.ANONYMOUS);
    }

    /** Owners, admins and members, there or not, and who is there without an affiliation. */
    private Set<BareJid> members() {
        Set<BareJid> members = new HashSet<>(belonging);
        occupants.values().stream()
                .flatMap(Optional::stream)
                .filter(person -> !outcasts.contains(person))
                .forEach(members::add);
        return members;
    }

    /** Who should read and cannot, as the room does not tell who it is. */
    private List<String> unnamed() {
        List<String> unnamed = new ArrayList<>();
        if (isHiding()) {
            unnamed.add(
                    listsAnswered
                            ? "the room does not show who all its members are"
                            : "the room has not answered who its members are");
        }
        occupants.entrySet().stream()
                .filter(occupant ->
                        occupant.getValue().isEmpty() && !occupant.getKey().equals(ownNick))
                .map(occupant -> "the room does not tell who its occupant \"" + occupant.getKey() + "\" is")
                .sorted()
                .forEach(unnamed::add);
        return unnamed;
    }

    private static boolean isMember(MUCAffiliation affiliation) {
        return affiliation == MUCAffiliation.owner
                || affiliation == MUCAffiliation.admin
                || affiliation == MUCAffiliation.member;
    }
}
