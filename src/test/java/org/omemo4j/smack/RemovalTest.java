/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.pubsub.packet.PubSub;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.World;

/** An application takes devices off its account. */
class RemovalTest {
    private static final DeviceAddress OLD = new DeviceAddress(TestClient.jid(TestClient.ALICE), new DeviceId(4711));
    private static final XmlElement BUNDLE =
            XmlElement.builder("bundle", "urn:xmpp:omemo:2").build();

    private final World world = new World();
    private TestClient alice;

    @BeforeEach
    void start() throws Exception {
        world.putDeviceList(OLD.jid(), Device.of(OLD.device()));
        world.putBundle(OLD, BUNDLE);
        alice = TestClient.started(world, new MemoryStore());
    }

    @AfterEach
    void close() {
        alice.close();
    }

    @Test
    void anotherDeviceIsTakenOffListAndBundle() throws Exception {
        assertThat(outcome(alice.omemo.removeOwnDevice(OLD.device()))).isEqualTo(new Removal.Removed());

        assertThat(world.deviceList(OLD.jid()).devices())
                .extracting(Device::id)
                .containsExactly(alice.omemo.ownDevice().address().device());
        assertThat(world.item(OLD.jid(), "urn:xmpp:omemo:2:bundles", "4711")).isEmpty();
        assertThat(alice.omemo.devices(OLD.jid()))
                .filteredOn(device -> device.address().equals(OLD))
                .noneMatch(device -> device.isActive());
    }

    @Test
    void thisDeviceIsRefusedWithTheRemedy() {
        DeviceId own = alice.omemo.ownDevice().address().device();

        assertThatThrownBy(() -> alice.omemo.removeOwnDevice(own))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("purge()");
    }

    @Test
    void aPurgeCleansTheServerAndStops() throws Exception {
        DeviceAddress own = alice.omemo.ownDevice().address();

        assertThat(outcome(alice.omemo.purge())).isEqualTo(new Removal.Removed());

        assertThat(alice.omemo.isStarted()).isFalse();
        assertThat(world.deviceList(OLD.jid()).devices()).containsExactly(Device.of(OLD.device()));
        assertThat(world.item(
                        own.jid(), "urn:xmpp:omemo:2:bundles", own.device().toString()))
                .isEmpty();
        assertThat(world.item(own.jid(), Axolotl.VERSION.nodes().bundle(own.device()), "current"))
                .isEmpty();
        assertThat(world.item(own.jid(), Axolotl.VERSION.nodes().deviceList(), "current"))
                .contains(Axolotl.VERSION.elements().toXml(DeviceList.EMPTY));
    }

    @Test
    void whatTheServerRefusesIsToldAndOmemoGoesOn() throws Exception {
        TestPep pep = new TestPep(world, OLD.jid());
        alice.connection.answerBy(request -> request instanceof PubSub && request.getType() == IQ.Type.set
                ? Optional.of(IQ.createErrorResponse(request, StanzaError.Condition.forbidden))
                : pep.answer(request));

        Removal outcome = outcome(alice.omemo.purge());

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Removal.Incomplete.class, it -> assertThat(it.left()).hasSize(4));
        assertThat(alice.omemo.isStarted()).isTrue();
    }

    @Test
    void aStopMeanwhileEndsTheWaiting() throws Exception {
        alice.connection.answerNothing();
        CompletableFuture<Removal> removal = alice.omemo.removeOwnDevice(OLD.device());

        alice.omemo.stop();

        assertThat(outcome(removal)).isInstanceOf(Removal.Incomplete.class);
    }

    private static Removal outcome(CompletableFuture<Removal> removal) throws Exception {
        return removal.get(30, TimeUnit.SECONDS);
    }
}
