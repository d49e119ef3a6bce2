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
import java.util.function.Predicate;
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
    /** Bundles and problems kept, and accounts that are silent; a bundle is near 8 KiB. */
    private static final int MAX_REMEMBERED = 2000;

    private final BareJid owner;
    private final Map<Key, Fetched> fetched = new HashMap<>();

    /** Accounts for one of whose bundles nobody has answered, and when that was. */
    private final Map<BareJid, Instant> silent = new HashMap<>();

    /** @param owner our account. */
    Bundles(BareJid owner) {
        this.owner = owner;
    }

    private record Key(DeviceAddress address, String version) {}

    /** A bundle, or a problem; @param silent whether that was that nobody has answered. */
    private record Fetched(Optional<Bundle> bundle, Instant when, boolean silent) {
        boolean isFresh(Instant now) {
            return now.isBefore(when.plus(bundle.isPresent() ? BUNDLE_LIFE : PROBLEM_LIFE));
        }
    }

    void forget() {
        fetched.clear();
        silent.clear();
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
        makeRoom(silent, when -> !isExcused(step, when));
        silent.put(address.jid(), step.now());
    }

    /** Whether it is not there for want of an answer, if it is not there: nobody has answered the last time, or it was not asked for yet. */
    boolean isUnanswered(DeviceAddress address, OmemoVersion version) {
        return problem(address, version).map(Fetched::silent).orElse(true);
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

    /** Whether it is not there, and a message would do without it as far as that is known: it could not be had, however long ago, or its account is silent. */
    boolean hasFailed(Step step, DeviceAddress address, OmemoVersion version) {
        return of(step, address, version).isEmpty()
                && (problem(address, version).isPresent() || isSilentLately(step, address.jid()));
    }

    /** Whether nobody should wait for it: it could not be had, or nobody has answered for another one of its account, so short a time ago. Never so for our own devices. */
    boolean hasFailedLately(Step step, DeviceAddress address, OmemoVersion version) {
        return !address.jid().equals(owner)
                && (problem(address, version)
                                .filter(problem -> isExcused(step, problem.when()))
                                .isPresent()
                        || isSilentLately(step, address.jid()));
    }

    /** An account that lists ever new devices, for which nobody answers, must not hold up a room with each. */
    private boolean isSilentLately(Step step, BareJid jid) {
        Instant when = silent.get(jid);
        return when != null && isExcused(step, when);
    }

    private static boolean isExcused(Step step, Instant when) {
        return step.now().isBefore(when.plus(DeviceLists.EXCUSE));
    }

    /** A session has begun with it: its prekey is used up. */
    void used(DeviceAddress address, OmemoVersion version) {
        fetched.remove(new Key(address, version.namespace()));
    }

    private Optional<Fetched> fresh(Step step, DeviceAddress address, OmemoVersion version) {
        return last(address, version).filter(entry -> entry.isFresh(step.now()));
    }

    private Optional<Fetched> problem(DeviceAddress address, OmemoVersion version) {
        return last(address, version).filter(entry -> entry.bundle().isEmpty());
    }

    private Optional<Fetched> last(DeviceAddress address, OmemoVersion version) {
        return Optional.ofNullable(fetched.get(new Key(address, version.namespace())));
    }

    private void remember(DeviceAddress address, OmemoVersion version, Fetched entry) {
        makeRoom(fetched, old -> !old.isFresh(entry.when()));
        fetched.put(new Key(address, version.namespace()), entry);
    }

    private static <V> void makeRoom(Map<?, V> map, Predicate<V> old) {
        if (map.size() >= MAX_REMEMBERED) {
            map.values().removeIf(old);
        }
        if (map.size() >= MAX_REMEMBERED) {
            map.clear();
        }
    }
}
