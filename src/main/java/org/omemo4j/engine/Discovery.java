/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.x3dh.PreKey;

/** What accounts and our server tell of device lists and bundles, our own among them. Used under the engine's lock. */
final class Discovery {
    private final State state;

    Discovery(State state) {
        this.state = state;
    }

    void deviceList(Step step, BareJid jid, OmemoVersion version, XmlElement element) throws StoreException {
        Set<Integer> known = new HashSet<>();
        for (DeviceRecord device : state.lists().devices(step, jid)) {
            known.add(device.address().device().value());
        }
        DeviceList list;
        try {
            list = version.elements().deviceList(element, id -> known.contains(id.value()));
        } catch (MalformedMessageException e) {
            if (!jid.equals(state.owner())) {
                state.lists().unknown(step, jid, version, FetchProblem.MALFORMED);
                return;
            }
            // Nobody can read our account's list as it is: ours takes its place.
            list = DeviceList.EMPTY;
        }
        told(step, jid, version, list);
    }

    void told(Step step, BareJid jid, OmemoVersion version, DeviceList list) throws StoreException {
        state.lists().told(step, jid, version, list);
        if (jid.equals(state.owner())) {
            DeviceId own = isTaken(step, list)
                    ? state.keys().renumber(step, list::contains)
                    : state.keys().address().device();
            state.ownList().told(step, version, list, own);
        } else if (!list.devices().isEmpty()) {
            state.conversations().markEncrypted(step, jid);
        }
    }

    void bundle(Step step, DeviceAddress address, OmemoVersion version, XmlElement element) throws StoreException {
        Bundle bundle;
        try {
            bundle = version.elements().bundle(element);
        } catch (MalformedMessageException e) {
            noBundle(step, address, version, Optional.of("it is malformed"));
            return;
        }
        if (address.equals(state.keys().address())) {
            if (!bundle.identityKey().equals(state.keys().identity().publicKey())) {
                step.tell(new OmemoEvent.OwnBundleForeign(Fingerprint.of(bundle.identityKey())));
            }
            if (!isOurs(step, version, bundle)) {
                publishAgain(step, version);
            }
            return;
        }
        state.bundles().have(step, address, version, bundle);
    }

    /** The bundle is missing, or malformed for the reason given. */
    void noBundle(Step step, DeviceAddress address, OmemoVersion version, Optional<String> why) throws StoreException {
        if (address.equals(state.keys().address())) {
            publishAgain(step, version);
            return;
        }
        state.bundles().unusable(step, address, version);
        step.tell(new OmemoEvent.BundleUnusable(address, why.orElse("there is none")));
    }

    void bundleUnknown(Step step, DeviceAddress address, OmemoVersion version, FetchProblem problem) {
        if (!address.equals(state.keys().address())) {
            state.bundles().unusable(step, address, version);
            step.tell(new OmemoEvent.BundleUnusable(address, problem.words()));
        }
    }

    /** Before we have ever announced our id, an id like ours on the list is somebody else's. */
    private boolean isTaken(Step step, DeviceList list) throws StoreException {
        for (OmemoVersion version : state.versions()) {
            if (step.ownBundle(version).announced()) {
                return false;
            }
        }
        return list.contains(state.keys().address().device());
    }

    private boolean isOurs(Step step, OmemoVersion version, Bundle found) throws StoreException {
        Bundle ours = state.keys().bundle(step.store(), version);
        return found.identityKey().equals(ours.identityKey())
                && found.signedPreKey().equals(ours.signedPreKey())
                && ids(found).equals(ids(ours));
    }

    private static Set<Integer> ids(Bundle bundle) {
        return bundle.preKeys().stream().map(PreKey::id).collect(Collectors.toSet());
    }

    /** Only what the server is believed to have: everything else is on its way in any case. */
    private void publishAgain(Step step, OmemoVersion version) throws StoreException {
        OwnBundleRecord own = step.ownBundle(version);
        if (own.published() == own.changed()) {
            step.bundleChanged(version);
        }
    }
}
