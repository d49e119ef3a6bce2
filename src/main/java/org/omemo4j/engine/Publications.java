/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.StoreException;

/**
 * Sees to it that the server gets our bundle after each change. One publication of a version at a time: changes in the meantime go with the next one, so that a flood of key
 * exchanges costs few. What has failed stays under way until {@link #startOver}. Used under the engine's lock.
 */
final class Publications {
    private final Set<String> underWay = new HashSet<>();

    /** What has failed, and how, since it last went well or the last login: told once. */
    private final Set<List<String>> told = new HashSet<>();

    /** Nothing is under way on a new connection. */
    void connected() {
        startOver();
        told.clear();
    }

    /** What has failed may be tried again. */
    void startOver() {
        underWay.clear();
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

    /** Asks for the publication of what has changed and is not under way; never before our device id is settled, for the bundle under it might be somebody else's. */
    void due(Step step, OmemoVersion version, OwnKeys keys) throws StoreException {
        OwnBundleRecord own = step.ownBundle(version);
        if (!own.announced() || own.published() >= own.changed() || underWay.contains(version.namespace())) {
            return;
        }
        step.act(new Action.PublishBundle(
                version, version.elements().toXml(keys.bundle(step.store(), version)), own.changed()));
        step.afterCommit(() -> underWay.add(version.namespace()));
    }

    void published(Step step, Action.PublishBundle action) throws StoreException {
        underWay.remove(action.version().namespace());
        OwnBundleRecord own = step.ownBundle(action.version());
        if (action.change() > own.published()) {
            step.writeOwnBundle(own.withPublished(action.change()));
        }
    }
}
