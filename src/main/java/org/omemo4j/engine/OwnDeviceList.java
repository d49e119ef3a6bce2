/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.x3dh.IdentityKeyPair;

/** Keeps our own id on our account's device list, without a war against a client that removes it. Used under the engine's lock. */
final class OwnDeviceList {
    /** How often our entry is put back within {@link #HEALING_PERIOD}: two clients that remove each other must not loop. */
    static final int MAX_HEALINGS = 3;

    static final Duration HEALING_PERIOD = Duration.ofHours(1);

    private final Optional<Label> label;
    private final Map<String, Deque<Instant>> healings = new HashMap<>();
    private final Set<String> publishing = new HashSet<>();
    /** Lists told while ours was on its way, and without us as we want to be. */
    private final Set<String> outdated = new HashSet<>();

    OwnDeviceList(IdentityKeyPair identity, String label, SecureRandom random) {
        this.label = label.isEmpty() ? Optional.empty() : Optional.of(Label.signed(label, identity, random));
    }

    /** Our account's list was told: adds us where we are missing, and keeps everybody else's entries as they are. */
    void told(Step step, OmemoVersion version, DeviceList list, DeviceId own) throws StoreException {
        Optional<Device> listed = list.find(own);
        boolean asWanted =
                listed.isPresent() && (label.isEmpty() || listed.get().label().equals(label));
        OwnBundleRecord bundle = step.ownBundle(version);
        if (asWanted) {
            if (!bundle.announced()) {
                step.writeOwnBundle(bundle.withAnnounced(true));
            }
            return;
        }
        if (publishing.contains(version.namespace())) {
            outdated.add(version.namespace());
            return;
        }
        if (bundle.announced()) {
            boolean heals = mayHeal(step, version);
            if (listed.isEmpty()) {
                step.tell(heals ? new OmemoEvent.OwnDeviceListHealed() : new OmemoEvent.OwnDeviceListContested());
            }
            if (!heals) {
                return;
            }
        }
        announce(step, version, list, own, bundle);
    }

    /** A publication of ours has ended, well or not. If somebody else has published meanwhile, only the server knows which list has won. */
    void publicationEnded(Step step, OmemoVersion version, BareJid owner) {
        publishing.remove(version.namespace());
        if (outdated.remove(version.namespace())) {
            step.act(new Action.FetchDeviceList(owner, version));
        }
    }

    /** Nothing is under way on a new connection. */
    void connected() {
        publishing.clear();
        outdated.clear();
    }

    private void announce(Step step, OmemoVersion version, DeviceList list, DeviceId own, OwnBundleRecord bundle) {
        if (!bundle.announced()) {
            step.writeOwnBundle(bundle.withAnnounced(true));
        }
        DeviceList roomy = list.contains(own) || list.devices().size() < DeviceList.MAX_DEVICES
                ? list
                : list.without(list.devices().get(list.devices().size() - 1).id());
        step.act(new Action.PublishDeviceList(version, version.elements().toXml(roomy.with(new Device(own, label)))));
        step.flush();
        step.afterCommit(() -> publishing.add(version.namespace()));
    }

    private boolean mayHeal(Step step, OmemoVersion version) {
        Deque<Instant> recent = healings.computeIfAbsent(version.namespace(), key -> new ArrayDeque<>());
        while (!recent.isEmpty() && recent.peekFirst().plus(HEALING_PERIOD).isBefore(step.now())) {
            recent.removeFirst();
        }
        if (recent.size() >= MAX_HEALINGS) {
            return false;
        }
        step.afterCommit(() -> recent.addLast(step.now()));
        return true;
    }
}
