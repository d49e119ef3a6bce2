/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.DeviceListTest.listed;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.Action.WithdrawBundle;
import org.omemo4j.engine.OmemoEvent.OwnDeviceListHealed;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Devices are taken off their account: another one, or this one. */
class DepartureTest {
    private static final BareJid ALICE = World.jid("alice@example.org");
    private static final OmemoConfig BOTH = OmemoConfig.defaults();

    private final World world = new World();

    @Test
    void anotherDeviceIsGoneFromTheListsAndBundlesOfAllVersions() {
        TestDevice phone = device();
        TestDevice desk = device();
        phone.logout();

        assertThat(desk.removes(phone.address().device())).isEmpty();

        for (OmemoVersion version : BOTH.versions()) {
            assertThat(isListed(phone.address(), version)).isFalse();
            assertThat(bundle(phone.address(), version)).isEmpty();
            assertThat(isListed(desk.address(), version)).isTrue();
            assertThat(bundle(desk.address(), version)).isPresent();
        }
    }

    @Test
    void itIsOffTheListBeforeItsBundleGoes() {
        TestDevice phone = world.device("alice@example.org");
        TestDevice desk = world.device("alice@example.org");
        phone.logout();

        desk.removes(phone.address().device());

        assertThat(desk.performed().stream()
                        .filter(action -> action.version().equals(Omemo2.VERSION))
                        .filter(action -> action instanceof PublishDeviceList || action instanceof WithdrawBundle)
                        .skip(1))
                .hasExactlyElementsOfTypes(PublishDeviceList.class, WithdrawBundle.class);
    }

    @Test
    void nothingIsEncryptedForItAnyMoreAndWhatItHasSentStillReads() {
        TestDevice phone = world.device("alice@example.org");
        TestDevice desk = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        desk.send(bob, "one");
        world.deliver();
        phone.send(bob, "two");
        phone.logout();

        desk.removes(phone.address().device());

        assertThat(attempt(() -> desk.engine().devices(ALICE)))
                .filteredOn(known -> known.address().equals(phone.address()))
                .singleElement()
                .satisfies(known -> assertThat(known.session()).isFalse());
        world.deliver();
        assertThat(((Encryption.Encrypted) desk.encrypt(bob.jid(), "three")).devices())
                .containsExactly(bob.address());
        assertThat(desk.inbox()).containsExactly("two");
    }

    @Test
    void aDeviceThatIsAliveComesBackWithItsBundleAndIsWelcome() {
        TestDevice phone = world.device("alice@example.org");
        TestDevice desk = world.device("alice@example.org");

        desk.removes(phone.address().device());

        assertThat(world.deviceList(ALICE).devices()).containsExactlyInAnyOrder(listed(phone), listed(desk));
        assertThat(phone.events(OwnDeviceListHealed.class)).hasSize(1);
        phone.login();
        desk.login();
        assertThat(world.bundle(phone.address()).preKeys()).hasSize(100);
        TestDevice bob = world.device("bob@example.com");
        assertThat(((Encryption.Encrypted) desk.encrypt(bob.jid(), "one")).devices())
                .containsExactlyInAnyOrder(bob.address(), phone.address());
    }

    @Test
    void aDeviceThatIsNotThereIsRemovedWithoutAPublication() {
        TestDevice desk = world.device("alice@example.org");
        int before = world.publications();

        assertThat(desk.removes(new DeviceId(4711))).isEmpty();

        assertThat(world.publications()).isEqualTo(before);
    }

    @Test
    void otherEntriesStayAndTheBudgetForHealingIsNotAsked() {
        TestDevice desk = world.device("alice@example.org");
        Device foreign = Device.of(new DeviceId(4711));
        for (int i = 0; i < 5; i++) {
            desk.hears(ALICE, world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(100 + i))));
        }

        assertThat(desk.removes(new DeviceId(104))).isEmpty();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(desk));
    }

    @Test
    void whatTheServerRefusesIsNamed() {
        TestDevice phone = world.device("alice@example.org");
        TestDevice desk = world.device("alice@example.org");
        phone.logout();
        DeviceId id = phone.address().device();
        attempt(() -> desk.engine().beginRemoval(id));
        Reaction told = attempt(() -> desk.engine()
                .deviceList(
                        ALICE,
                        Omemo2.VERSION,
                        world.item(ALICE, "urn:xmpp:omemo:2:devices", "current").orElseThrow()));
        attempt(() -> desk.engine().publishFailed(told.actions().get(0), "the server is full."));

        Departure departure = attempt(() -> desk.engine().endRemoval(id));

        assertThat(departure.left())
                .anyMatch(left -> left.contains("device list of urn:xmpp:omemo:2"))
                .anyMatch(left -> left.contains("bundle of urn:xmpp:omemo:2"));
    }

    @Test
    void thisDeviceLeavesAllListsAndBundlesAndPublishesNothingMore() {
        TestDevice phone = device();
        TestDevice desk = device();
        desk.logout();

        assertThat(phone.removes(phone.address().device())).isEmpty();
        int before = world.publications();
        for (OmemoVersion version : BOTH.versions()) {
            assertThat(isListed(phone.address(), version)).isFalse();
            assertThat(bundle(phone.address(), version)).isEmpty();
            assertThat(isListed(desk.address(), version)).isTrue();
            XmlElement list = list(version).orElseThrow();
            phone.perform(attempt(() -> phone.engine().deviceList(ALICE, version, list)));
        }
        phone.perform(attempt(phone.engine()::maintain));

        assertThat(world.publications()).isEqualTo(before);
    }

    @Test
    void aDeviceThatHasLeftComesBackAtItsNextStartAsTheSameOne() {
        TestDevice phone = device();
        OwnDevice before = phone.engine().ownDevice();
        TestDevice bob = world.device("bob@example.com");
        bob.read(phone.send(bob, "one"));
        phone.removes(phone.address().device());

        phone.restart();

        assertThat(phone.engine().ownDevice()).isEqualTo(before);
        for (OmemoVersion version : BOTH.versions()) {
            assertThat(isListed(phone.address(), version)).isTrue();
            assertThat(bundle(phone.address(), version)).isPresent();
        }
        assertThat(phone.events(OwnDeviceListHealed.class)).isEmpty();
        bob.read(phone.send(bob, "two"));
        assertThat(bob.inbox()).containsExactly("one", "two");
    }

    @Test
    void aDeviceThatCouldNotLeaveStays() {
        TestDevice phone = device();
        DeviceId own = phone.address().device();
        attempt(() -> phone.engine().beginRemoval(own));

        Departure departure = attempt(() -> phone.engine().endRemoval(own));
        int published = phone.performed(PublishBundle.class).size();
        phone.perform(departure.reaction());

        assertThat(departure.left()).hasSize(4);
        assertThat(phone.performed(PublishBundle.class)).hasSize(published);
        BOTH.versions()
                .forEach(version ->
                        assertThat(isListed(phone.address(), version)).isTrue());
    }

    private TestDevice device() {
        return world.device("alice@example.org", new MemoryStore(), BOTH);
    }

    private Optional<XmlElement> list(OmemoVersion version) {
        return world.item(ALICE, version.nodes().deviceList(), version.nodes().deviceListItem());
    }

    private boolean isListed(DeviceAddress device, OmemoVersion version) {
        return list(version).stream()
                .flatMap(XmlElement::elements)
                .anyMatch(entry ->
                        entry.attribute("id").equals(Optional.of(device.device().toString())));
    }

    private Optional<XmlElement> bundle(DeviceAddress device, OmemoVersion version) {
        Nodes nodes = version.nodes();
        return world.item(ALICE, nodes.bundle(device.device()), nodes.bundleItem(device.device()));
    }
}
