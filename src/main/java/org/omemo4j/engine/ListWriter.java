/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.EntityFullJid;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * When our account's device list of one version is written: a state machine without a clock. "Other" is a list that is not as we want it.
 *
 * <pre>
 *             told as wanted   told other                        not told    published           failed    due
 * IDLE        IDLE             PUBLISHING, or see below          CHECKING    -                   -         -
 * CHECKING    IDLE             PUBLISHING, WAITING or CONTESTED, CHECKING    -                   -         CHECKING
 *                              or see below
 * PUBLISHING  PUBLISHING       PUBLISHING, outdated              PUBLISHING  IDLE, or CHECKING   WAITING   -
 *                                                                            if outdated
 * WAITING     IDLE             WAITING, or see below             WAITING     -                   -         CHECKING
 * CONTESTED   IDLE             CONTESTED, or see below           CONTESTED   -                   -         CHECKING
 * </pre>
 *
 * IDLE goes to CHECKING when it would write what it has just written: an old list may only be told again, or an answer come late; or, if the server was asked within the last minute, to WAITING until that is over, and at an answer to WAITING for {@link #FIRST_WAIT}. It goes
 * to WAITING, too, when the last healing is too near, and to CONTESTED after {@link #MAX_HEALINGS} of them, or {@link #MAX_HEALINGS_OF_LABELS} where only our label is another. A wait in which we were not missing so far
 * takes a list without us as IDLE does. CHECKING asks the server and waits for its answer, whatever other lists events tell meanwhile: they have it asked once more, a minute later. Where it does not tell, it is asked again when that is due, and an event counts. What this
 * process wants otherwise than the one before it, our label or that we leave, is no healing and needs no allowance. A list that somebody has ordered is written in every state but PUBLISHING. Used under the
 * engine's lock; changes after the commit only.
 */
final class ListWriter {
    /** How often a list is healed within {@link #HEALING_PERIOD}: two clients that remove each other must not loop. */
    static final int MAX_HEALINGS = 3;

    /** How many of them change only what it says of us: the last one is for our id. */
    static final int MAX_HEALINGS_OF_LABELS = MAX_HEALINGS - 1;

    static final Duration HEALING_PERIOD = Duration.ofHours(1);

    /** Between the first healing and the second; long enough for two clients that start at once, and each further wait is {@link #GROWTH} times as long. Also until the server is asked again after an answer that may be of before our publication. */
    static final Duration FIRST_WAIT = Duration.ofSeconds(5);

    private static final int GROWTH = 12;

    /** After a publication that failed, or a list that was not told, and twice as long after each further one, up to {@link #HEALING_PERIOD}. */
    private static final Duration FAILURE_WAIT = Duration.ofMinutes(1);

    private static final int MAX_DOUBLINGS = 6;

    private record Published(XmlElement list, Optional<EntityFullJid> by) {}

    /** What is going on. */
    enum State {
        IDLE,
        CHECKING,
        PUBLISHING,
        WAITING,
        CONTESTED
    }

    /** What each wait is multiplied by, between a half and one and a half: two clients that wait for each other come apart. */
    private final double jitter;

    /** Devices that were on each list that has lacked us since the first of the healings, as far as this process has seen any. */
    private Optional<Set<DeviceId>> suspects = Optional.empty();

    private State state = State.IDLE;
    /** When CHECKING asks again, and WAITING and CONTESTED end. */
    private Optional<Instant> due = Optional.empty();

    /** Whether we have not been missing in this wait so far: it is for the sake of a label, or because we are listed where we have left. */
    private boolean quiet;

    /** The last list that an event has told and that is not as we want it. */
    private Optional<Published> published = Optional.empty();

    private boolean outdated;
    /** When what is on its way was written, if it is a healing. */
    private Optional<Instant> healing = Optional.empty();

    /** Whether a healing was lost with its connection, and the list was not put right since: then the next one that is lost counts. */
    private boolean forgiven;

    /** Whether the list has been as this process wants it. */
    private boolean settled;

    private int failures;
    private Optional<XmlElement> written = Optional.empty();

    ListWriter(SecureRandom random) {
        jitter = 0.5 + random.nextDouble();
    }

    State state() {
        return state;
    }

    /** When the list is looked at again. */
    Optional<Instant> due() {
        return due;
    }

    /** Of the healings that the store keeps, those that still count. One in the future was written by a clock that was wrong. */
    static List<Instant> recent(List<Instant> healings, Instant now) {
        return healings.stream()
                .filter(healing -> !healing.isAfter(now) && now.isBefore(healing.plus(HEALING_PERIOD)))
                .toList();
    }

    /**
     * What an other list leads to: the next state.
     *
     * @param next what would be written.
     * @param allowed how many healings that may be one of; empty where it is none.
     * @param missing whether we are left off it.
     * @param asked whether the server was asked for it; else it is an event.
     */
    State other(
            XmlElement next, OptionalInt allowed, boolean missing, boolean asked, List<Instant> recent, Instant now) {
        return switch (state) {
            case PUBLISHING -> state;
            case WAITING, CONTESTED -> missing && quiet ? judged(next, allowed, recent, now) : state;
            case IDLE -> judged(next, allowed, recent, now);
            case CHECKING -> asked || due.isPresent() ? allowance(allowed, recent, now) : state;
        };
    }

    private State judged(XmlElement next, OptionalInt allowed, List<Instant> recent, Instant now) {
        return written.equals(Optional.of(next)) ? State.CHECKING : allowance(allowed, recent, now);
    }

    private State allowance(OptionalInt allowed, List<Instant> recent, Instant now) {
        if (allowed.isEmpty()) {
            return State.PUBLISHING;
        }
        if (recent.size() >= allowed.getAsInt()) {
            return State.CONTESTED;
        }
        return recent.isEmpty() || !now.isBefore(nextHealing(recent)) ? State.PUBLISHING : State.WAITING;
    }

    private Instant nextHealing(List<Instant> recent) {
        long factor = (long) Math.pow(GROWTH, recent.size() - 1);
        return recent.get(recent.size() - 1).plus(jittered(FIRST_WAIT.multipliedBy(factor)));
    }

    /** When a wait that begins now, after these healings, would end. */
    Instant end(State wait, List<Instant> recent) {
        return wait == State.CONTESTED ? recent.get(0).plus(HEALING_PERIOD) : nextHealing(recent);
    }

    void asWanted() {
        settled = true;
        forgiven = false;
        if (state != State.PUBLISHING) {
            become(State.IDLE);
            failures = 0;
        }
    }

    /** Whether this process has had the list as it wants it: who puts our entry of before on it again is somebody else. */
    boolean isSettled() {
        return settled;
    }

    /** Whether somebody else has published while ours was on its way: only the server knows which list has won. */
    boolean isOutdated() {
        return outdated;
    }

    void outdated() {
        outdated = true;
    }

    void checking() {
        become(State.CHECKING);
    }

    /** The server was asked, and has not told. */
    void notTold(Instant now) {
        if (state == State.IDLE || state == State.CHECKING) {
            state = State.CHECKING;
            due = Optional.of(now.plus(afterFailure()));
        }
    }

    void waiting(State wait, Instant end) {
        become(wait);
        due = Optional.of(end);
    }

    /** Waits since there were healings, to put us back on the list or, where we are on it, our label. */
    void holdingBack(State wait, Instant end, boolean missing) {
        waiting(wait, end);
        quiet = !missing;
    }

    /** Whether it holds back, and we have not been missing meanwhile. */
    boolean isQuiet() {
        return quiet;
    }

    private void become(State next) {
        state = next;
        due = Optional.empty();
        quiet = false;
    }

    void publishing(XmlElement list) {
        become(State.PUBLISHING);
        written = Optional.of(list);
        outdated = false;
    }

    /** Who keeps removing us, once a list that lacks us is told with these on it. */
    Set<DeviceId> suspects(Set<DeviceId> listed, List<Instant> recent) {
        return suspects.filter(before -> !recent.isEmpty())
                .map(before -> before.stream().filter(listed::contains).collect(Collectors.toSet()))
                .orElse(listed);
    }

    void suspect(Set<DeviceId> remaining) {
        suspects = Optional.of(remaining);
    }

    void suspectNobody() {
        suspects = Optional.empty();
    }

    /** Who has published this list, where an event has said so. */
    Optional<EntityFullJid> publisher(XmlElement list) {
        return published.filter(last -> last.list().equals(list)).flatMap(Published::by);
    }

    void published(XmlElement list, Optional<EntityFullJid> by) {
        published = Optional.of(new Published(list, by));
    }

    /** What is published heals a list. */
    void healing(Instant now) {
        healing = Optional.of(now);
    }

    Optional<Instant> healing() {
        return healing;
    }

    /** Whether the one that is on its way counts though its connection is lost: a server that ends each stream at it would have us write without end. */
    boolean countsIfLost() {
        return forgiven;
    }

    void published() {
        become(outdated ? State.CHECKING : State.IDLE);
        settled = true;
        forgiven = false;
        outdated = false;
        healing = Optional.empty();
        failures = 0;
    }

    void failed(Instant now) {
        healing = Optional.empty();
        waiting(State.WAITING, now.plus(afterFailure()));
        outdated = false;
        written = Optional.empty();
    }

    private Duration afterFailure() {
        Duration wait = FAILURE_WAIT.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        return jittered(wait.compareTo(HEALING_PERIOD) < 0 ? wait : HEALING_PERIOD);
    }

    /** Nothing is under way on a new connection, or what was is lost, a healing too; what the server tells is asked for. */
    void connected() {
        become(State.IDLE);
        published = Optional.empty();
        forgiven |= healing.isPresent();
        outdated = false;
        healing = Optional.empty();
        written = Optional.empty();
    }

    private Duration jittered(Duration wait) {
        return Duration.ofMillis((long) (jitter * wait.toMillis()));
    }
}
