/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jivesoftware.smack.SmackException.NotConnectedException;

/**
 * Finds out which questions other servers leave unanswered, and takes no stall of our own link for it. Our server is asked behind a question, and its answer tells that the question has
 * arrived; some time later it is asked again, and its answer tells that whatever came for us meanwhile has come. What is open then is unanswered. On the worker only.
 *
 * @param <Q> a question, by identity or by value.
 */
final class Silence<Q> {
    /** How long other servers have for an answer, unless the application has set less for Smack. One server that hangs must not silence a room. */
    static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Worker worker;
    private final OurServer ourServer;
    private final Maintenance.Timer timer;
    private final Predicate<Q> open;
    private final Verdict<Q> verdict;

    /** What was asked since our server was last asked. */
    private Set<Q> asked = new LinkedHashSet<>();

    /** Whether it is going to be asked, or was and has not answered yet. */
    private boolean asking;

    private int connection;

    /** What has arrived, while it has time for its answer; by numbers, for the timer must not keep what a question refers to. */
    private final Map<Integer, Set<Q>> arrived = new HashMap<>();

    private int lots;

    /** Gets what is unanswered. */
    interface Verdict<Q> {
        void unanswered(Set<Q> questions) throws Exception;
    }

    /** What answers while our own link works. */
    interface OurServer {
        /** Asks for an answer, which comes after it has handled all that was sent before. Does not wait. */
        void ping(Wire.Echo echo) throws NotConnectedException, InterruptedException;

        /** How long to wait for other servers, at most; less if the application wants that. */
        Duration patience(Duration most);
    }

    /** @param open whether no answer to a question has come in. */
    Silence(Worker worker, OurServer ourServer, Maintenance.Timer timer, Predicate<Q> open, Verdict<Q> verdict) {
        this.worker = worker;
        this.ourServer = ourServer;
        this.timer = timer;
        this.open = open;
        this.verdict = verdict;
    }

    /** After each login, also one that resumes a stream, and before what is open is asked again. */
    void startOver() {
        connection++;
        asked = new LinkedHashSet<>();
        arrived.clear();
        asking = false;
    }

    /** This is being asked. */
    void watch(Q question) {
        asked.add(question);
        askOurServer();
    }

    /** Once for all that is asked by the task that runs, and not twice at a time. */
    private void askOurServer() {
        if (!asking && !asked.isEmpty()) {
            asking = true;
            worker.execute(this::askWhetherTheyHaveArrived);
        }
    }

    private void askWhetherTheyHaveArrived() throws InterruptedException {
        Set<Q> lot = asked;
        asked = new LinkedHashSet<>();
        if (lot.isEmpty()) { // a login came between
            return;
        }
        ping(lot, () -> {
            asking = false;
            arrived.put(++lots, lot);
            timer.after(ourServer.patience(PATIENCE), later(new WeakReference<>(this), lots));
            askOurServer();
        });
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static <Q> Runnable later(WeakReference<Silence<Q>> silence, int lot) {
        return () -> {
            Silence<Q> present = silence.get();
            if (present != null) {
                present.worker.execute(() -> present.askWhatHasCome(lot));
            }
        };
    }

    private void askWhatHasCome(int number) throws InterruptedException {
        Set<Q> lot = arrived.remove(number);
        if (lot == null) { // a login came between
            return;
        }
        lot.removeIf(open.negate());
        if (!lot.isEmpty()) {
            ping(lot, () -> {
                lot.removeIf(open.negate());
                verdict.unanswered(lot);
            });
        }
    }

    private void ping(Set<Q> lot, Worker.Task then) throws InterruptedException {
        int since = connection;
        boolean asked = false;
        try {
            ourServer.ping(came -> {
                if (since == connection) {
                    goOn(came, lot, then);
                }
            });
            asked = true;
        } catch (NotConnectedException e) {
            // after the next login
        } finally {
            if (!asked) {
                goOnLater(lot);
            }
        }
    }

    private void goOn(boolean came, Set<Q> lot, Worker.Task then) throws Exception {
        if (came) {
            then.run();
        } else {
            goOnLater(lot);
        }
    }

    /** With what is asked next, or after the next login. */
    private void goOnLater(Set<Q> lot) {
        asking = false;
        lot.stream().filter(open).forEach(asked::add);
    }
}
