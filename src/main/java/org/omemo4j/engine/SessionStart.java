/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.DoubleRatchet;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Role;
import org.omemo4j.x3dh.Agreement;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;
import org.omemo4j.x3dh.X3dhException;

/** Begins sessions: X3DH, then the first ratchet state. Writes nothing. */
final class SessionStart {
    private final IdentityKeyPair own;
    private final SecureRandom random;
    private final Map<OmemoVersion, Suite> suites = new HashMap<>();

    /** A version's key agreement and ratchet. */
    private record Suite(X3dh x3dh, DoubleRatchet ratchet) {}

    SessionStart(IdentityKeyPair own, SecureRandom random, Iterable<OmemoVersion> versions) {
        this.own = own;
        this.random = random;
        for (OmemoVersion version : versions) {
            suites.put(version, new Suite(new X3dh(version.x3dh()), new DoubleRatchet(version.ratchet())));
        }
    }

    DoubleRatchet ratchet(OmemoVersion version) {
        return suite(version).ratchet();
    }

    /** We begin, with a prekey of the bundle drawn at random. */
    Session initiate(Step step, DeviceAddress address, OmemoVersion version, Bundle bundle) throws X3dhException {
        PreKey preKey = bundle.preKeys().get(random.nextInt(bundle.preKeys().size()));
        X25519KeyPair ephemeral = X25519KeyPair.generate(random);
        Agreement agreement =
                suite(version).x3dh().initiate(own, ephemeral, bundle.identityKey(), bundle.signedPreKey(), preKey);
        RatchetState ratchet = ratchet(version)
                .initiator(agreement.sharedSecret(), bundle.signedPreKey().key(), X25519KeyPair.generate(random));
        KeyExchange exchange =
                new KeyExchange(preKey.id(), bundle.signedPreKey().id(), own.publicKey(), ephemeral.publicKey());
        return Session.begun(
                random.nextLong(),
                address,
                version,
                Role.INITIATOR,
                bundle.identityKey(),
                ephemeral.publicKey().bytes(),
                Optional.of(exchange),
                agreement.associatedData(),
                ratchet,
                step.now());
    }

    /** They began. Nobody has authenticated yet: the session counts only when its first message has opened. */
    Session respond(
            Step step,
            DeviceAddress address,
            OmemoVersion version,
            KeyExchange exchange,
            SignedPreKeyPair signedPreKey,
            PreKeyPair preKey)
            throws X3dhException {
        X25519PublicKey ephemeral = exchange.ephemeralKey();
        Agreement agreement =
                suite(version).x3dh().respond(own, signedPreKey, preKey, exchange.identityKey(), ephemeral);
        return Session.begun(
                random.nextLong(),
                address,
                version,
                Role.RESPONDER,
                exchange.identityKey(),
                ephemeral.bytes(),
                Optional.empty(),
                agreement.associatedData(),
                ratchet(version).responder(agreement.sharedSecret(), signedPreKey.keyPair()),
                step.now());
    }

    private Suite suite(OmemoVersion version) {
        Suite suite = suites.get(version);
        if (suite == null) {
            throw new IllegalArgumentException("OMEMO version " + version.namespace() + " is not in use.");
        }
        return suite;
    }
}
