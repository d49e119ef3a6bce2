/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.x3dh.IdentityKey;

/** The devices of an account as people see them. Used under the engine's lock. */
final class KnownDevices {
    private final State state;

    KnownDevices(State state) {
        this.state = state;
    }

    List<KnownDevice> of(Step step, BareJid jid) throws StoreException {
        List<KnownDevice> known = new ArrayList<>();
        for (DeviceRecord device : state.lists().devices(step, jid)) {
            known.add(known(step, device));
        }
        return known;
    }

    /** One that was seen, as this step has left it. */
    KnownDevice of(Step step, DeviceAddress address) throws StoreException {
        return known(step, state.lists().device(step, address).orElseThrow());
    }

    private KnownDevice known(Step step, DeviceRecord device) throws StoreException {
        boolean own = device.address().equals(state.keys().address());
        Optional<IdentityKey> key = own ? Optional.of(state.keys().identity().publicKey()) : shownKey(device);
        Set<String> versions = new TreeSet<>();
        boolean session = false;
        for (OmemoVersion version : state.versions()) {
            session |= state.sessions().active(step, device.address(), version).isPresent();
        }
        for (Map.Entry<String, Boolean> listing : device.listings().entrySet()) {
            if (listing.getValue()) {
                versions.add(listing.getKey());
            }
        }
        return new KnownDevice(
                device.address(),
                versions,
                key.flatMap(owner -> label(device, owner)),
                key.map(Fingerprint::of),
                own ? TrustLevel.VERIFIED : trust(step, device.address().jid(), key),
                device.firstSeen(),
                device.lastSeen(),
                session);
    }

    private static Optional<IdentityKey> shownKey(DeviceRecord device) throws StoreException {
        return device.identityKey().isPresent()
                ? Optional.of(DeviceLists.identityKey(device.identityKey().get()))
                : Optional.empty();
    }

    private TrustLevel trust(Step step, BareJid jid, Optional<IdentityKey> key) throws StoreException {
        return key.isPresent() ? state.trust().peek(step, jid, key.get()) : TrustLevel.UNDECIDED;
    }

    /** Only what the device's own key has signed. */
    private static Optional<String> label(DeviceRecord device, IdentityKey owner) {
        Optional<Bytes> signature = device.labelSignature();
        return device.label()
                .map(text -> new Label(text, signature))
                .filter(label -> label.isSignedBy(owner))
                .map(Label::displayText)
                .filter(text -> !text.isEmpty());
    }
}
