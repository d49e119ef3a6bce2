/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * When our account's device list of one version is written: a state machine without a clock. "Other" is a list that is not as we want it.
 *
 * <pre>
 *             told as wanted   told other                        not told    published           failed    due
 * IDLE        IDLE             PUBLISHING, or see below          CHECKING    -                   -         -
 * CHECKING    IDLE             PUBLISHING, WAITING or CONTESTED  CHECKING    -                   -         CHECKING
 * PUBLISHING  PUBLISHING       PUBLISHING, outdated              PUBLISHING  IDLE, or CHECKING   WAITING   -
 *                                                                            if outdated
 * WAITING     IDLE             WAITING                           WAITING     -                   -         CHECKING
 * CONTESTED   IDLE             CONTESTED                         CONTESTED   -                   -         CHECKING
 * </pre>
 *
 * IDLE goes to CHECKING when it would write what it has just written: an old list may only be told again. It goes to WAITING when the last healing is too near, and to CONTESTED
 * after {@link #MAX_HEALINGS} of them. CHECKING asks the server, and where it does not tell, asks again when that is due. A list that somebody has ordered is written in every state but PUBLISHING. Used under the engine's lock; changes
 * after the commit only.
 */
final class ListWriter {
    /** How often a list is healed within {@link #HEALING_PERIOD}: two clients that remove each other must not loop. */
    static final int MAX_HEALINGS = 3;

    static final Duration HEALING_PERIOD = Duration.ofHours(1);

    /** Between the first healing and the second; long enough for two clients that start at once, and each further wait is {@link #GROWTH} times as long. */
    static final Duration FIRST_WAIT = Duration.ofSeconds(5);

    private static final int GROWTH = 12;

    /** After a publication that failed, or a list that was not told, and twice as long after each further one, up to {@link #HEALING_PERIOD}. */
    private static final Duration FAILURE_WAIT = Duration.ofMinutes(1);

    private static final int MAX_DOUBLINGS = 6;

    /** What is going on. */
    enum State {
        IDLE,
        CHECKING,
        PUBLISHING,
        WAITING,
        CONTESTED
    }

    private final SecureRandom random;
    private final Deque<Instant> healings = new ArrayDeque<>();
    /** Devices that were on each list that has lacked us since the first of the healings. */
    private final Set<DeviceId> suspects = new HashSet<>();

    private State state = State.IDLE;
    /** When CHECKING asks again, and WAITING and CONTESTED end. */
    private Optional<Instant> due = Optional.empty();

    private Instant nextHealing = Instant.EPOCH;
    private boolean outdated;
    /** Whether what is on its way is a healing. */
    private boolean healing;

    private int failures;
    private Optional<XmlElement> written = Optional.empty();

    ListWriter(SecureRandom random) {
        this.random = random;
    }

    State state() {
        return state;
    }

    /** When the list is looked at again. */
    Optional<Instant> due() {
        return due;
    }

    Set<DeviceId> suspects() {
        return Set.copyOf(suspects);
    }

    /** What an other list leads to: the next state. {@code next} is what would be written. */
    State other(XmlElement next, Instant now) {
        return switch (state) {
            case PUBLISHING, WAITING, CONTESTED -> state;
            case IDLE -> written.equals(Optional.of(next)) ? State.CHECKING : allowance(now);
            case CHECKING -> allowance(now);
        };
    }

    private State allowance(Instant now) {
        if (recent(now) >= MAX_HEALINGS) {
            return State.CONTESTED;
        }
        return now.isBefore(nextHealing) ? State.WAITING : State.PUBLISHING;
    }

    private int recent(Instant now) {
        return (int) healings.stream()
                .filter(healing -> now.isBefore(healing.plus(HEALING_PERIOD)))
                .count();
    }

    /** When a wait that begins now would end. */
    Instant end(State wait) {
        return wait == State.CONTESTED ? healings.getFirst().plus(HEALING_PERIOD) : nextHealing;
    }

    void asWanted() {
        if (state != State.PUBLISHING) {
            become(State.IDLE);
            failures = 0;
        }
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
        state = wait;
        due = Optional.of(end);
    }

    private void become(State next) {
        state = next;
        due = Optional.empty();
    }

    void publishing(XmlElement list) {
        become(State.PUBLISHING);
        written = Optional.of(list);
        outdated = false;
    }

    /** A list that lacks us has been told, with these on it. */
    void suspect(Set<DeviceId> listed, Instant now) {
        if (recent(now) == 0) {
            suspects.clear();
            suspects.addAll(listed);
        } else {
            suspects.retainAll(listed);
        }
    }

    /** What is published heals a list. */
    void healing(Instant now) {
        while (!healings.isEmpty() && !now.isBefore(healings.getFirst().plus(HEALING_PERIOD))) {
            healings.removeFirst();
        }
        healings.addLast(now);
        long factor = (long) Math.pow(GROWTH, healings.size() - 1);
        nextHealing = now.plus(jittered(FIRST_WAIT.multipliedBy(factor)));
        healing = true;
    }

    void published() {
        become(outdated ? State.CHECKING : State.IDLE);
        outdated = false;
        healing = false;
        failures = 0;
    }

    /** What was not published has healed nothing. */
    void failed(Instant now) {
        if (healing) {
            healings.removeLast();
            nextHealing = now;
            healing = false;
        }
        waiting(State.WAITING, now.plus(afterFailure()));
        outdated = false;
        written = Optional.empty();
    }

    private Duration afterFailure() {
        Duration wait = FAILURE_WAIT.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        return jittered(wait.compareTo(HEALING_PERIOD) < 0 ? wait : HEALING_PERIOD);
    }

    /** Nothing is under way on a new connection, or what was is lost; what the server tells is asked for. The healings still count. */
    void connected() {
        become(State.IDLE);
        outdated = false;
        healing = false;
        written = Optional.empty();
    }

    /** Between half of it and one and a half: two clients that wait for each other come apart. */
    private Duration jittered(Duration wait) {
        return wait.dividedBy(2).plusMillis((long) (random.nextDouble() * wait.toMillis()));
    }
}
