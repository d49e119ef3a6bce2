/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.x3dh.IdentityKey;

/** Who wrote a message of which the room does not say it. A device id proves nothing, as anybody may write any; an identity key does. Used under the engine's lock. */
final class Authors {
    /** People among whom an author is looked for; each costs a look into the store. A room may name as many as it likes, and an encrypted one of more people is none that anybody can write to. */
    static final int MAX_PEOPLE = 1000;

    private final State state;

    Authors(State state) {
        this.state = state;
    }

    /** The devices of this id, at most one for each of the people. */
    List<DeviceAddress> devices(Step step, Set<BareJid> people, DeviceId id) throws StoreException {
        List<DeviceAddress> devices = new ArrayList<>();
        if (people.size() > MAX_PEOPLE) {
            return devices;
        }
        for (BareJid person : people) {
            DeviceAddress address = new DeviceAddress(person, id);
            if (address.equals(state.keys().address()) || row(step, address).isPresent()) {
                devices.add(address);
            }
        }
        return devices;
    }

    /**
     * Whether this device is known by this identity key. One that is listed, and that we know no key of, could be anybody's who writes its id: its bundle is asked for, so that the
     * message reads when it comes again.
     */
    boolean isKeyOf(Step step, DeviceAddress device, OmemoVersion version, IdentityKey key) throws StoreException {
        Optional<IdentityKey> known = key(step, device, version);
        if (known.isEmpty()
                && row(step, device)
                        .map(row -> row.isListed(version.namespace()))
                        .orElse(false)
                && state.bundles().isMissing(step, device, version)) {
            step.act(new Action.FetchBundle(device, version));
        }
        return known.map(key::sameKeyAs).orElse(false);
    }

    /** Whether nobody else of these people has a device with this identity key. */
    boolean isAlone(Step step, BareJid owner, Set<BareJid> people, OmemoVersion version, IdentityKey key)
            throws StoreException {
        for (BareJid person : people) {
            if (person.equals(owner)) {
                continue;
            }
            for (DeviceRecord device : state.lists().devices(step, person)) {
                if (key(step, device.address(), version).map(key::sameKeyAs).orElse(false)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Pinned, or in a bundle that the account itself has told. */
    private Optional<IdentityKey> key(Step step, DeviceAddress device, OmemoVersion version) throws StoreException {
        Optional<DeviceRecord> pinned =
                row(step, device).filter(row -> row.identityKey().isPresent());
        if (pinned.isPresent()) {
            return Optional.of(
                    DeviceLists.identityKey(pinned.get().identityKey().orElseThrow()));
        }
        return state.bundles().of(step, device, version).map(Bundle::identityKey);
    }

    private Optional<DeviceRecord> row(Step step, DeviceAddress address) throws StoreException {
        return state.lists().devices(step, address.jid()).stream()
                .filter(device -> device.address().equals(address))
                .findFirst();
    }
}
