/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.standalone;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.omemo4j.crypto.AesCbc;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.DoubleRatchet;
import org.omemo4j.doubleratchet.Incoming;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.Outgoing;
import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.SkippedMessageKeys;
import org.omemo4j.x3dh.Agreement;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.KeyEncoding;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;
import org.omemo4j.x3dh.X3dhParameters;

/** A program of its own: X3DH and then a conversation, each line printed as it was read. */
public final class Conversation {

    private static final String MESSAGE_KEYS = "OMEMO Message Key Material";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DoubleRatchet RATCHET =
            new DoubleRatchet(RatchetParameters.of("OMEMO Root Chain", MESSAGE_KEYS));

    private static final class Person {
        private final String name;
        private final SkippedMessageKeys keys = new SkippedMessageKeys();
        private RatchetState state;

        Person(String name, RatchetState state) {
            this.name = name;
            this.state = state;
        }
    }

    private static final class Raw implements KeyEncoding {
        @Override
        public Bytes identity(IdentityKey key) {
            return key.bytes();
        }

        @Override
        public Bytes preKey(X25519PublicKey key) {
            return key.bytes();
        }
    }

    private Conversation() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws Exception {
        for (String absent : new String[] {
            "org.jspecify.annotations.NullMarked",
            "org.jivesoftware.smack.XMPPConnection",
            "com.google.protobuf.Message",
            "org.junit.jupiter.api.Test"
        }) {
            System.out.println(absent + (isThere(absent) ? " is there" : " is absent"));
        }
        X3dh x3dh = new X3dh(new X3dhParameters("OMEMO X3DH", new Raw()));
        IdentityKeyPair alice = IdentityKeyPair.generate(RANDOM);
        IdentityKeyPair bob = IdentityKeyPair.ofCurve25519(Secret.random(RANDOM, 32));
        SignedPreKeyPair signedPreKey = x3dh.sign(bob, 1, X25519KeyPair.generate(RANDOM), RANDOM);
        PreKeyPair preKey = new PreKeyPair(1, X25519KeyPair.generate(RANDOM));
        X25519KeyPair ephemeral = X25519KeyPair.generate(RANDOM);
        Agreement begun =
                x3dh.initiate(alice, ephemeral, bob.publicKey(), signedPreKey.signedPreKey(), preKey.preKey());
        Agreement answered = x3dh.respond(bob, signedPreKey, preKey, alice.publicKey(), ephemeral.publicKey());

        Person initiator = new Person(
                "alice",
                RATCHET.initiator(
                        begun.sharedSecret(), signedPreKey.keyPair().publicKey(), X25519KeyPair.generate(RANDOM)));
        Person responder = new Person("bob", RATCHET.responder(answered.sharedSecret(), signedPreKey.keyPair()));
        tell(initiator, responder, "hello");
        tell(responder, initiator, "hello yourself");
        tell(initiator, responder, "goodbye");
    }

    private static void tell(Person from, Person to, String text) throws Exception {
        Outgoing out = RATCHET.send(from.state, () -> X25519KeyPair.generate(RANDOM));
        from.state = out.next();
        MessageKey.Expanded seal = out.messageKey().expand(MESSAGE_KEYS);
        Bytes sealed =
                AesCbc.encrypt(seal.encryptionKey(), seal.iv(), Secret.of(text.getBytes(StandardCharsets.UTF_8)));

        Incoming in = RATCHET.receive(to.state, out.header(), to.keys.find(RATCHET.lookup(to.state, out.header())));
        MessageKey.Expanded open = in.messageKey().expand(MESSAGE_KEYS);
        Secret read = AesCbc.decrypt(open.encryptionKey(), open.iv(), sealed);
        to.state = in.next();
        to.keys.commit(in);
        System.out.println(to.name + " reads: " + new String(read.reveal(), StandardCharsets.UTF_8));
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
