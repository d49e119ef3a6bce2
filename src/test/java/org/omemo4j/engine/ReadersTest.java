/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
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
    private static final String ROOM = "room@example.org";

    private final World world = new World();

    @Test
    void c2_ofTooManyReadersThoseWithASessionStayAndTheRestIsTold() {
        List<Reader> readers = new ArrayList<>();
        for (int i = 1; i <= EncryptedMessage.MAX_KEYS; i++) {
            readers.add(stranger(ROOM, i));
        }
        Reader last = new Reader(address(ROOM, 5000), Omemo2.VERSION, Optional.of(session()));
        readers.add(last);
        List<LeftOut> leftOut = new ArrayList<>();

        List<Reader> kept = Readers.capped(readers, leftOut);

        assertThat(kept).startsWith(last).hasSize(Readers.MAX_KEY_BYTES / last.keyBytes());
        assertThat(leftOut)
                .hasSize(readers.size() - kept.size())
                .contains(new LeftOut(address(ROOM, EncryptedMessage.MAX_KEYS), LeftOut.Why.TOO_MANY_DEVICES));
    }

    @Test
    void c2_ofDevicesThatHaveAllAnsweredThereAreAThousand() {
        Optional<Session> complete = Optional.of(completeSession());
        List<Reader> readers = new ArrayList<>();
        for (int i = 1; i <= EncryptedMessage.MAX_KEYS; i++) {
            readers.add(new Reader(address(ROOM, i), Omemo2.VERSION, complete));
        }
        List<LeftOut> leftOut = new ArrayList<>();
        assertThat(Readers.capped(readers, leftOut)).isEqualTo(readers);
        assertThat(leftOut).isEmpty();

        List<Reader> more = new ArrayList<>(readers);
        more.add(new Reader(address(ROOM, 5000), Omemo2.VERSION, complete));

        assertThat(Readers.capped(more, leftOut)).isEqualTo(readers);
        assertThat(leftOut).containsExactly(new LeftOut(address(ROOM, 5000), LeftOut.Why.TOO_MANY_DEVICES));
    }

    @Test
    void c2_whoHasManyDevicesTakesNobodyElsesPlace() {
        List<Reader> readers = new ArrayList<>();
        for (String many : List.of("a@example.org", "b@example.org", "c@example.org", "d@example.org")) {
            for (int i = 1; i <= 200; i++) {
                readers.add(stranger(many, i));
            }
        }
        Reader zoe = stranger("zoe@example.org", 1);
        readers.add(zoe);
        List<LeftOut> leftOut = new ArrayList<>();

        assertThat(Readers.capped(readers, leftOut)).contains(zoe);
        assertThat(leftOut).isNotEmpty();
    }

    @Test
    void aMessageWithAsManyKeysAsItMayHaveFitsIntoAStanza() {
        TestDevice alice = world.device("alice@example.org");
        for (int account = 1; account <= 5; account++) {
            for (int i = 0; i < 140; i++) {
                world.device("member" + account + "@example.org");
            }
        }
        Set<BareJid> members = IntStream.rangeClosed(1, 5)
                .mapToObj(account -> World.jid("member" + account + "@example.org"))
                .collect(Collectors.toSet());

        TestDevice.attempt(() -> {
            alice.engine().setPolicy(World.jid(ROOM), EncryptionPolicy.REQUIRED);
            return alice;
        });

        Encryption.Encrypted encrypted = (Encryption.Encrypted) alice.encrypt(
                OutgoingMessage.toRoom(World.jid(ROOM), members, List.of(TestDevice.body("Hello")), false));

        assertThat(encrypted.elements().get(0).toXml()).hasSizeLessThan(Readers.MAX_KEY_BYTES + 4096);
        assertThat(encrypted.leftOut()).isNotEmpty();
    }

    private Session session() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        alice.send(bob, "one");
        return session(alice, bob);
    }

    private Session completeSession() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        alice.talksWith(bob);
        return session(alice, bob);
    }

    private static Session session(TestDevice alice, TestDevice bob) {
        return TestDevice.attempt(() -> new SessionCodec(IdentityKeyPair.ofSeed(
                                alice.store().ownDevice().orElseThrow().identityKey())
                        .publicKey())
                .decode(
                        alice.store()
                                .sessions(bob.address(), Omemo2.VERSION.namespace())
                                .get(0),
                        Omemo2.VERSION));
    }

    private static Reader stranger(String jid, int device) {
        return new Reader(address(jid, device), Omemo2.VERSION, Optional.empty());
    }

    private static DeviceAddress address(String jid, int device) {
        return new DeviceAddress(World.jid(jid), new DeviceId(device));
    }
}
