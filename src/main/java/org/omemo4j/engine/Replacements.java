/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.Changes;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.ReplacementRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustLevel;

/**
 * New sessions in the place of such that do not work or are lost, and how often that may be. All of a device's replacements count, in whatever version and whoever asked: two clients
 * that ask each other cannot keep each other busy. Used under the engine's lock.
 */
final class Replacements {
    /** How far back replacements count, and how long they are remembered. */
    private static final Duration DAY = Duration.ofDays(1);

    private final State state;

    /** Who asks for a replacement, and so how often there may be one. */
    enum Budget {
        /** A message found no session: XEP-0384 0.9.1 wants a new one, and whoever sends nonsense shall not have many. */
        LOST(DAY, 1),
        /** A message could not be read, and the configuration wants that repaired. */
        AUTOMATIC(Duration.ofHours(1), 3),
        /** The application: a person who tries again is not a program that always says yes. */
        ASKED(Duration.ofMinutes(5), 6);

        private final Duration pause;
        private final int perDay;

        Budget(Duration pause, int perDay) {
            this.pause = pause;
            this.perDay = perDay;
        }
    }

    Replacements(State state) {
        this.state = state;
    }

    /** The application asks: in each version that there is a session in, or in the best that the device speaks. */
    Replacement replace(Step step, DeviceAddress device) throws StoreException {
        List<OmemoVersion> used = new ArrayList<>();
        List<OmemoVersion> listed = new ArrayList<>();
        for (OmemoVersion version : state.versions()) {
            if (state.lists().isListed(step, device, version)) {
                listed.add(version);
                if (state.sessions().active(step, device, version).isPresent()) {
                    used.add(version);
                }
            }
        }
        List<OmemoVersion> meant = used.isEmpty() ? listed.stream().limit(1).toList() : used;
        Replacement.Outcome outcome = ask(step, device, meant, Budget.ASKED);
        if (outcome == Replacement.Outcome.BEGUN) {
            meant.forEach(version -> step.act(new Action.SendEmptyMessage(device, version)));
        }
        return new Replacement(outcome, step.reaction());
    }

    /** Asks for a new session in each of these versions, whose lists hold the device; the empty message that begins it is owed from now on. @return whether it was granted. */
    Replacement.Outcome ask(Step step, DeviceAddress address, List<OmemoVersion> versions, Budget budget)
            throws StoreException {
        if (versions.isEmpty() || address.equals(state.keys().address())) {
            return Replacement.Outcome.NOT_LISTED;
        }
        Optional<Bytes> key = state.lists().device(step, address).flatMap(DeviceRecord::identityKey);
        if (key.isPresent()) {
            TrustLevel level = state.trust().peek(step, address.jid(), DeviceLists.identityKey(key.get()));
            if (versions.stream().noneMatch(version -> Owed.mayGo(version, level))) {
                return Replacement.Outcome.NOT_TRUSTED;
            }
        }
        if (!isWithin(step, address, budget)) {
            return Replacement.Outcome.TOO_SOON;
        }
        step.write(new Changes.DropReplacements(address, step.now().minus(DAY)));
        for (OmemoVersion version : versions) {
            step.write(
                    new Changes.PutReplacement(new ReplacementRecord(address, version.namespace(), step.now(), true)));
            Optional<Session> active = state.sessions().active(step, address, version);
            if (active.isPresent()) {
                state.sessions().put(step, active.get().wearOut());
            }
        }
        return Replacement.Outcome.BEGUN;
    }

    private boolean isWithin(Step step, DeviceAddress address, Budget budget) throws StoreException {
        List<Instant> today = step.store().replacements(address).stream()
                .map(ReplacementRecord::asked)
                .filter(asked -> asked.isAfter(step.now().minus(DAY)))
                .distinct()
                .toList();
        return today.size() < budget.perDay
                && today.stream().noneMatch(asked -> asked.isAfter(step.now().minus(budget.pause)));
    }

    /** Whether a new session with the device is still to be begun. */
    boolean isOwed(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        return step.store().replacements(address).stream()
                .anyMatch(row -> row.owed() && row.version().equals(version.namespace()));
    }

    /** A new session with the device has begun, by whichever side, or cannot begin. */
    void settle(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        for (ReplacementRecord row : step.store().replacements(address)) {
            if (row.owed() && row.version().equals(version.namespace())) {
                step.write(
                        new Changes.PutReplacement(new ReplacementRecord(address, row.version(), row.asked(), false)));
            }
        }
    }
}
