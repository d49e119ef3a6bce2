/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static java.util.function.Predicate.not;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.OmemoEngine;

/** Fetches what the next message of a conversation lacks to be encrypted, and knows when that is in vain. On the worker only. */
final class MissingKeys {
    /**
     * Fetches in a row that brought a conversation no further. A room, where somebody new may ask for one more each time, then goes on without who lacks something; after twice as many, also
     * that message fails: ends what would never end if an answer were forgotten at once.
     */
    private static final int MAX_ROUNDS = 6;

    /** Times that a contact's server is asked in vain before what waits for them fails; more, if so many time-outs of Smack but one are not over by then. */
    private static final int MAX_TRIES = 3;

    /** For a server that answers this and that, and never all that is needed; after the time-outs of Smack. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Before the second of them; twice as long before the third, and three times before each further one. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final OmemoEngine engine;
    private final Worker worker;
    private final Wire wire;
    private final ActionRunner runner;
    private final Maintenance.Timer timer;
    private final Fetched fetched;
    private final RoomPatience roomPatience;

    /** Conversations whose keys are on their way, each with a mark of its own for each round. */
    private final Map<BareJid, Object> fetching = new HashMap<>();

    private final Map<BareJid, Integer> rounds = new HashMap<>();

    /** How often a contact's server was asked in vain for what waits now. */
    private final Map<BareJid, Silences> silences = new HashMap<>();

    /** @param since when the first of them ended, by {@link System#nanoTime()}. */
    private record Silences(int tries, long since) {}

    /** Hears that a conversation may go on. */
    interface Fetched {
        void of(BareJid conversation) throws Exception;
    }

    MissingKeys(
            OmemoEngine engine,
            Worker worker,
            Wire wire,
            ActionRunner runner,
            Maintenance.Timer timer,
            Fetched fetched) {
        this.engine = engine;
        this.worker = worker;
        this.wire = wire;
        this.runner = runner;
        this.timer = timer;
        this.fetched = fetched;
        this.roomPatience = new RoomPatience(worker, wire, timer, this::goOnWithout);
    }

    /** Whether something is on its way, and the conversation goes on by itself when it is there. */
    boolean areOnTheirWay(BareJid conversation) {
        return fetching.containsKey(conversation);
    }

    /** After each login, also one that resumes a stream. */
    void connected() {
        silences.clear();
    }

    /** A login that has resumed nothing. */
    void startOver() {
        rounds.clear();
        silences.clear();
        roomPatience.startOver();
    }

    /** What waits may go on: after each login, and when the application is not going after all. */
    void goOn() {
        roomPatience.connected();
    }

    /** What the conversation's next message does not wait for any more. */
    Set<Action> unawaited(BareJid conversation) {
        return roomPatience.unawaited(conversation);
    }

    /** The account's server does answer. */
    void answered(BareJid account) {
        silences.computeIfPresent(account, (same, before) -> new Silences(0, before.since()));
    }

    /** The conversation's next message waits for nothing any more: the one behind it, if any, has the time that it had. */
    void settled(BareJid conversation) {
        rounds.remove(conversation);
        if (fetching.containsKey(conversation)) {
            roomPatience.startOver(conversation);
        } else {
            roomPatience.settled(conversation);
        }
    }

    /** The conversation's next message waits for something else. */
    void notMissed(BareJid conversation) {
        rounds.remove(conversation);
        roomPatience.settled(conversation);
    }

    /** The next message has all that can be had. */
    void found(BareJid conversation) {
        silences.remove(conversation);
    }

    /** Nothing waits in this conversation. */
    void forget(BareJid conversation) {
        silences.remove(conversation);
        roomPatience.settled(conversation);
    }

    /** @return false if that was done too often in vain. */
    boolean fetch(BareJid to, Encryption.Missing missing, boolean groupChat) throws Exception {
        int inVain = rounds.merge(to, 1, Integer::sum);
        if (inVain > (groupChat ? 2 * MAX_ROUNDS : MAX_ROUNDS)) {
            return false;
        }
        runner.perform(missing.reaction());
        List<Action> left = groupChat ? leave(to, inVain, missing.actions()) : List.of();
        List<Action> needed =
                missing.actions().stream().filter(not(left::contains)).toList();
        Object round = new Object();
        fetching.put(to, round);
        // Later, not from within: what this round has sent still waits for its ping.
        runner.performFirst(needed, () -> worker.execute(() -> goOn(to, round)));
        if (!left.isEmpty()) {
            worker.execute(() -> runner.perform(left, () -> {})); // once the message has left: for the next one
        }
        return true;
    }

    /** A room has a patience. @return what it waits for no longer. */
    private List<Action> leave(BareJid room, int inVain, List<Action> needed) throws Exception {
        roomPatience.goOn(room);
        boolean all = inVain > MAX_ROUNDS || roomPatience.isOver(room);
        boolean lists = roomPatience.isOverForLists(room);
        List<Action> left = runner.leave(needed.stream()
                .filter(action -> all || (lists && action instanceof Action.FetchDeviceList))
                .toList());
        roomPatience.leave(room, left);
        return left;
    }

    /** A room has waited long enough: whose answers are not there is left out, or whatever else the application wants then. */
    private void goOnWithout(BareJid room) throws Exception {
        if (fetching.remove(room) != null) {
            fetched.of(room);
        }
    }

    private void goOn(BareJid to, Object round) throws Exception {
        if (fetching.remove(to, round)) {
            fetched.of(to);
        }
    }

    /** The contact's server is silent. One slow answer loses no message. @return whether it is asked once more, after a pause. */
    boolean asksAgain(BareJid to) {
        Silences before = silences.getOrDefault(to, new Silences(0, System.nanoTime()));
        int inVain = before.tries() + 1;
        silences.put(to, new Silences(inVain, before.since()));
        Duration waited = Duration.ofNanos(System.nanoTime() - before.since());
        Duration patience = wire.replyTimeout().multipliedBy(MAX_TRIES - 1);
        boolean enough = inVain >= MAX_TRIES && waited.compareTo(patience) >= 0;
        if (wire.isOpen() && (enough || waited.compareTo(patience.plus(LONGEST_WAIT)) >= 0)) {
            return false;
        }
        Object round = new Object();
        fetching.put(to, round);
        rounds.remove(to);
        timer.after(PAUSE.multipliedBy(Math.min(inVain, MAX_TRIES)), askingAgain(new WeakReference<>(this), to, round));
        return true;
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable askingAgain(WeakReference<MissingKeys> waiting, BareJid to, Object round) {
        return () -> {
            MissingKeys missing = waiting.get();
            if (missing != null) {
                missing.worker.execute(() -> {
                    missing.engine.askAgain(to);
                    missing.goOn(to, round);
                });
            }
        };
    }
}
