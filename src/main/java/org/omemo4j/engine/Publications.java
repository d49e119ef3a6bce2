/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.StoreException;

/**
 * Sees to it that the server gets our bundle after each change. One publication of a version at a time, and one in five seconds: changes in the meantime go with the next one, so that a
 * flood of key exchanges costs few. What has failed stays under way until {@link #startOver}. Used under the engine's lock.
 */
final class Publications {
    /** The time between two publications of a version. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    private final Set<String> underWay = new HashSet<>();

    /** When the next publication of a version may be, if there was one. */
    private final Map<String, Instant> next = new HashMap<>();

    /** What has failed, and how, since it last went well or the last login: told once. */
    private final Set<List<String>> told = new HashSet<>();

    /** Nothing is under way on a new connection. */
    void connected() {
        startOver();
        told.clear();
    }

    /** What has failed may be tried again, and nothing waits any longer. */
    void startOver() {
        underWay.clear();
        next.clear();
    }

    /** The server has no bundle of ours, or not the one that we believed: the next publication does not wait. */
    void needed(Step step, OmemoVersion version) {
        step.afterCommit(() -> next.remove(version.namespace()));
    }

    void succeeded(Step step, Action action) {
        step.afterCommit(() -> told.removeIf(failure -> failure.get(0).equals(what(action))
                && failure.get(1).equals(action.version().namespace())));
    }

    void failed(Step step, Action action, String why) {
        List<String> failure = List.of(what(action), action.version().namespace(), why);
        if (!told.contains(failure)) {
            step.tell(new OmemoEvent.PublicationFailed(what(action), why));
            step.afterCommit(() -> told.add(failure));
        }
    }

    private static String what(Action action) {
        if (action instanceof Action.WithdrawBundle) {
            return "removal of a bundle";
        }
        return action instanceof Action.PublishBundle ? "bundle" : "device list";
    }

    /** Asks for the publication of what has changed and is not under way, once its time has come. */
    void due(Step step, OmemoVersion version, OwnKeys keys) throws StoreException {
        if (!waits(step, version) || step.now().isBefore(time(version))) {
            return;
        }
        step.act(new Action.PublishBundle(
                version,
                version.elements().toXml(keys.bundle(step.store(), version)),
                step.ownBundle(version).changed()));
        step.afterCommit(() -> {
            underWay.add(version.namespace());
            next.put(version.namespace(), step.now().plus(PERIOD));
        });
    }

    /** When {@link #due} would ask for something. */
    Optional<Instant> nextDue(Step step, List<OmemoVersion> versions) throws StoreException {
        Optional<Instant> first = Optional.empty();
        for (OmemoVersion version : versions) {
            if (waits(step, version) && first.filter(time(version)::isAfter).isEmpty()) {
                first = Optional.of(time(version));
            }
        }
        return first;
    }

    /** Whether there is a change that is not under way; never before our device id is settled, for the bundle under it might be somebody else's. */
    private boolean waits(Step step, OmemoVersion version) throws StoreException {
        OwnBundleRecord own = step.ownBundle(version);
        return own.announced() && own.published() < own.changed() && !underWay.contains(version.namespace());
    }

    private Instant time(OmemoVersion version) {
        return next.getOrDefault(version.namespace(), Instant.EPOCH);
    }

    void published(Step step, Action.PublishBundle action) throws StoreException {
        underWay.remove(action.version().namespace());
        OwnBundleRecord own = step.ownBundle(action.version());
        if (action.change() > own.published()) {
            step.writeOwnBundle(own.withPublished(action.change()));
        }
    }
}
