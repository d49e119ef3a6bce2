/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.omemo4j.engine.OwnDeviceList.Contest;
import org.omemo4j.engine.OwnDeviceList.Telling;
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
        Optional<DeviceList> list = read(step, jid, version, element, true);
        if (list.isPresent()) {
            told(step, jid, version, list.get());
        }
    }

    /** Of a stranger only a list with devices is taken, for that begins a conversation, and only so many are begun so. @param publisher who has published it, where that is known. */
    void event(
            Step step,
            BareJid jid,
            OmemoVersion version,
            Optional<XmlElement> element,
            Optional<EntityFullJid> publisher)
            throws StoreException {
        boolean stranger = isStranger(step, jid);
        if (stranger && (element.isEmpty() || state.conversations().areMany(step))) {
            return;
        }
        Optional<DeviceList> list = element.isPresent()
                ? read(step, jid, version, element.get(), !stranger)
                : Optional.of(DeviceList.EMPTY);
        if (list.isPresent() && !(stranger && list.get().devices().isEmpty())) {
            told(step, jid, version, list.get(), Telling.event(publisher));
        }
    }

    /** An event cannot be read. */
    void malformed(Step step, BareJid jid, OmemoVersion version) throws StoreException {
        if (!isStranger(step, jid)) {
            unknown(step, jid, version, FetchProblem.MALFORMED);
        }
    }

    /** There is another list, and not here. */
    void announced(Step step, BareJid jid, OmemoVersion version) throws StoreException {
        if (!isStranger(step, jid)) {
            state.announcements().changed(step, jid, version);
        }
    }

    /** Whether nothing was ever sent to this account or read from it, and nobody has set a policy for it or asked for its list. */
    private boolean isStranger(Step step, BareJid jid) throws StoreException {
        if (jid.equals(state.owner()) || state.conversations().isKnown(step, jid)) {
            return false;
        }
        for (OmemoVersion version : state.versions()) {
            if (state.lists().wasEverTold(step, jid, version)) {
                return false;
            }
        }
        return true;
    }

    /** Empty if it cannot be read. @param asked whether that is to be remembered. */
    private Optional<DeviceList> read(Step step, BareJid jid, OmemoVersion version, XmlElement element, boolean asked)
            throws StoreException {
        Set<DeviceId> inUse = inUse(step, jid, element);
        try {
            return Optional.of(version.elements().deviceList(element, inUse::contains));
        } catch (MalformedMessageException e) {
            if (!jid.equals(state.owner())) {
                if (asked) {
                    state.lists().unknown(step, jid, version, FetchProblem.MALFORMED);
                }
                return Optional.empty();
            }
            // Nobody can read our account's list as it is: ours takes its place.
            return Optional.of(DeviceList.EMPTY);
        }
    }

    /** Who stays when a list is too long: this device, and those that there are sessions with. */
    private Set<DeviceId> inUse(Step step, BareJid jid, XmlElement list) throws StoreException {
        Set<DeviceId> inUse = new HashSet<>();
        if (list.elements().count() <= DeviceList.MAX_DEVICES) {
            return inUse;
        }
        for (DeviceRecord device : state.lists().devices(step, jid)) {
            for (OmemoVersion version : state.versions()) {
                if (device.address().equals(state.keys().address())
                        || state.sessions()
                                .active(step, device.address(), version)
                                .isPresent()) {
                    inUse.add(device.address().device());
                }
            }
        }
        return inUse;
    }

    void told(Step step, BareJid jid, OmemoVersion version, DeviceList list) throws StoreException {
        told(step, jid, version, list, Telling.ANSWER);
    }

    private void told(Step step, BareJid jid, OmemoVersion version, DeviceList list, Telling telling)
            throws StoreException {
        if (jid.equals(state.owner())) {
            for (DeviceId device : state.departures().off(version, list)) {
                leftList(step, device, version);
            }
        }
        if (state.unused().contains(version)) {
            keep(step, version, list, false, telling);
            return;
        }
        state.announcements().ended(jid, version);
        state.lists().told(step, jid, version, list);
        if (jid.equals(state.owner())) {
            ownListTold(step, version, list, telling);
        } else if (!list.devices().isEmpty()) {
            state.conversations().markEncrypted(step, jid);
        }
    }

    void unknown(Step step, BareJid jid, OmemoVersion version, FetchProblem problem) throws StoreException {
        state.announcements().ended(jid, version);
        state.lists().unknown(step, jid, version, problem);
        if (jid.equals(state.owner())) {
            state.ownList().unknown(step, version);
            if (!isAnnounced(step)) {
                askAgain(step, version);
            }
        }
    }

    /** Our id goes on no list before every version's list was looked at: another device may have it on any of them. */
    private void ownListTold(Step step, OmemoVersion version, DeviceList list, Telling telling) throws StoreException {
        if (isLeaving() || isAnnounced(step)) {
            keep(step, version, list, !isLeaving(), telling);
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
        DeviceId free = taken.contains(own) ? state.keys().renumber(step, taken::contains) : own;
        state.ownList().told(step, version, list, new DeviceAddress(state.owner(), free), true, telling);
        askAgain(step, version);
    }

    /** Sees to our account's list. Where {@code stays} is false, nobody shall write to us any more in this version. */
    private void keep(Step step, OmemoVersion version, DeviceList list, boolean stays, Telling telling)
            throws StoreException {
        Optional<Contest> contest =
                state.ownList().told(step, version, list, state.keys().address(), stays, telling);
        if (contest.isPresent()) {
            List<KnownDevice> suspects = new KnownDevices(state)
                    .of(step, state.owner()).stream()
                            .filter(device -> contest.get()
                                    .suspects()
                                    .contains(device.address().device()))
                            .toList();
            step.tell(new OmemoEvent.OwnDeviceListContested(
                    contest.get().publisher(), suspects, contest.get().until()));
        }
    }

    /** Our list is on the server. */
    void published(Step step, Action.PublishDeviceList action) throws StoreException {
        OmemoVersion version = action.version();
        if (!state.ownList().published(step, version, state.keys().address())) {
            return;
        }
        DeviceList list;
        try {
            list = version.elements().deviceList(action.list());
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("This is no list that was to be published.", e);
        }
        for (DeviceId device : state.departures().off(version, list)) {
            leftList(step, device, version);
        }
        if (!state.unused().contains(version)) {
            state.lists().told(step, state.owner(), version, list);
        }
    }

    /** A device that has to go is on this list no more: nobody can miss its bundle. */
    private void leftList(Step step, DeviceId device, OmemoVersion version) throws StoreException {
        DeviceAddress address = new DeviceAddress(state.owner(), device);
        step.afterCommit(() -> state.departures().leftList(device, version));
        if (!isLeaving()) {
            state.sessions().retire(step, address, version);
        } else if (step.ownBundle(version).announced()) {
            step.writeOwnBundle(step.ownBundle(version).withAnnounced(false));
        }
        step.act(new Action.WithdrawBundle(address, version));
    }

    /** A bundle of our account is gone from the server. Should this device come back, its own is published again. */
    void withdrawn(Step step, Action.WithdrawBundle action) throws StoreException {
        DeviceId device = action.address().device();
        step.afterCommit(() -> state.departures().leftBundle(device, action.version()));
        if (action.address().equals(state.keys().address())) {
            publishAgain(step, action.version());
        }
    }

    /** Whether this device is being taken off its account. */
    boolean isLeaving() {
        return state.departures().contain(state.keys().address().device());
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
            if (isLeaving()) {
                return;
            }
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
            if (!isLeaving()) {
                publishAgain(step, version);
            }
            return;
        }
        state.bundles().unusable(step, address, version);
        step.tell(new OmemoEvent.BundleUnusable(address, why.orElse("there is none")));
    }

    void bundleUnknown(Step step, DeviceAddress address, OmemoVersion version, FetchProblem problem) {
        if (!address.equals(state.keys().address())) {
            if (problem == FetchProblem.NO_ANSWER) {
                state.bundles().unanswered(step, address, version);
            } else {
                state.bundles().unusable(step, address, version);
            }
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
        state.publications().needed(step, version);
        OwnBundleRecord own = step.ownBundle(version);
        if (own.published() == own.changed()) {
            step.bundleChanged(version);
        }
    }
}
