/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an application shows: messages as they come, and, after a login that resumed nothing, those of the archive first. Knows no text that was read twice from one that was sent twice, and so
 * drops neither. Thread-safe.
 */
final class Timeline {
    /** How far the archive is asked again for what was there before: stanzas may have overtaken each other on the way. */
    private static final int OVERLAP = 10;

    /**
     * A message that came.
     *
     * @param from the full JID of the sender.
     * @param to the bare JID of the receiver.
     * @param text empty if it gave none: it was read before, is not for this device, or has none.
     * @param archiveId its number in the archive, if it says so.
     */
    record Entry(String from, String to, String id, Optional<String> text, Optional<String> archiveId) {
        boolean isSameAs(Entry other) {
            return from.equals(other.from) && id.equals(other.id);
        }
    }

    private final Consumer<Entry> shown;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> waiting = new ArrayList<>();
    private final List<String> archiveIds = new ArrayList<>();

    /** What came from the archive, by its number there. */
    private final Map<String, Entry> copies = new HashMap<>();

    /** Ids of what the archive did not have yet when it told of something that came later. */
    private final Set<String> leftOut = new HashSet<>();

    private boolean catchingUp;

    /** @param shown is told each text that is shown. */
    Timeline(Consumer<Entry> shown) {
        this.shown = shown;
    }

    /** What comes live has to wait for the archive. */
    synchronized void beginCatchUp() {
        catchingUp = true;
    }

    /** The archive has told everything. */
    synchronized void endCatchUp() {
        catchingUp = false;
        waiting.forEach(this::add);
        waiting.clear();
    }

    /** A message came by itself, or as a copy. */
    synchronized void live(Entry entry) {
        if (catchingUp) {
            waiting.add(entry);
        } else {
            add(entry);
        }
    }

    /** A message came from the archive, for a question that may still fail. Its place is not known yet. */
    synchronized void archived(Entry entry) {
        copies.put(entry.archiveId().orElseThrow(), entry);
        if (entry.text().isPresent()) {
            waiting.add(entry);
        }
    }

    /** Whether all these have come. */
    synchronized boolean hasCopies(List<String> ids) {
        return copies.keySet().containsAll(ids);
    }

    /** What the archive has, in its order and with nothing missing in between. What came by another way stands where the archive has it. */
    synchronized void inOrder(List<String> ids) {
        for (String id : ids) {
            Entry copy = copies.get(id);
            for (Entry came : List.copyOf(waiting)) {
                if (copy != null && came.isSameAs(copy) && came.text().isPresent()) {
                    if (came != copy) {
                        noteWhatIsLeftOutBefore(came);
                    }
                    waiting.remove(came);
                    show(came);
                }
            }
            remember(id);
        }
    }

    /** While ejabberd 23.01 is under load, its archive can lack a message that it has sent ahead of others that are there already. @param live what came by itself. */
    private void noteWhatIsLeftOutBefore(Entry live) {
        for (Entry earlier : waiting.subList(0, waiting.indexOf(live))) {
            if (earlier.from().equals(live.from())
                    && earlier.to().equals(live.to())
                    && copies.values().stream().noneMatch(earlier::isSameAs)) {
                leftOut.add(earlier.id());
            }
        }
    }

    /** Ids of what came by itself, in its order, and was not yet in the archive when that told of something behind it. */
    synchronized Set<String> leftOut() {
        return Set.copyOf(leftOut);
    }

    /** After which message of the archive something may be missing; empty for all of it. */
    synchronized Optional<String> askAfter() {
        return archiveIds.size() > OVERLAP
                ? Optional.of(archiveIds.get(archiveIds.size() - 1 - OVERLAP))
                : Optional.empty();
    }

    /** What was shown, in order. */
    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    private void add(Entry entry) {
        entry.archiveId().ifPresent(this::remember);
        show(entry);
    }

    private void remember(String archiveId) {
        if (!archiveIds.contains(archiveId)) {
            archiveIds.add(archiveId);
        }
    }

    private void show(Entry entry) {
        if (entry.text().isPresent()) {
            entries.add(entry);
            shown.accept(entry);
        }
    }
}
