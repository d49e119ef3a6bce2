/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.HashSet;
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

    /** Nothing is under way on a new connection, and what has failed may be tried again after a while. */
    void startOver() {
        underWay.clear();
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
