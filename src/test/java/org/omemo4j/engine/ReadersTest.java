/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.Readers.Reader;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.x3dh.IdentityKeyPair;

/** More readers than one stanza can have keys. */
class ReadersTest {
    private final World world = new World();

    @Test
    void c2_ofTooManyReadersThoseWithASessionStayAndTheRestIsTold() {
        List<Reader> readers = new ArrayList<>();
        for (int i = 1; i <= EncryptedMessage.MAX_KEYS; i++) {
            readers.add(new Reader(address(i), Omemo2.VERSION, Optional.empty()));
        }
        Reader last = new Reader(address(5000), Omemo2.VERSION, Optional.of(session()));
        readers.add(last);
        List<LeftOut> leftOut = new ArrayList<>();

        List<Reader> kept = Readers.capped(readers, leftOut);

        assertThat(kept).hasSize(EncryptedMessage.MAX_KEYS).contains(last);
        assertThat(leftOut)
                .containsExactly(new LeftOut(address(EncryptedMessage.MAX_KEYS), LeftOut.Why.TOO_MANY_DEVICES));
    }

    private Session session() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        alice.send(bob, "one");
        return TestDevice.attempt(() -> new SessionCodec(IdentityKeyPair.ofSeed(
                                alice.store().ownDevice().orElseThrow().identityKey())
                        .publicKey())
                .decode(
                        alice.store()
                                .sessions(bob.address(), Omemo2.VERSION.namespace())
                                .get(0),
                        Omemo2.VERSION));
    }

    private static DeviceAddress address(int device) {
        return new DeviceAddress(World.jid("room@example.org"), new DeviceId(device));
    }
}
