/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Ed25519PublicKey;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.Changes;
import org.omemo4j.store.DeviceListRecord;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.x3dh.IdentityKey;

/**
 * Which devices each account has. Devices whose key is known are remembered for ever, and of others some; a list only says which of them are active. What an account has answered since we logged in is told from
 * what is only remembered. Used under the engine's lock.
 */
final class DeviceLists {
    /** That an account has no devices at all is believed for this long, and everything else for {@link #LIST_LIFE}: without a presence subscription nobody tells us of a change. */
    private static final Duration NO_DEVICES_LIFE = Duration.ofMinutes(5);

    private static final Duration LIST_LIFE = Duration.ofHours(1);

    /** A problem is believed for this long; then it is asked again. */
    private static final Duration PROBLEM_LIFE = Duration.ofSeconds(10);

    /** How long a room does not wait for a server that has failed; it is asked meanwhile, too. */
    static final Duration EXCUSE = Duration.ofMinutes(10);
    /** A row that says nothing new is written again only after this time. */
    private static final Duration SEEN_GRAIN = Duration.ofHours(1);

    /** Devices of an account that are on no list any more, and whose key nobody has ever seen: bounds what an account can make us keep by ever new lists. */
    static final int MAX_FORMER = 200;

    /** Accounts whose devices are kept in memory; near 200 bytes for each device. */
    private static final int MAX_REMEMBERED = 2048;

    /** Problems kept: more accounts than anybody writes to. */
    private static final int MAX_PROBLEMS = 20_000;

    private final List<OmemoVersion> versions;
    private final Memory<BareJid, Map<DeviceAddress, DeviceRecord>> remembered = new Memory<>(MAX_REMEMBERED);

    /** Lists told by their account since the last login, and when. */
    private final Map<ListKey, Instant> confirmed = new HashMap<>();

    private final Map<ListKey, Problem> problems = new HashMap<>();

    /** @param versions in use: what another one's list holds is remembered, and counts for nothing. */
    DeviceLists(List<OmemoVersion> versions) {
        this.versions = versions;
    }

    private record ListKey(BareJid jid, String version) {}

    private record Problem(FetchProblem what, Instant when) {}

    /** What is known of a list, and how well. */
    enum Knowledge {
        /** The account has told it since we logged in. */
        CONFIRMED,
        /** It was told before, and could not be asked now. */
        REMEMBERED,
        /** It could not be asked, and was never told. */
        UNKNOWN,
        /** It should be asked. */
        TO_BE_ASKED,
        /** So it should, and it could not be asked so short a time ago that nobody should wait for it. */
        TO_BE_ASKED_AGAIN
    }

    /** A new connection: nothing that was told before is sure. */
    void connected() {
        confirmed.clear();
        problems.clear();
    }

    /** Somebody else has written to the store. What the network has told stays true. */
    void forget() {
        remembered.forgetAll();
    }

    /** Whether the account has told it since we logged in. */
    boolean isConfirmed(BareJid jid, OmemoVersion version) {
        return confirmed.containsKey(new ListKey(jid, version.namespace()));
    }

    /** Whether anything came of asking for it since the last login. */
    boolean wasAsked(BareJid jid, OmemoVersion version) {
        return isConfirmed(jid, version) || problems.containsKey(new ListKey(jid, version.namespace()));
    }

    /** Whether the account has ever told it. */
    boolean wasEverTold(Step step, BareJid jid, OmemoVersion version) throws StoreException {
        return step.store().deviceList(jid, version.namespace()).isPresent();
    }

    Knowledge knowledge(Step step, BareJid jid, OmemoVersion version) throws StoreException {
        Instant told = confirmed.get(new ListKey(jid, version.namespace()));
        if (told != null) {
            Duration life = active(step, jid).isEmpty() ? NO_DEVICES_LIFE : LIST_LIFE;
            if (step.now().isBefore(told.plus(life))) {
                return Knowledge.CONFIRMED;
            }
        }
        Problem problem = problems.get(new ListKey(jid, version.namespace()));
        if (problem == null || !step.now().isBefore(problem.when().plus(EXCUSE))) {
            return Knowledge.TO_BE_ASKED;
        }
        Duration life = mayBeNoList(step, jid, version, problem) ? NO_DEVICES_LIFE : PROBLEM_LIFE;
        if (!step.now().isBefore(problem.when().plus(life))) {
            return Knowledge.TO_BE_ASKED_AGAIN;
        }
        return wasEverTold(step, jid, version) ? Knowledge.REMEMBERED : Knowledge.UNKNOWN;
    }

    /** Who has told devices in another version may have none in this one: some servers tell a stranger that by giving no access. */
    private boolean mayBeNoList(Step step, BareJid jid, OmemoVersion version, Problem problem) throws StoreException {
        if (problem.what() != FetchProblem.NO_ACCESS) {
            return false;
        }
        List<DeviceRecord> active = active(step, jid);
        return versions.stream()
                .filter(other -> !other.equals(version) && isConfirmed(jid, other))
                .anyMatch(other -> active.stream().anyMatch(device -> device.isListed(other.namespace())));
    }

    Optional<FetchProblem> problem(BareJid jid, OmemoVersion version) {
        return Optional.ofNullable(problems.get(new ListKey(jid, version.namespace())))
                .map(Problem::what);
    }

    /** The devices that any list holds now. */
    List<DeviceRecord> active(Step step, BareJid jid) throws StoreException {
        return devices(step, jid).stream()
                .filter(device -> versions.stream().anyMatch(version -> device.isListed(version.namespace())))
                .toList();
    }

    /** A device was never on a list that does not hold it now. @return the versions of such lists. */
    List<OmemoVersion> forgetHidden(Step step, DeviceAddress address) throws StoreException {
        Optional<DeviceRecord> known = device(step, address);
        if (known.isEmpty()) {
            return List.of();
        }
        Map<String, Boolean> listed = new HashMap<>(known.get().listings());
        List<OmemoVersion> hidden = versions.stream()
                .filter(version -> Boolean.FALSE.equals(listed.get(version.namespace())))
                .toList();
        listed.values().removeIf(now -> !now);
        write(step, withListings(known.get(), listed, known.get().lastSeen()));
        return hidden;
    }

    /** Every device ever seen, by ascending id. */
    Collection<DeviceRecord> devices(Step step, BareJid jid) throws StoreException {
        return rows(step, jid).values();
    }

    private Map<DeviceAddress, DeviceRecord> rows(Step step, BareJid jid) throws StoreException {
        return remembered.get(jid, () -> {
            Map<DeviceAddress, DeviceRecord> rows = new LinkedHashMap<>();
            for (DeviceRecord row : step.store().devices(jid)) {
                rows.put(row.address(), row);
            }
            return Collections.unmodifiableMap(rows);
        });
    }

    /** Whether the account's list in this version holds the device now. */
    boolean isListed(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        Optional<DeviceRecord> device = device(step, address);
        return device.isPresent() && device.get().isListed(version.namespace());
    }

    /** A device, if it was ever seen. */
    Optional<DeviceRecord> device(Step step, DeviceAddress address) throws StoreException {
        Optional<DeviceRecord> written = step.writtenDevice(address);
        return written.isPresent()
                ? written
                : Optional.ofNullable(rows(step, address.jid()).get(address));
    }

    private void write(Step step, DeviceRecord device) {
        step.writeDevice(device);
        step.afterCommit(() -> remembered.forget(device.address().jid()));
    }

    void told(Step step, BareJid jid, OmemoVersion version, DeviceList list) throws StoreException {
        if (list.truncated()) {
            step.tell(new OmemoEvent.DeviceListTruncated(jid, list.devices().size()));
        }
        List<DeviceRecord> before = List.copyOf(devices(step, jid));
        for (Device device : list.devices()) {
            list(step, new DeviceAddress(jid, device.id()), version, device.label());
        }
        for (DeviceRecord device : before) {
            if (device.isListed(version.namespace())
                    && !list.contains(device.address().device())) {
                write(step, withListing(device, version, false, device.lastSeen()));
            }
        }
        forgetFormer(step, before, list);
        answered(step, jid, version);
    }

    /** The longest gone first. */
    private void forgetFormer(Step step, List<DeviceRecord> before, DeviceList list) {
        List<DeviceRecord> former = before.stream()
                .filter(device -> device.identityKey().isEmpty()
                        && !device.listings().containsValue(true)
                        && !list.contains(device.address().device()))
                .sorted(Comparator.comparing(DeviceRecord::lastSeen))
                .toList();
        for (DeviceRecord device : former.subList(0, Math.max(0, former.size() - MAX_FORMER))) {
            step.deleteDevice(device.address());
            step.afterCommit(() -> remembered.forget(device.address().jid()));
        }
    }

    void unknown(Step step, BareJid jid, OmemoVersion version, FetchProblem problem) {
        if (problems.size() >= MAX_PROBLEMS) {
            problems.values().removeIf(old -> !step.now().isBefore(old.when().plus(PROBLEM_LIFE)));
        }
        if (problems.size() >= MAX_PROBLEMS) {
            problems.clear();
        }
        problems.put(new ListKey(jid, version.namespace()), new Problem(problem, step.now()));
    }

    /** What nobody has answered is asked for again, now. */
    void forgetSilence(BareJid jid) {
        problems.entrySet()
                .removeIf(entry ->
                        entry.getKey().jid().equals(jid) && entry.getValue().what() == FetchProblem.NO_ANSWER);
    }

    /** The device with the identity key that a bundle or message has authenticated. */
    DeviceRecord pin(Step step, DeviceAddress address, IdentityKey key) throws StoreException {
        DeviceRecord known = device(step, address).orElseGet(() -> unlisted(step, address));
        Bytes form = known.identityKey().filter(before -> !isTold(key)).orElse(key.bytes());
        if (known.identityKey().equals(Optional.of(form)) && !isOld(step, known.lastSeen())) {
            return known;
        }
        DeviceRecord pinned = new DeviceRecord(
                address,
                Optional.of(form),
                known.label(),
                known.labelSignature(),
                known.firstSeen(),
                step.now(),
                known.listings());
        write(step, pinned);
        return pinned;
    }

    /** The device is known by this key from now on, whatever it was known by. */
    void accept(Step step, DeviceAddress address, IdentityKey key) throws StoreException {
        DeviceRecord known = device(step, address).orElseGet(() -> unlisted(step, address));
        write(
                step,
                new DeviceRecord(
                        address,
                        Optional.of(key.bytes()),
                        known.label(),
                        known.labelSignature(),
                        known.firstSeen(),
                        known.lastSeen(),
                        known.listings()));
    }

    /** A sign of 1 was said by who has the key; a sign of 0 is also what there is where a version does not say it. */
    private static boolean isTold(IdentityKey key) {
        return key.bytes().toByteArray()[Ed25519PublicKey.SIZE - 1] < 0;
    }

    /** The identity key that the device is known by, if it is another one: the one that is shown must be refused then. */
    Optional<IdentityKey> knownInsteadOf(Step step, DeviceAddress address, IdentityKey shown) throws StoreException {
        Optional<Bytes> pinned = device(step, address).flatMap(DeviceRecord::identityKey);
        if (pinned.isEmpty() || pinned.get().equals(shown.bytes())) {
            return Optional.empty();
        }
        return Optional.of(identityKey(pinned.get())).filter(known -> !known.sameKeyAs(shown));
    }

    static IdentityKey identityKey(Bytes stored) throws StoreException {
        try {
            return IdentityKey.of(stored);
        } catch (InvalidKeyException e) {
            throw new StoreException("A stored identity key is damaged.", e);
        }
    }

    private void list(Step step, DeviceAddress address, OmemoVersion version, Optional<Label> label)
            throws StoreException {
        DeviceRecord known = device(step, address).orElseGet(() -> unlisted(step, address));
        boolean relabelled = version.elements().listsLabels()
                && !(label.map(Label::text).equals(known.label())
                        && label.flatMap(Label::signature).equals(known.labelSignature()));
        boolean changed = !known.isListed(version.namespace()) || relabelled;
        if (!changed && !isOld(step, known.lastSeen())) {
            return;
        }
        DeviceRecord labelled = !relabelled
                ? known
                : new DeviceRecord(
                        address,
                        known.identityKey(),
                        label.map(Label::text),
                        label.flatMap(Label::signature),
                        known.firstSeen(),
                        known.lastSeen(),
                        known.listings());
        write(step, withListing(labelled, version, true, step.now()));
    }

    private void answered(Step step, BareJid jid, OmemoVersion version) throws StoreException {
        Optional<DeviceListRecord> before = step.store().deviceList(jid, version.namespace());
        if (before.isEmpty() || isOld(step, before.get().seen())) {
            step.write(new Changes.PutDeviceList(new DeviceListRecord(jid, version.namespace(), step.now())));
        }
        ListKey key = new ListKey(jid, version.namespace());
        step.afterCommit(() -> {
            confirmed.put(key, step.now());
            problems.remove(key);
        });
    }

    private static boolean isOld(Step step, Instant seen) {
        return seen.plus(SEEN_GRAIN).isBefore(step.now());
    }

    private static DeviceRecord unlisted(Step step, DeviceAddress address) {
        return new DeviceRecord(
                address, Optional.empty(), Optional.empty(), Optional.empty(), step.now(), step.now(), Map.of());
    }

    private static DeviceRecord withListing(DeviceRecord device, OmemoVersion version, boolean listed, Instant seen) {
        Map<String, Boolean> listings = new HashMap<>(device.listings());
        listings.put(version.namespace(), listed);
        return withListings(device, listings, seen);
    }

    private static DeviceRecord withListings(DeviceRecord device, Map<String, Boolean> listings, Instant seen) {
        return new DeviceRecord(
                device.address(),
                device.identityKey(),
                device.label(),
                device.labelSignature(),
                device.firstSeen(),
                seen,
                listings);
    }
}
