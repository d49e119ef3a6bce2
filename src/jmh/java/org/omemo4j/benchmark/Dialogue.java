/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.SecureRandom;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.DoubleRatchet;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.doubleratchet.Outgoing;
import org.omemo4j.doubleratchet.RatchetException;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.SkippedMessageKeys;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.RatchetMessage;
import org.omemo4j.protocol.Role;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKeyPair;

/**
 * A session between two devices, and what each does with a key message of OMEMO 2: the library's work without engine and store.
 * Immutable but for the random source.
 */
final class Dialogue {

    static final KeyMessages KEY_MESSAGES = Omemo2.VERSION.keyMessages();
    static final DoubleRatchet RATCHET = new DoubleRatchet(Omemo2.VERSION.ratchet());

    final SecureRandom random = new SecureRandom();
    final AssociatedData associatedData;
    final RatchetState initiator;
    final RatchetState responder;

    /** The payload's key and HMAC: what each device gets. */
    private final Secret plaintext = Secret.random(random, 48);

    private final DeviceId device = DeviceId.random(random);

    Dialogue() {
        associatedData = new AssociatedData(
                IdentityKeyPair.generate(random).publicKey().bytes(),
                IdentityKeyPair.generate(random).publicKey().bytes());
        Secret sharedSecret = Secret.random(random, 32);
        X25519KeyPair signedPreKey = X25519KeyPair.generate(random);
        initiator = RATCHET.initiator(sharedSecret, signedPreKey.publicKey(), X25519KeyPair.generate(random));
        responder = RATCHET.responder(sharedSecret, signedPreKey);
    }

    /** A written key message, and the state after it. */
    record Written(RatchetState next, Bytes content) {}

    Written write(RatchetState state, Role sender) {
        Outgoing step = RATCHET.send(state, () -> X25519KeyPair.generate(random));
        return new Written(
                step.next(), KEY_MESSAGES.seal(plaintext, step.header(), step.messageKey(), associatedData, sender));
    }

    /** Reads a key message that somebody else's step wrote, and commits it to {@code skipped}; the state after it. */
    RatchetState read(RatchetState state, Bytes content, Role sender, SkippedMessageKeys skipped)
            throws MalformedMessageException, RatchetException, AuthenticationFailedException {
        RatchetMessage message = KEY_MESSAGES
                .parse(new EncryptedKey(Optional.empty(), device, false, content))
                .message();
        Incoming step = RATCHET.receive(state, message.header(), skipped.find(RATCHET.lookup(state, message.header())));
        KEY_MESSAGES.open(message, step.messageKey(), associatedData, sender);
        skipped.commit(step);
        return step.next();
    }
}
