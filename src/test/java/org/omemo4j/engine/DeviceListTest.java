/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.OmemoEvent.DeviceListTruncated;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.x3dh.IdentityKeyPair;

/** What contacts' device lists say, and what they cannot do. */
class DeviceListTest {
    private static final String NAMESPACE = "urn:xmpp:omemo:2";

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void aDeviceThatLeavesTheListGetsNoMoreMessages() {
        TestDevice laptop = world.device("bob@example.com");
        alice.send(bob, "one");
        world.deliver();

        alice.hears(bob.jid(), world.putDeviceList(bob.jid(), listed(bob)));
        alice.send(bob, "two");
        world.deliver();

        assertThat(laptop.inbox()).containsExactly("one");
        assertThat(bob.inbox()).containsExactly("one", "two");
    }

    @Test
    void aDeviceThatComesBackHasItsSessionAndItsTrust() {
        alice.send(bob, "one");
        world.deliver();
        KnownDevice before = attempt(() -> alice.engine().devices(bob.jid())).get(0);

        alice.hears(bob.jid(), list());
        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).isActive())
                .isFalse();
        alice.hears(bob.jid(), list(listed(bob)));

        assertThat(attempt(() -> alice.engine().devices(bob.jid()))).containsExactly(before);
        assertThat(ConversationTest.isKeyExchange(alice.send(bob, "two"))).isFalse();
    }

    @Test
    void aMessageAndAListMoveTheTimeThatADeviceWasLastSeenAt() {
        Instant first = world.clock().instant();
        alice.send(bob, "one");
        world.deliver();
        assertSeen(first, first);

        world.clock().advance(Duration.ofHours(2));
        Instant read = world.clock().instant();
        alice.read(bob.send(alice, "two"));
        assertSeen(first, read);

        world.clock().advance(Duration.ofHours(2));
        alice.hears(bob.jid(), list(listed(bob)));
        assertSeen(first, world.clock().instant());
    }

    @Test
    void theTimeThatADeviceWasLastSeenAtIsExactToAnHour() {
        Instant first = world.clock().instant();
        alice.send(bob, "one");
        world.deliver();
        world.clock().advance(Duration.ofHours(1));

        alice.read(bob.send(alice, "two"));
        alice.hears(bob.jid(), list(listed(bob)));

        assertSeen(first, first);
    }

    private void assertSeen(Instant first, Instant last) {
        KnownDevice known = attempt(() -> alice.engine().devices(bob.jid())).get(0);
        assertThat(known.firstSeen()).isEqualTo(first);
        assertThat(known.lastSeen()).isEqualTo(last);
    }

    @Test
    void c4_anEmptyListWipesNoSessionAndNoTrustAndNothingIsSent() {
        alice.send(bob, "one");
        world.deliver();
        Object sessions = attempt(() -> alice.store().sessions(bob.address(), NAMESPACE));
        Object trust = attempt(() -> alice.store().trust(bob.jid()));

        alice.hears(bob.jid(), list());

        assertThat(attempt(() -> alice.store().sessions(bob.address(), NAMESPACE)))
                .isEqualTo(sessions);
        assertThat(attempt(() -> alice.store().trust(bob.jid()))).isEqualTo(trust);
        assertThat(alice.encrypt(bob.jid(), "two")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void aMalformedListChangesNothingThatIsKnown() {
        alice.send(bob, "one");
        XmlElement malformed = XmlElement.builder("list", NAMESPACE).build();

        alice.hears(bob.jid(), malformed);

        assertThat(alice.encrypt(bob.jid(), "two")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void aMalformedListOfAStrangerIsUnknownNotEmpty() {
        XmlElement malformed = XmlElement.builder("list", NAMESPACE).build();
        world.put(bob.jid(), NAMESPACE + ":devices", "current", malformed);

        Encryption refused = alice.encrypt(bob.jid(), "one");

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        it -> assertThat(it.reason()).isEqualTo(Encryption.Refusal.DEVICE_LIST_UNKNOWN));
    }

    @Test
    void c2_ofTenThousandIdsTheOneWithASessionStaysAndTheRestIsCutAndTold() {
        alice.send(bob, "one");
        int own = bob.address().device().value();
        Device[] many = IntStream.rangeClosed(1, 10_001)
                .mapToObj(i -> new Device(new DeviceId(i == 10_001 ? own : i), Optional.empty()))
                .toArray(Device[]::new);

        alice.hears(bob.jid(), rawList(many));

        List<KnownDevice> known = attempt(() -> alice.engine().devices(bob.jid()));
        assertThat(known).hasSize(200).anyMatch(device -> device.address().equals(bob.address()));
        assertThat(alice.events(DeviceListTruncated.class)).hasSize(1);
    }

    @Test
    void c2_devicesThatWereOnlyListedGiveWayToTheOneWithASession() {
        alice.send(bob, "one");
        alice.hears(bob.jid(), rawList(numbered(1, 200)));
        int own = bob.address().device().value();
        Device[] again = numbered(1, 201);
        again[200] = Device.of(new DeviceId(own));

        alice.hears(bob.jid(), rawList(again));

        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .filteredOn(KnownDevice::isActive)
                .hasSize(200)
                .anyMatch(device -> device.address().equals(bob.address()));
    }

    @Test
    void c6_anOlderListMakesADeviceInactiveOnly() {
        XmlElement old = world.putDeviceList(bob.jid(), listed(bob));
        TestDevice laptop = world.device("bob@example.com");
        alice.send(bob, "one");
        Object sessions = attempt(() -> alice.store().sessions(laptop.address(), NAMESPACE));

        alice.hears(bob.jid(), old);

        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .filteredOn(KnownDevice::isActive)
                .extracting(KnownDevice::address)
                .containsExactly(bob.address());
        assertThat(attempt(() -> alice.store().sessions(laptop.address(), NAMESPACE)))
                .isEqualTo(sessions)
                .isNotEqualTo(List.of());
    }

    @Test
    void c7_aContactsListThatIsGoneIsEmptyAndNobodyPublishesIt() {
        alice.send(bob, "one");
        int before = world.publications();

        alice.perform(attempt(() -> alice.engine().noDevices(bob.jid(), Omemo2.VERSION)));

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).isActive())
                .isFalse();
        assertThat(world.publications()).isEqualTo(before);
    }

    @Test
    void c8_ofAThousandAnnouncementsOneListIsFetchedAMinuteAndTheLastStateIsKnown() {
        isKnown();
        for (int i = 0; i < 500; i++) {
            announced();
        }
        TestDevice laptop = world.device("bob@example.com");
        announced();
        assertThat(fetches()).isEqualTo(1);

        world.clock().advance(Duration.ofSeconds(59));
        alice.wakes();
        assertThat(fetches()).isEqualTo(1);
        world.clock().advance(Duration.ofSeconds(1));
        assertThat(attempt(alice.engine()::nextDue)).contains(world.clock().instant());
        alice.wakes();

        assertThat(fetches()).isEqualTo(2);
        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .anyMatch(device -> device.address().equals(laptop.address()) && device.isActive());
        for (int i = 0; i < 500; i++) {
            announced();
        }
        assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void c8_aListThatIsNotAnnouncedAgainIsNotFetchedAgain() {
        isKnown();
        announced();
        world.clock().advance(Duration.ofMinutes(1));
        alice.wakes();

        assertThat(fetches()).isEqualTo(1);
        assertThat(attempt(alice.engine()::nextDue)).isEmpty();
    }

    @Test
    void c8_aStormOfListsFetchesNothing() {
        for (int i = 0; i < 500; i++) {
            alice.hears(bob.jid(), list(listed(bob), Device.of(new DeviceId(i % 2 + 1))));
        }

        assertThat(fetches()).isZero();
    }

    @Test
    void thisDeviceIsListedWithItsOwnKeyAndLabel() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("desk"));

        KnownDevice own = attempt(() -> desk.engine().devices(desk.jid())).stream()
                .filter(device -> device.address().equals(desk.address()))
                .findFirst()
                .orElseThrow();

        assertThat(own.fingerprint()).contains(desk.key().fingerprint());
        assertThat(own.label()).contains("desk");
        assertThat(own.trust()).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void c11_aLabelIsShownWithoutWhatHidesOrTurnsIt() {
        String evil = "\u202egnp.\u202c \u0085\u200bPhone";
        Device labelled = new Device(
                bob.address().device(),
                Optional.of(Label.signed(
                        evil,
                        IdentityKeyPair.ofSeed(attempt(() -> bob.store().ownDevice())
                                .orElseThrow()
                                .identityKey()),
                        new SeededRandom(98))));
        alice.hears(bob.jid(), world.putDeviceList(bob.jid(), labelled));
        alice.send(bob, "one");

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).label())
                .contains("gnp. Phone");
    }

    @Test
    void c11_aHugeLabelCostsTheLabelAndNotTheDevice() {
        XmlElement huge = XmlElement.builder("devices", NAMESPACE)
                .child(XmlElement.builder("device", NAMESPACE)
                        .attribute("id", bob.address().device().toString())
                        .attribute("label", "x".repeat(100_000))
                        .build())
                .build();

        alice.hears(bob.jid(), huge);

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).isActive())
                .isTrue();
        assertThat(attempt(() -> alice.store().devices(bob.jid())).get(0).label())
                .isEmpty();
    }

    @Test
    void c3_badAndRepeatedIdsAreLeftOutAndTheRestIsUsed() {
        XmlElement.Builder list = XmlElement.builder("devices", NAMESPACE);
        for (String id : List.of("0", "-1", "+5", " 5 ", "0x1f", "", "word", "2147483648", "7", "7", "2147483647")) {
            list.child(
                    XmlElement.builder("device", NAMESPACE).attribute("id", id).build());
        }

        alice.hears(bob.jid(), list.build());

        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .filteredOn(KnownDevice::isActive)
                .extracting(device -> device.address().device().value())
                .containsExactly(7, 2147483647);
    }

    @Test
    void aLabelIsShownWhenTheDevicesOwnKeyHasSignedIt() {
        TestDevice carol = world.device("carol@example.com", new MemoryStore(), World.CONFIG.withLabel("Phone"));
        alice.send(carol, "one");

        assertThat(attempt(() -> alice.engine().devices(carol.jid())).get(0).label())
                .contains("Phone");
    }

    @Test
    void aLabelThatIsTakenBackIsForgotten() {
        TestDevice dora = world.device("dora@example.org", new MemoryStore(), OmemoConfig.defaults());
        TestDevice carol = world.device("carol@example.com", new MemoryStore(), World.CONFIG.withLabel("Phone"));
        dora.send(carol, "Hello");
        Device labelled = world.deviceList(carol.jid()).devices().get(0);
        DeviceList plain = DeviceList.of(List.of(new Device(labelled.id(), Optional.empty())));

        dora.hears(carol.jid(), list());
        assertThat(label(dora, carol)).as("of a device that is off the list").contains("Phone");
        dora.hears(carol.jid(), list(labelled));
        attempt(() -> dora.engine()
                .deviceList(
                        carol.jid(), Axolotl.VERSION, Axolotl.VERSION.elements().toXml(plain)));
        assertThat(label(dora, carol)).as("beside a list that has no labels").contains("Phone");

        dora.hears(carol.jid(), Omemo2.VERSION.elements().toXml(plain));

        assertThat(label(dora, carol)).isEmpty();
        dora.restart();
        assertThat(label(dora, carol)).isEmpty();
    }

    private static Optional<String> label(TestDevice seenBy, TestDevice device) {
        return attempt(() -> seenBy.engine().devices(device.jid())).get(0).label();
    }

    @Test
    void c12_aLabelThatAnotherKeyHasSignedIsNotShown() {
        IdentityKeyPair other = IdentityKeyPair.generate(new SeededRandom(99));
        Device labelled =
                new Device(bob.address().device(), Optional.of(Label.signed("Phone", other, new SeededRandom(98))));
        alice.hears(bob.jid(), world.putDeviceList(bob.jid(), labelled));
        alice.send(bob, "one");

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).label())
                .isEmpty();
    }

    @Test
    void c12_aLabelWithoutSignatureIsNotShown() {
        Device labelled = new Device(bob.address().device(), Optional.of(new Label("Phone", Optional.empty())));
        alice.hears(bob.jid(), world.putDeviceList(bob.jid(), labelled));
        alice.send(bob, "one");

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).label())
                .isEmpty();
    }

    @Test
    void aSignatureThatIsMendedUnderTheSameLabelIsSeen() {
        TestDevice carol = world.device("carol@example.com", new MemoryStore(), World.CONFIG.withLabel("Phone"));
        Device mended = world.deviceList(carol.jid()).devices().get(0);
        Device broken = new Device(mended.id(), Optional.of(new Label("Phone", Optional.of(Bytes.of(new byte[64])))));
        alice.hears(carol.jid(), list(broken));
        alice.send(carol, "one");

        alice.hears(carol.jid(), list(mended));

        assertThat(attempt(() -> alice.engine().devices(carol.jid())).get(0).label())
                .contains("Phone");
    }

    @Test
    void aSenderThatIsNotListedHasItsListAskedForOnce() {
        alice.send(bob, "zero");
        world.deliver();
        alice.hears(bob.jid(), list());
        world.putDeviceList(bob.jid());
        int before = fetches();

        bob.send(alice, "one");
        bob.send(alice, "two");
        world.deliver();

        assertThat(alice.inbox()).containsExactly("one", "two");
        assertThat(fetches() - before).isEqualTo(1);
    }

    @Test
    void aSenderThatIsStillNotListedIsAskedForAgainAfterTheNextLogin() {
        alice.send(bob, "zero");
        world.deliver();
        alice.hears(bob.jid(), list());
        world.putDeviceList(bob.jid());
        bob.send(alice, "one");
        world.deliver();
        int before = fetches();

        alice.login();
        bob.send(alice, "two");
        world.deliver();

        assertThat(fetches() - before).isEqualTo(1);
    }

    @Test
    void aListThatSaysNothingNewIsNotWritten() {
        alice.hears(bob.jid(), list(listed(bob)));
        long before = attempt(() -> alice.store().revision());

        for (int i = 0; i < 100; i++) {
            alice.hears(bob.jid(), list(listed(bob)));
        }

        assertThat(attempt(() -> alice.store().revision())).isEqualTo(before);
    }

    @Test
    void thatThereAreNoDevicesIsBelievedForSomeMinutesOnly() {
        TestDevice alice = world.device("dora@example.org");
        BareJid erin = World.jid("erin@example.org");
        assertThat(alice.encrypt(erin, "Hello")).isInstanceOf(Encryption.Refused.class);
        TestDevice device = world.device("erin@example.org");
        assertThat(alice.encrypt(erin, "Hello")).as("at once").isInstanceOf(Encryption.Refused.class);

        world.clock().advance(Duration.ofMinutes(5));

        assertThat(alice.encrypt(erin, "Hello"))
                .isInstanceOfSatisfying(
                        Encryption.Encrypted.class,
                        sent -> assertThat(sent.devices()).containsExactly(device.address()));
    }

    @Test
    void aFurtherDeviceThatNobodyToldUsOfIsFoundWithinAnHour() {
        TestDevice alice = world.device("dora@example.org");
        TestDevice first = world.device("erin@example.org");
        alice.send(first, "Hello");
        TestDevice second = world.device("erin@example.org");

        world.clock().advance(Duration.ofHours(1));

        assertThat(((Encryption.Encrypted) alice.encrypt(first.jid(), "Hello")).devices())
                .containsExactlyInAnyOrder(first.address(), second.address());
    }

    @Test
    void aListFromAnAccountIsAskedForOnceUntilTheNextLogin() {
        for (int i = 0; i < 5; i++) {
            alice.send(bob, "message " + i);
        }
        assertThat(fetches()).isEqualTo(1);

        alice.login();
        alice.send(bob, "after");

        assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void aStrangersListThatComesUnaskedNeedNotBeAskedFor() {
        alice.hears(bob.jid(), list(listed(bob)));

        alice.send(bob, "Hello");

        assertThat(fetches()).isZero();
    }

    @Test
    void listsOfAccountsThatSomebodyHasMadeUpDoNotFillTheStore() {
        int made = 2 * Conversations.MANY;
        for (int i = 0; i < made; i++) {
            alice.hears(World.jid("nobody" + i + "@example.net"), list(numbered(1, 3)));
        }

        assertThat(attempt(() -> alice.store().conversations())).hasSize(Conversations.MANY);
        assertThat(attempt(() -> alice.engine().devices(World.jid("nobody0@example.net"))))
                .hasSize(3);
        assertThat(attempt(() -> alice.engine().devices(World.jid("nobody" + (made - 1) + "@example.net"))))
                .isEmpty();
        alice.send(bob, "Hello");
        alice.hears(bob.jid(), list(numbered(1, 3)));
        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .as("with whom we have to do")
                .filteredOn(KnownDevice::isActive)
                .hasSize(3);
    }

    @Test
    void everNewListsOfAnAccountDoNotFillTheStore() {
        alice.send(bob, "one");
        for (int i = 0; i < 20; i++) {
            alice.hears(bob.jid(), list(numbered(200 * i + 1, 200 * i + 200)));
        }

        List<KnownDevice> devices = attempt(() -> alice.engine().devices(bob.jid()));
        assertThat(devices)
                .as("200 on the list, 200 that were on the last one, 200 from before, and Bob's own")
                .hasSizeLessThanOrEqualTo(400 + DeviceLists.MAX_FORMER + 1)
                .anyMatch(device -> device.address().equals(bob.address()));
        assertThat(devices).filteredOn(KnownDevice::isActive).hasSize(200);
        assertThat(attempt(() -> alice.store().devices(bob.jid()))).hasSameSizeAs(devices);
    }

    @Test
    void aStrangersEventsWithoutDevicesLeaveNoTrace() {
        Object before = StoreDump.of(alice.store(), bob.jid());

        announced();
        alice.hears(bob.jid(), list());
        alice.perform(attempt(
                () -> alice.engine().deviceListEvent(bob.jid(), Omemo2.VERSION, Optional.empty(), Optional.empty())));

        alice.perform(attempt(() -> alice.engine()
                .deviceListEvent(
                        bob.jid(),
                        Omemo2.VERSION,
                        Optional.of(XmlElement.builder("odd", "urn:example").build()),
                        Optional.empty())));
        alice.perform(attempt(() -> alice.engine().deviceListMalformed(bob.jid(), Omemo2.VERSION)));

        assertThat(fetches()).isZero();
        assertThat(StoreDump.of(alice.store(), bob.jid())).isEqualTo(before);
        assertThat(attempt(() -> alice.engine()
                        .encrypt(OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("Hello")), false))))
                .as("it is asked for as one of which nothing was ever heard")
                .isInstanceOf(Encryption.Missing.class);
    }

    @Test
    void contactsListsAreNeverPublished() {
        int before = alice.performed(PublishDeviceList.class).size();

        alice.hears(bob.jid(), list());

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(before);
    }

    /** Bob is somebody that Alice has to do with. */
    private void isKnown() {
        attempt(() -> {
            alice.engine().setPolicy(bob.jid(), EncryptionPolicy.REQUIRED);
            return bob.jid();
        });
    }

    private void announced() {
        alice.perform(attempt(() -> alice.engine().deviceListChanged(bob.jid(), Omemo2.VERSION)));
    }

    private static Device[] numbered(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> Device.of(new DeviceId(i)))
                .toArray(Device[]::new);
    }

    private int fetches() {
        return (int) alice.performed(FetchDeviceList.class).stream()
                .filter(fetch -> fetch.jid().equals(bob.jid()))
                .count();
    }

    static Device listed(TestDevice device) {
        return new Device(device.address().device(), Optional.empty());
    }

    static XmlElement list(Device... devices) {
        return Omemo2.VERSION.elements().toXml(DeviceList.of(List.of(devices)));
    }

    /** However many there are. */
    private static XmlElement rawList(Device... devices) {
        XmlElement.Builder list = XmlElement.builder("devices", NAMESPACE);
        for (Device device : devices) {
            list.child(XmlElement.builder("device", NAMESPACE)
                    .attribute("id", device.id().toString())
                    .build());
        }
        return list.build();
    }
}
