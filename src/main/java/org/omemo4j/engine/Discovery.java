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
        if (state.unused().contains(version)) {
            leave(step, version, list);
            return;
        }
        state.lists().told(step, jid, version, list);
        if (jid.equals(state.owner())) {
            ownListTold(step, version, list);
        } else if (!list.devices().isEmpty()) {
            state.conversations().markEncrypted(step, jid);
        }
    }

    void unknown(Step step, BareJid jid, OmemoVersion version, FetchProblem problem) throws StoreException {
        state.lists().unknown(step, jid, version, problem);
        if (jid.equals(state.owner()) && !isAnnounced(step)) {
            askAgain(step, version);
        }
    }

    /** Nobody shall write to us any more in a version that is not in use. */
    private void leave(Step step, OmemoVersion version, DeviceList list) throws StoreException {
        DeviceId own = state.keys().address().device();
        if (list.contains(own)) {
            step.act(new Action.PublishDeviceList(version, version.elements().toXml(list.without(own))));
        } else if (step.ownBundle(version).announced()) {
            step.writeOwnBundle(step.ownBundle(version).withAnnounced(false));
        }
    }

    /** Our id goes on no list before every version's list was looked at: another device may have it on any of them. */
    private void ownListTold(Step step, OmemoVersion version, DeviceList list) throws StoreException {
        if (isAnnounced(step)) {
            state.ownList().told(step, version, list, state.keys().address().device());
            return;
        }
        for (OmemoVersion other : state.versions()) {
            if (!other.equals(version) && !state.lists().wasAsked(state.owner(), other)) {
                return;
            }
        }
        Set<DeviceId> taken = new HashSet<>();
        list.devices().forEach(device -> taken.add(device.id()));
        state.lists()
                .active(step, state.owner())
                .forEach(device -> taken.add(device.address().device()));
        DeviceId own = state.keys().address().device();
        state.ownList()
                .told(step, version, list, taken.contains(own) ? state.keys().renumber(step, taken::contains) : own);
        askAgain(step, version);
    }

    /** The lists of the other versions wait for this one. */
    private void askAgain(Step step, OmemoVersion version) {
        for (OmemoVersion other : state.versions()) {
            if (!other.equals(version) && state.lists().isConfirmed(state.owner(), other)) {
                step.act(new Action.FetchDeviceList(state.owner(), other));
            }
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

    /** Whether our id was ever on a list. Before that, one like ours is somebody else's. */
    private boolean isAnnounced(Step step) throws StoreException {
        for (OmemoVersion version : state.versions()) {
            if (step.ownBundle(version).announced()) {
                return true;
            }
        }
        return false;
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
