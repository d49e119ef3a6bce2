/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;

/**
 * Other devices' bundles, from the moment they are fetched until a session begins with them, and what is known of those that could not be had. In memory only: after a crash
 * they are fetched again. Used under the engine's lock.
 */
final class Bundles {
    /** A bundle that is missing or bad is not asked for again for so long, however many messages are sent or events come. */
    private static final Duration PROBLEM_LIFE = Duration.ofMinutes(1);
    /** An unused bundle: its prekeys may be gone by then. */
    private static final Duration BUNDLE_LIFE = Duration.ofMinutes(10);
    /** Bundles and problems kept; a bundle is near 8 KiB. */
    private static final int MAX_REMEMBERED = 2000;

    private final Map<Key, Fetched> fetched = new HashMap<>();

    private record Key(DeviceAddress address, String version) {}

    /** A bundle, or a problem; @param silent whether that was that nobody has answered. */
    private record Fetched(Optional<Bundle> bundle, Instant when, boolean silent) {
        boolean isFresh(Instant now) {
            return now.isBefore(when.plus(bundle.isPresent() ? BUNDLE_LIFE : PROBLEM_LIFE));
        }
    }

    void forget() {
        fetched.clear();
    }

    void have(Step step, DeviceAddress address, OmemoVersion version, Bundle bundle) {
        remember(address, version, new Fetched(Optional.of(bundle), step.now(), false));
    }

    void unusable(Step step, DeviceAddress address, OmemoVersion version) {
        remember(address, version, new Fetched(Optional.empty(), step.now(), false));
    }

    /** Nobody has answered. */
    void unanswered(Step step, DeviceAddress address, OmemoVersion version) {
        remember(address, version, new Fetched(Optional.empty(), step.now(), true));
    }

    /** Whether nobody has answered the last time. */
    boolean isSilent(DeviceAddress address, OmemoVersion version) {
        Fetched last = fetched.get(new Key(address, version.namespace()));
        return last != null && last.silent();
    }

    /** What nobody has answered is asked for again, now. */
    void forgetSilence(BareJid jid) {
        fetched.entrySet()
                .removeIf(entry -> entry.getKey().address().jid().equals(jid)
                        && entry.getValue().silent());
    }

    Optional<Bundle> of(Step step, DeviceAddress address, OmemoVersion version) {
        return fresh(step, address, version).flatMap(Fetched::bundle);
    }

    /** Whether it should be fetched. */
    boolean isMissing(Step step, DeviceAddress address, OmemoVersion version) {
        return fresh(step, address, version).isEmpty();
    }

    /** Whether it was asked for and could not be had, however long ago. */
    boolean hasFailed(DeviceAddress address, OmemoVersion version) {
        Fetched last = fetched.get(new Key(address, version.namespace()));
        return last != null && last.bundle().isEmpty();
    }

    /** Whether that was so short a time ago that nobody should wait for it again. */
    boolean hasFailedLately(Step step, DeviceAddress address, OmemoVersion version) {
        Fetched last = fetched.get(new Key(address, version.namespace()));
        return last != null
                && last.bundle().isEmpty()
                && step.now().isBefore(last.when().plus(DeviceLists.EXCUSE));
    }

    /** A session has begun with it: its prekey is used up. */
    void used(DeviceAddress address, OmemoVersion version) {
        fetched.remove(new Key(address, version.namespace()));
    }

    private Optional<Fetched> fresh(Step step, DeviceAddress address, OmemoVersion version) {
        return Optional.ofNullable(fetched.get(new Key(address, version.namespace())))
                .filter(entry -> entry.isFresh(step.now()));
    }

    private void remember(DeviceAddress address, OmemoVersion version, Fetched entry) {
        if (fetched.size() >= MAX_REMEMBERED) {
            fetched.values().removeIf(old -> !old.isFresh(entry.when()));
        }
        if (fetched.size() >= MAX_REMEMBERED) {
            fetched.clear();
        }
        fetched.put(new Key(address, version.namespace()), entry);
    }
}
