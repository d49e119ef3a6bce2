/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;

/** Messages of somebody who decides about each device wait for that, and leave in their order, by themselves. */
@OnServer
class DecisionsIT {
    private static final OmemoConfig MANUAL = OmemoConfig.defaults().withTrust(TrustPolicy.manual());

    @Test
    void inAChatBothMessagesWaitForOneAnswerAndLeaveInOrder(World world) {
        Client alice = world.client(world.account("alice")).config(MANUAL).open();
        Client desk = world.client(alice.account()).carbons().open();
        Client bob = world.client(world.account("bob"))
                .carbons()
                .config(OmemoConfig.defaults().withLabel("Bob's phone"))
                .open();
        Client stolen = world.client(bob.account()).carbons().open();
        for (Client client : List.of(alice, desk, bob, stolen)) {
            client.awaitDevices(client, 2);
        }

        alice.send(bob, "the first secret");
        alice.send(bob, "the second secret");

        TrustRequest request = awaitRequest(alice);
        assertThat(request.conversation().toString()).isEqualTo(bob.jid().toString());
        assertThat(request.keys()).containsExactlyInAnyOrder(desk.key(), bob.key(), stolen.key());
        assertThat(request.devices()).extracting(KnownDevice::trust).containsOnly(TrustLevel.UNDECIDED);
        assertThat(request.devices()).extracting(KnownDevice::label).contains(Optional.of("Bob's phone"));
        assertThat(request.devices())
                .allSatisfy(device -> assertThat(device.lastSeen()).isAfterOrEqualTo(device.firstSeen()));
        assertThat(Smack.call(() -> alice.omemo().waiting())).hasSize(2);
        assertThat(alice.wire().encryptedSent()).isEmpty();

        answer(
                alice,
                request,
                Map.of(desk.key(), Decision.TRUST, bob.key(), Decision.VERIFY, stolen.key(), Decision.DISTRUST));

        for (Client reader : List.of(bob, desk)) {
            reader.awaitAnywhere("the second secret");
        }
        assertThat(bob.bodies()).containsExactly("the first secret", "the second secret");
        assertThat(desk.sentElsewhere().bodies()).containsExactly("the first secret", "the second secret");
        Await.until(
                () -> "two messages that are not for the stolen device\n" + stolen.story(),
                () -> stolen.outcomes().of(Outcomes.NotForThisDevice.class).stream()
                                .filter(other -> other.message()
                                        .from()
                                        .equals(alice.jid().asBareJid()))
                                .count()
                        == 2);
        assertThat(stolen.bodies()).isEmpty();
        assertThat(alice.outcomes().of(Outcomes.DecisionNeeded.class)).hasSize(1);
        assertThat(alice.wire().raw()).doesNotContain("first secret", "second secret");
    }

    @Test
    void inARoomTheyWaitForTheDevicesOfAllMembers(World world) {
        Client alice = world.client(world.account("alice")).config(MANUAL).open();
        Client bob = world.person("bob");
        Client carol = world.client(world.account("carol")).open();
        Client stolen = world.anotherDevice(carol);
        carol.awaitDevices(carol, 2);
        ChatRoom room = ChatRoom.of(world, alice);
        room.member(alice, bob.account());
        room.member(alice, carol.account());
        room.enter(bob);
        room.enter(carol);

        room.says(alice, "the first secret");
        room.says(alice, "the second secret");

        TrustRequest request = awaitRequest(alice);
        assertThat(request.conversation().toString()).isEqualTo(room.jid().toString());
        assertThat(request.keys()).containsExactlyInAnyOrder(bob.key(), carol.key(), stolen.key());
        assertThat(Smack.call(() -> alice.omemo().waiting())).hasSize(2);

        answer(
                alice,
                request,
                Map.of(bob.key(), Decision.TRUST, carol.key(), Decision.TRUST, stolen.key(), Decision.DISTRUST));

        for (Client reader : List.of(bob, carol)) {
            assertThat(room.inbox(reader).awaitBodies(2)).containsExactly("the first secret", "the second secret");
        }
        Await.until(
                () -> "two messages sent\n" + alice.story(),
                () -> alice.outcomes().of(Outcomes.Sent.class).size() == 2);
        assertThat(alice.outcomes().of(Outcomes.Sent.class))
                .extracting(sent -> sent.message().devices().size())
                .containsOnly(2);
        assertThat(alice.wire().raw()).doesNotContain("first secret", "second secret");
    }

    private static TrustRequest awaitRequest(Client client) {
        return client.outcomes().await(Outcomes.DecisionNeeded.class).request();
    }

    private static void answer(Client client, TrustRequest request, Map<TrustKey, Decision> decisions) {
        Smack.run(() -> client.omemo().trust().answer(request, decisions));
    }
}
