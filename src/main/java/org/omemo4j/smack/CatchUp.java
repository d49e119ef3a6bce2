/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.omemo4j.engine.OmemoEngine;

/**
 * Whether messages from before are still coming in, as far as what goes by tells. It begins with each login that resumes nothing, and with a query of the archive. What was kept offline has come when a
 * ping is answered that was sent after the first presence; without a presence nothing is sent to us. The archive has been read when its last page that is open says that it is complete; an
 * application that stops in the middle is told by its silence. Every method is told the time, which must not go back. Not thread-safe.
 */
final class CatchUp {
    /** A page of an archive takes far less, and so does an application that goes on to the next one. */
    static final Duration QUIET = Duration.ofSeconds(60);

    static final Duration LONGEST = OmemoEngine.LONGEST_CATCHING_UP;

    /** The pages that were asked for and are not complete. Bounds what an application without patience can make us hold. */
    private static final int MAX_PAGES = 100;

    private Instant begun = Instant.MIN;

    private Instant loggedIn = Instant.MIN;

    /** When something was last seen of the archive. */
    private Instant lastSign = Instant.MIN;

    private boolean awaitsOffline;
    private boolean present;
    private final Set<String> pages = new HashSet<>();

    /** Pages that were not the last one, less those that were asked for since. */
    private int awaitedPages;

    /** A login that resumed nothing. What was asked for before it is lost. */
    void loggedIn(Instant now) {
        begun = now;
        loggedIn = now;
        awaitsOffline = true;
        present = false;
        pages.clear();
        awaitedPages = 0;
    }

    /** A presence was sent to everybody. @return whether it is the first one of this login: then a ping must follow it. */
    boolean present(Instant now) {
        boolean first = !present;
        if (first && !isUnderWay(now)) {
            begun = now;
        }
        awaitsOffline |= first;
        present = true;
        return first;
    }

    /** Whether the ping that follows the first presence was not answered. */
    boolean awaitsPing() {
        return awaitsOffline && present;
    }

    /** A ping was answered: what was kept for us has come before it, if a presence was sent before. */
    void pingAnswered() {
        awaitsOffline = false;
    }

    /** The application asks for a page of an archive; the name is that of the request. */
    void pageAsked(String page, Instant now) {
        seeArchive(now);
        awaitedPages = Math.max(0, awaitedPages - 1);
        if (pages.size() < MAX_PAGES) {
            pages.add(page);
        }
    }

    /** A message came from our own archive. */
    void archivedMessage(Instant now) {
        seeArchive(now);
        if (pages.isEmpty() && awaitedPages == 0) {
            awaitedPages = 1; // asked for before we looked
        }
    }

    /** Whether we saw the request for this page. */
    boolean isAsked(String page) {
        return pages.contains(page);
    }

    /** A page has ended. */
    void pageEnded(String page, boolean complete, Instant now) {
        if (!complete) {
            seeArchive(now);
            awaitedPages++;
        }
        if (!pages.remove(page) && complete && pages.isEmpty()) {
            awaitedPages = 0; // the end of what was asked for before we looked
        }
    }

    /** A request has failed, perhaps one for a page. */
    void requestFailed(String request) {
        pages.remove(request);
    }

    boolean isGoingOn(Instant now) {
        return now.isBefore(after(begun, LONGEST)) && isUnderWay(now);
    }

    /** When it is over if nothing more goes by. Means nothing while nothing is going on. */
    Instant until() {
        Instant end = awaitsOffline && present ? after(begun, LONGEST) : Instant.MIN;
        if (awaitsOffline && after(loggedIn, QUIET).isAfter(end)) {
            end = after(loggedIn, QUIET);
        }
        if (isArchiveOpen() && after(lastSign, QUIET).isAfter(end)) {
            end = after(lastSign, QUIET);
        }
        return end.isBefore(after(begun, LONGEST)) ? end : after(begun, LONGEST);
    }

    private void seeArchive(Instant now) {
        if (!isUnderWay(now)) { // else it is the one that has begun, however long it takes
            begun = now;
            pages.clear();
            awaitedPages = 0;
        }
        lastSign = now;
    }

    private boolean isUnderWay(Instant now) {
        boolean offline = awaitsOffline && (present || now.isBefore(after(loggedIn, QUIET)));
        return offline || (isArchiveOpen() && now.isBefore(after(lastSign, QUIET)));
    }

    private boolean isArchiveOpen() {
        return !pages.isEmpty() || awaitedPages > 0;
    }

    private static Instant after(Instant since, Duration time) {
        return since.plus(time);
    }
}
