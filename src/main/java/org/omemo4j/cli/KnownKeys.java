/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;

/** Which devices have which keys, as far as that is known. */
final class KnownKeys {
    private final OmemoManager omemo;

    KnownKeys(OmemoManager omemo) {
        this.omemo = omemo;
    }

    /** The devices that are known with this key; more than one may be. */
    List<DeviceId> devicesWith(TrustKey key) throws StoreException {
        return omemo.devices(key.jid()).stream()
                .filter(device -> device.fingerprint().equals(Optional.of(key.fingerprint())))
                .map(device -> device.address().device())
                .toList();
    }

    /** The key that a device is known with. */
    Optional<Fingerprint> of(DeviceAddress address) throws StoreException {
        return find(address).flatMap(KnownDevice::fingerprint);
    }

    boolean isSeen(DeviceAddress address) throws StoreException {
        return find(address).isPresent();
    }

    /** @throws CommandFailure if no device is known with this key; its sentence names the keys that are. */
    void require(TrustKey key) throws CommandFailure, StoreException {
        Optional<String> missing = missing(key);
        if (missing.isPresent()) {
            throw new CommandFailure(missing.get()
                    + (known(key.jid()).isEmpty() ? ": `omemo devices --fetch " + key.jid() + "` asks for them" : "")
                    + "; with --unknown it is decided all the same");
        }
    }

    /** Where no device is known with this key, a sentence that names the keys that are. */
    Optional<String> missing(TrustKey key) throws StoreException {
        if (!devicesWith(key).isEmpty()) {
            return Optional.empty();
        }
        String known = known(key.jid());
        return Optional.of(
                known.isEmpty()
                        ? "no keys of " + key.jid() + " are known here yet"
                        : "no device of " + key.jid() + " is known with the key " + key.fingerprint()
                                + ", but these are: " + known);
    }

    /** @throws CommandFailure if the device was never seen; its sentence names those that were and have a key. */
    void require(DeviceAddress address) throws CommandFailure, StoreException {
        if (isSeen(address)) {
            return;
        }
        String known = known(address.jid());
        throw new CommandFailure("no device " + address.device() + " of " + address.jid() + " is known here"
                + (known.isEmpty()
                        ? ": `omemo devices --fetch " + address.jid() + "` asks for those there are"
                        : ", but these are: " + known)
                + "; with --unknown its key is accepted all the same");
    }

    private Optional<KnownDevice> find(DeviceAddress address) throws StoreException {
        return omemo.devices(address.jid()).stream()
                .filter(device -> device.address().equals(address))
                .findFirst();
    }

    private String known(BareJid jid) throws StoreException {
        return omemo.devices(jid).stream()
                .filter(device -> device.fingerprint().isPresent())
                .map(KnownKeys::text)
                .collect(Collectors.joining(", "));
    }

    private static String text(KnownDevice device) {
        return "device " + device.address().device() + " with "
                + device.fingerprint().orElseThrow();
    }
}
