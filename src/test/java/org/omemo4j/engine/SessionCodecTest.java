/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.DoubleRatchet;
import org.omemo4j.doubleratchet.Outgoing;
import org.omemo4j.doubleratchet.RatchetException;
import org.omemo4j.doubleratchet.RatchetState;
import org.omemo4j.doubleratchet.StoredKeys;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Role;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.testkit.World;
import org.omemo4j.x3dh.IdentityKeyPair;

class SessionCodecTest {
    private final SeededRandom random = new SeededRandom(3);
    private final Supplier<X25519KeyPair> fresh = () -> X25519KeyPair.generate(random);
    private final IdentityKeyPair bob = IdentityKeyPair.generate(random);
    private final IdentityKeyPair alice = IdentityKeyPair.generate(random);
    private final SessionCodec codec = new SessionCodec(bob.publicKey());

    @Test
    void fiveReceivingChainsAreStoredInTheirOrder() throws Exception {
        Session session = afterTurns(Axolotl.VERSION, 7);

        assertThat(session.ratchet().receivingChains()).hasSize(5);
        assertThat(codec.decode(codec.encode(session), Axolotl.VERSION)).isEqualTo(session);
    }

    @Test
    void aStateOfOmemo2HasOneChainAndStaysSmall() throws Exception {
        SessionRecord row = codec.encode(afterTurns(Omemo2.VERSION, 7));

        assertThat(row.state().size()).isLessThan(400);
    }

    @Test
    void aLegacyStateIsTheSizeOfFourChainsMore() throws Exception {
        int omemo2 = codec.encode(afterTurns(Omemo2.VERSION, 7)).state().size();

        assertThat(codec.encode(afterTurns(Axolotl.VERSION, 7)).state().size()).isLessThan(omemo2 + 4 * 80);
    }

    /** Bob's session with Alice, who began it; each turn is a message of each. */
    private Session afterTurns(OmemoVersion version, int turns) throws RatchetException {
        DoubleRatchet ratchet = new DoubleRatchet(version.ratchet());
        Secret shared = Secret.random(random, 32);
        X25519KeyPair signedPreKey = fresh.get();
        RatchetState hers = ratchet.initiator(shared, signedPreKey.publicKey(), fresh.get());
        RatchetState his = ratchet.responder(shared, signedPreKey);
        for (int turn = 0; turn < turns; turn++) {
            Outgoing ping = ratchet.send(hers, fresh);
            his = ratchet.receive(his, ping.header(), StoredKeys.NONE).next();
            Outgoing pong = ratchet.send(his, fresh);
            his = pong.next();
            hers = ratchet.receive(ping.next(), pong.header(), StoredKeys.NONE).next();
        }
        return new Session(
                1,
                new DeviceAddress(World.jid("alice@example.org"), new DeviceId(5)),
                version,
                Role.RESPONDER,
                alice.publicKey(),
                fresh.get().publicKey().bytes(),
                Optional.empty(),
                codec.associatedData(version.x3dh().encoding(), Role.RESPONDER, alice.publicKey()),
                his,
                Instant.EPOCH,
                Optional.empty(),
                false,
                7,
                true,
                true);
    }
}
