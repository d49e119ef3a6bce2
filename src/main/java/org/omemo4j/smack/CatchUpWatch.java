/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.InstantSource;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smackx.mam.element.MamFinIQ;
import org.jivesoftware.smackx.mam.element.MamQueryIQ;
import org.omemo4j.store.StoreException;

/** Tells {@link CatchUp} what goes by and what the time is, and the engine when it begins and ends. Whoever forgets this object ends it, too. Thread-safe. */
final class CatchUpWatch {
    /** What was read in a batch is on the disk after this time at the latest, unless more comes in. */
    static final Duration SETTLE_AFTER = Duration.ofSeconds(1);

    private final Maintenance.Timer timer;
    private final InstantSource clock;
    private final Work work;
    private final CatchUp catchUp = new CatchUp();
    private boolean running;
    private boolean planned;
    private boolean settling;
    private boolean closed;

    /** What is done at its ends. */
    interface Work {
        /** It begins. Called on the thread that has seen it, before anything else is read there; must not wait. */
        void begun();

        /** It is over, or what was read should be on the disk. Must not wait. */
        void later(Task task);
    }

    /** What the worker does then. */
    enum Task {
        /** Nothing has begun again meanwhile: the engine has caught up. */
        CAUGHT_UP,
        /** What was read goes to the disk. */
        SETTLE
    }

    /** Something that is done only if nothing is going on. */
    interface Ending<T> {
        T run() throws StoreException;
    }

    CatchUpWatch(Maintenance.Timer timer, InstantSource clock, Work work) {
        this.timer = timer;
        this.clock = clock;
        this.work = work;
    }

    /** A login that resumed nothing. */
    synchronized void loggedIn() {
        catchUp.loggedIn(clock.instant());
        running = false;
        look();
    }

    /** The application has sent this. @return whether it is the presence that a ping must follow. */
    synchronized boolean sent(Stanza stanza) {
        if (stanza instanceof MamQueryIQ query && query.getType() == IQ.Type.set) {
            catchUp.pageAsked(query.getStanzaId(), clock.instant());
            look();
        }
        boolean first = stanza instanceof Presence presence
                && presence.getTo() == null
                && presence.getType() == Presence.Type.available
                && catchUp.present(clock.instant());
        if (first) {
            look();
        }
        return first;
    }

    /** Whether the ping was sent and not answered. */
    synchronized boolean awaitsPing() {
        return catchUp.awaitsPing();
    }

    /** The ping was answered. */
    synchronized void pingAnswered() {
        catchUp.pingAnswered();
        look();
    }

    /** A message came from our own archive. */
    synchronized void archivedMessage() {
        catchUp.archivedMessage(clock.instant());
        look();
    }

    /** An answer came, perhaps to a request for a page. @param ours whether it comes from our own account: anybody can send what looks like the end of a page. */
    synchronized void received(IQ answer, boolean ours) {
        if (answer instanceof MamFinIQ end && (ours || catchUp.isAsked(end.getStanzaId()))) {
            catchUp.pageEnded(end.getStanzaId(), end.isComplete(), clock.instant());
            look();
        } else if (answer.getType() == IQ.Type.error) {
            catchUp.requestFailed(answer.getStanzaId());
            look();
        }
    }

    /** A message was read: while it is going on, perhaps in a batch. */
    synchronized void hasRead() {
        if (running && !settling && !closed) {
            settling = true;
            timer.after(SETTLE_AFTER, later(new WeakReference<>(this), CatchUpWatch::settle));
        }
    }

    /** On the worker: ends it, unless it has begun again. @param otherwise what there is instead. */
    synchronized <T> T endUnlessGoingOn(Ending<T> ending, T otherwise) throws StoreException {
        return catchUp.isGoingOn(clock.instant()) ? otherwise : ending.run();
    }

    synchronized void close() {
        closed = true;
    }

    private void look() {
        if (closed) {
            return;
        }
        boolean goesOn = catchUp.isGoingOn(clock.instant());
        if (goesOn && !running) {
            running = true;
            work.begun();
        } else if (!goesOn && running) {
            running = false;
            work.later(Task.CAUGHT_UP);
        }
        if (running && !planned) {
            planned = true;
            Duration left = Duration.between(clock.instant(), catchUp.until());
            timer.after(left, later(new WeakReference<>(this), CatchUpWatch::due));
        }
    }

    private synchronized void due() {
        planned = false;
        boolean goesOn = catchUp.isGoingOn(clock.instant());
        if (running && !goesOn && !closed) {
            running = false;
            work.later(Task.CAUGHT_UP);
        } else if (running && !closed) {
            planned = true;
            Duration left = Duration.between(clock.instant(), catchUp.until());
            timer.after(left, later(new WeakReference<>(this), CatchUpWatch::due));
        }
    }

    private synchronized void settle() {
        settling = false;
        if (!closed) {
            work.later(Task.SETTLE);
        }
    }

    private interface Due {
        void of(CatchUpWatch watch);
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable later(WeakReference<CatchUpWatch> watch, Due due) {
        return () -> {
            CatchUpWatch present = watch.get();
            if (present != null) {
                due.of(present);
            }
        };
    }
}
