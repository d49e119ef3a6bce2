/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action;

/**
 * How long a room's message may wait for the keys of its members, however many there are and however slowly their servers answer: first for their lists, then for the bundles of those
 * whose lists have come. Only time counts at whose end our own server has answered: a stall of our link leaves nobody out. On the worker only.
 */
final class RoomPatience {
    /** Times {@link Silence#PATIENCE}: as long as a slow server is waited for, and one more for the way. */
    static final int STEPS_FOR_LISTS = ActionRunner.MAX_SILENCES + 1;

    /** With those for lists: what two questions cost, one after the other. */
    static final int STEPS = STEPS_FOR_LISTS + ActionRunner.MAX_SILENCES;

    private final Worker worker;
    private final Silence.OurServer ourServer;
    private final Maintenance.Timer timer;
    private final Ended ended;
    private final Map<BareJid, Wait> waits = new HashMap<>();

    private static final class Wait {
        private final BareJid room;
        private final Set<Action> unawaited = new HashSet<>();
        private int steps;
        private boolean ticking;

        Wait(BareJid room) {
            this.room = room;
        }
    }

    /** Hears that a room's patience is over for lists, and that all of it is. */
    interface Ended {
        void of(BareJid room) throws Exception;
    }

    RoomPatience(Worker worker, Silence.OurServer ourServer, Maintenance.Timer timer, Ended ended) {
        this.worker = worker;
        this.ourServer = ourServer;
        this.timer = timer;
        this.ended = ended;
    }

    /** A message of this room begins to wait, or waits still. */
    void goOn(BareJid room) {
        tick(waits.computeIfAbsent(room, Wait::new));
    }

    /** All is asked again, or for the next message. */
    void startOver(BareJid room) {
        if (waits.remove(room) != null) {
            goOn(room);
        }
    }

    /** A login that has resumed nothing. */
    void startOver() {
        Set.copyOf(waits.keySet()).forEach(this::startOver);
    }

    /** What waits may go on: after each login, and when the application is not going after all. */
    void connected() {
        waits.values().forEach(this::tick);
    }

    boolean isOverForLists(BareJid room) {
        return steps(room) >= STEPS_FOR_LISTS;
    }

    boolean isOver(BareJid room) {
        return steps(room) >= STEPS;
    }

    /** The message goes on without these. */
    void leave(BareJid room, List<Action> fetches) {
        waits.computeIfAbsent(room, Wait::new).unawaited.addAll(fetches);
    }

    /** Which fetches the message does not wait for any more. */
    Set<Action> unawaited(BareJid room) {
        Wait wait = waits.get(room);
        return wait == null ? Set.of() : wait.unawaited;
    }

    private int steps(BareJid room) {
        Wait wait = waits.get(room);
        return wait == null ? 0 : wait.steps;
    }

    /** No message waits for keys any more. */
    void settled(BareJid room) {
        waits.remove(room);
    }

    private void tick(Wait wait) {
        if (!wait.ticking && wait.steps < STEPS) {
            wait.ticking = true;
            timer.after(
                    ourServer.patience(Silence.PATIENCE), asking(new WeakReference<>(this), new WeakReference<>(wait)));
        }
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable asking(WeakReference<RoomPatience> patience, WeakReference<Wait> wait) {
        return () -> {
            RoomPatience present = patience.get();
            Wait waiting = wait.get();
            if (present != null && waiting != null) {
                present.worker.execute(() -> present.askOurServer(waiting));
            }
        };
    }

    private void askOurServer(Wait wait) throws InterruptedException {
        wait.ticking = false;
        if (waits.get(wait.room) != wait) {
            return;
        }
        try {
            ourServer.ping(came -> {
                wait.ticking = false;
                if (waits.get(wait.room) == wait) {
                    passed(wait, came);
                }
            });
            wait.ticking = true;
        } catch (NotConnectedException e) {
            // goes on after the next login
        } catch (RuntimeException e) { // of an interceptor of the application
            tick(wait);
            throw e;
        }
    }

    private void passed(Wait wait, boolean proven) throws Exception {
        wait.steps += proven ? 1 : 0;
        tick(wait);
        if (proven && (wait.steps == STEPS_FOR_LISTS || wait.steps == STEPS)) {
            ended.of(wait.room);
        }
    }
}
