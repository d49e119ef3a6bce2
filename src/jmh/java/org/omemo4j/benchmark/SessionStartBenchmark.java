/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.doubleratchet.Outgoing;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.StoredKeys;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.protocol.Role;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.x3dh.Agreement;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKey;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The first message of a session, from the bytes of the other side's keys to the key message's bytes, and the other way round.  The
 * keys are parsed and checked each time, as they would be with each new device.
 */
@State(Scope.Thread)
public class SessionStartBenchmark {

    private final SecureRandom random = new SecureRandom();
    private final X3dh x3dh = new X3dh(Omemo2.VERSION.x3dh());
    private final Secret plaintext = Secret.random(random, 48);
    private final IdentityKeyPair alice = IdentityKeyPair.generate(random);
    private final IdentityKeyPair bob = IdentityKeyPair.generate(random);
    private final SignedPreKeyPair signedPreKey = x3dh.sign(bob, 1, X25519KeyPair.generate(random), random);
    private final PreKeyPair preKey = new PreKeyPair(1, X25519KeyPair.generate(random));
    private final Bytes bobsKey = bob.publicKey().bytes();
    private final Bytes bobsSignedPreKey = signedPreKey.keyPair().publicKey().bytes();
    private final Bytes bobsPreKey = preKey.keyPair().publicKey().bytes();
    private final DeviceId device = DeviceId.random(random);
    private final EncryptedKey first;
    private final BarePrimitives primitives = new BarePrimitives();

    /** Bob has one message to begin with. */
    public SessionStartBenchmark() {
        try {
            first = new EncryptedKey(Optional.empty(), device, true, initiator());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public Bytes initiator() throws Exception {
        SignedPreKey theirSignedPreKey =
                new SignedPreKey(1, X25519PublicKey.of(bobsSignedPreKey), signedPreKey.signature());
        X25519KeyPair ephemeral = X25519KeyPair.generate(random);
        Agreement agreement = x3dh.initiate(
                alice,
                ephemeral,
                IdentityKey.of(bobsKey),
                theirSignedPreKey,
                new PreKey(1, X25519PublicKey.of(bobsPreKey)));
        RatchetState state = Dialogue.RATCHET.initiator(
                agreement.sharedSecret(), theirSignedPreKey.key(), X25519KeyPair.generate(random));
        Outgoing step = Dialogue.RATCHET.send(state, () -> X25519KeyPair.generate(random));
        Bytes sealed = Dialogue.KEY_MESSAGES.seal(
                plaintext, step.header(), step.messageKey(), agreement.associatedData(), Role.INITIATOR);
        return Dialogue.KEY_MESSAGES.frame(new KeyExchange(1, 1, alice.publicKey(), ephemeral.publicKey()), sealed);
    }

    @Benchmark
    public byte[] initiatorFloor() throws GeneralSecurityException {
        return primitives.startSession();
    }

    @Benchmark
    public Secret responder() throws Exception {
        ReceivedKey received = Dialogue.KEY_MESSAGES.parse(first);
        KeyExchange exchange = received.exchange().orElseThrow();
        Agreement agreement = x3dh.respond(bob, signedPreKey, preKey, exchange.identityKey(), exchange.ephemeralKey());
        RatchetState state = Dialogue.RATCHET.responder(agreement.sharedSecret(), signedPreKey.keyPair());
        Incoming step = Dialogue.RATCHET.receive(state, received.message().header(), StoredKeys.NONE);
        return Dialogue.KEY_MESSAGES.open(
                received.message(), step.messageKey(), agreement.associatedData(), Role.INITIATOR);
    }

    @Benchmark
    public byte[] responderFloor() throws GeneralSecurityException {
        return primitives.acceptSession();
    }
}
