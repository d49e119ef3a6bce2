/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.omemo4j.crypto.AesCbc;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DecryptionException;
import org.omemo4j.crypto.HmacSha256;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;

/** One end of a conversation: a ratchet, its state, a keeper of skipped keys, and a cipher as a caller would have one. */
final class Talker {

    static final String INFO = "OMEMO Message Key Material";
    static final RatchetParameters OMEMO_2 = RatchetParameters.of("OMEMO Root Chain", INFO);

    private final DoubleRatchet ratchet;
    private final SecureRandom random;
    private final SkippedMessageKeys keys = new SkippedMessageKeys();
    private RatchetState state;

    private Talker(DoubleRatchet ratchet, RatchetState state, SecureRandom random) {
        this.ratchet = ratchet;
        this.state = state;
        this.random = random;
    }

    /** Alice, who begins, and Bob. */
    static Talker[] pair(RatchetParameters parameters, SecureRandom random) {
        return pair(parameters, Secret.random(random, 32), X25519KeyPair.generate(random), random);
    }

    /** Alice, who begins, and Bob, with a given agreement. */
    static Talker[] pair(
            RatchetParameters parameters, Secret sharedSecret, X25519KeyPair bobsSignedPreKey, SecureRandom random) {
        DoubleRatchet ratchet = new DoubleRatchet(parameters);
        RatchetState alice =
                ratchet.initiator(sharedSecret, bobsSignedPreKey.publicKey(), X25519KeyPair.generate(random));
        RatchetState bob = ratchet.responder(sharedSecret, bobsSignedPreKey);
        return new Talker[] {new Talker(ratchet, alice, random), new Talker(ratchet, bob, random)};
    }

    Letter write(String text) {
        Outgoing step = ratchet.send(state, () -> X25519KeyPair.generate(random));
        MessageKey.Expanded key = step.messageKey().expand(INFO);
        Bytes ciphertext =
                AesCbc.encrypt(key.encryptionKey(), key.iv(), Secret.of(text.getBytes(StandardCharsets.UTF_8)));
        Bytes tag = HmacSha256.mac(key.authenticationKey(), 16, bytes(step.header()), ciphertext);
        state = step.next();
        return new Letter(step.header(), ciphertext, tag);
    }

    String read(Letter letter) throws RatchetException, ForgedException {
        Incoming step = look(letter.header());
        MessageKey.Expanded key = step.messageKey().expand(INFO);
        if (!HmacSha256.verify(
                key.authenticationKey(), letter.tag(), 16, bytes(letter.header()), letter.ciphertext())) {
            throw new ForgedException();
        }
        String text;
        try {
            text = new String(
                    AesCbc.decrypt(key.encryptionKey(), key.iv(), letter.ciphertext())
                            .reveal(),
                    StandardCharsets.UTF_8);
        } catch (DecryptionException e) {
            throw new ForgedException();
        }
        state = step.next();
        keys.commit(step);
        return text;
    }

    /** What reading would do, without doing it. */
    Incoming look(RatchetHeader header) throws RatchetException {
        return ratchet.receive(state, header, keys.find(ratchet.lookup(state, header)));
    }

    /** The letter is refused for this reason, and nothing has changed. */
    void assertRefuses(RatchetException.Reason reason, Letter letter) {
        RatchetState before = state;
        int keysBefore = keys.size();
        assertThatExceptionOfType(RatchetException.class)
                .isThrownBy(() -> read(letter))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(state).isEqualTo(before);
        assertThat(keys.size()).isEqualTo(keysBefore);
    }

    DoubleRatchet ratchet() {
        return ratchet;
    }

    RatchetState state() {
        return state;
    }

    SkippedMessageKeys keys() {
        return keys;
    }

    private static Bytes bytes(RatchetHeader header) {
        return Bytes.concat(header.ratchetKey().bytes(), Bytes.ofAscii(header.n() + " " + header.pn()));
    }
}
