/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;
import static org.omemo4j.testkit.TestDevice.body;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustPolicy;

/** Two versions at once: which one a message is sent in, and what a version that protects only the text costs. */
class VersionsTest {
    private static final OmemoConfig BOTH = OmemoConfig.defaults();
    private static final OmemoConfig LEGACY = BOTH.withVersions(List.of(Axolotl.VERSION));
    private static final String BOB = "bob@example.com";
    private static final XmlElement RECEIPT_REQUEST =
            XmlElement.builder("request", "urn:xmpp:receipts").build();
    private static final XmlElement COMPOSING = XmlElement.builder("composing", "http://jabber.org/protocol/chatstates")
            .build();
    private static final XmlElement CORRECTION = XmlElement.builder("replace", "urn:xmpp:message-correct:0")
            .attribute("id", "1")
            .build();

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org", new MemoryStore(), BOTH);

    @Test
    void whereAllSpeakOmemo2ItIsOmemo2() {
        device(BOB, BOTH);
        device("alice@example.org", BOTH);

        assertThat(send(body("Hello")).versions()).containsExactly(Omemo2.VERSION);
    }

    @Test
    void whereNotAllDoAndAllSpeakLegacyItIsLegacyForAll() {
        TestDevice old = device(BOB, LEGACY);
        TestDevice young = device(BOB, BOTH);

        Encrypted sent = send(body("Hello"));

        assertThat(sent.versions()).containsExactly(Axolotl.VERSION);
        assertReadOnce(sent, old, young);
        assertThat(origin(old).coverage()).isEqualTo(Coverage.BODY);
    }

    @Test
    void ourOwnOtherDevicesCountToo() {
        device(BOB, BOTH);
        device("alice@example.org", LEGACY);

        assertThat(send(body("Hello")).versions()).containsExactly(Axolotl.VERSION);
    }

    @Test
    void byChoiceEachGetsItsBest() {
        TestDevice chooser =
                world.device("carol@example.org", new MemoryStore(), BOTH.withChoice(VersionChoice.BEST_EACH));
        TestDevice old = device(BOB, LEGACY);
        TestDevice young = device(BOB, BOTH);

        Encrypted sent = send(chooser, body("Hello"));

        assertThat(sent.versions()).containsExactlyInAnyOrder(Omemo2.VERSION, Axolotl.VERSION);
        assertThat(sent.devices()).doesNotHaveDuplicates();
        assertReadOnce(chooser, sent, old, young);
        assertThat(origin(young).coverage()).isEqualTo(Coverage.ENVELOPE);
    }

    @Test
    void withoutACommonVersionEachGetsItsOwnInOneStanza() {
        TestDevice old = device(BOB, LEGACY);
        TestDevice strict = device(BOB, World.CONFIG);

        Encrypted sent = send(body("Hello"));

        assertThat(sent.elements()).hasSize(2);
        assertThat(sent.devices()).containsExactlyInAnyOrder(old.address(), strict.address());
        assertReadOnce(sent, old, strict);
    }

    @Test
    void separateStanzasWaitForTheirTurn() {
        TestDevice careful = world.device("carol@example.org", new MemoryStore(), BOTH.withSeparateStanzas(true));
        device(BOB, LEGACY);
        device(BOB, World.CONFIG);

        assertThat(careful.encrypt(World.jid(BOB), "Hello"))
                .isEqualTo(new Encryption.Missing(List.of(), Reaction.NONE));
    }

    @Test
    void keysThatAMessageHasSeenAreToldAlsoIfItWaitsForItsTurn() {
        TestDevice careful = world.device("carol@example.org", new MemoryStore(), BOTH.withSeparateStanzas(true));
        TestDevice old = device(BOB, LEGACY);
        TestDevice strict = device(BOB, World.CONFIG);

        careful.encrypt(World.jid(BOB), "Hello");

        assertThat(careful.events(OmemoEvent.NewIdentityKey.class))
                .extracting(OmemoEvent.NewIdentityKey::device)
                .containsExactlyInAnyOrder(old.address(), strict.address());
    }

    @Test
    void oneDeviceHasOneIdAndOneKeyInBoth() {
        TestDevice bob = device(BOB, BOTH);
        send(body("Hello"));

        assertThat(lists(bob.jid()))
                .allSatisfy(list -> assertThat(list.devices())
                        .extracting(Device::id)
                        .containsExactly(bob.address().device()));
        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .singleElement()
                .satisfies(device -> {
                    assertThat(device.versions()).containsExactlyInAnyOrder(Omemo2.NAMESPACE, Axolotl.NAMESPACE);
                    assertThat(device.fingerprint())
                            .contains(bob.engine().ownDevice().fingerprint());
                });
    }

    @Test
    void anIdThatIsTakenOnTheOtherListIsDrawnAgain() {
        World other = new World();
        TestDevice first = other.device(BOB, new MemoryStore(), LEGACY);
        World same = new World(); // draws the same id
        XmlElement list = Axolotl.VERSION
                .elements()
                .toXml(DeviceList.of(List.of(Device.of(first.address().device()))));
        same.put(World.jid(BOB), Axolotl.VERSION.nodes().deviceList(), "current", list);

        TestDevice second = same.device(BOB, new MemoryStore(), BOTH);

        assertThat(second.address()).isNotEqualTo(first.address());
        assertThat(same.deviceList(World.jid(BOB)).devices())
                .extracting(Device::id)
                .containsExactly(second.address().device());
    }

    @Test
    void aSessionInOmemo2GoesOnWhenTheServerHidesTheDeviceFromTheList() {
        TestDevice bob = device(BOB, BOTH);
        assertReadOnce(send(body("Hello")), bob);
        hide(bob);

        Encrypted sent = send(body("Still here"));

        assertThat(sent.versions()).containsExactly(Omemo2.VERSION);
        assertReadOnce(sent, bob);
    }

    @Test
    void aDeviceThatWasOnTheOmemo2ListIsNotSpokenToInLegacyUntilSomebodyAcceptsIt() {
        TestDevice bob = device(BOB, BOTH);
        alice.hears(bob.jid(), list(bob.jid(), Omemo2.VERSION));
        hide(bob);

        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOfSatisfying(Encryption.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_USABLE_DEVICE);
            assertThat(refused.sentence()).contains(LeftOut.Why.VERSION_DOWNGRADE.words());
        });

        attempt(() -> {
            alice.engine().acceptVersions(bob.address());
            return bob;
        });
        Encrypted sent = send(body("Hello"));
        assertThat(sent.versions()).containsExactly(Axolotl.VERSION);
        assertReadOnce(sent, bob);
    }

    @Test
    void acceptingADevicesVersionsEndsSendingInTheHiddenOneAlsoWithASession() {
        TestDevice bob = device(BOB, BOTH);
        assertReadOnce(send(body("Hello")), bob);
        hide(bob);

        attempt(() -> {
            alice.engine().acceptVersions(bob.address());
            return bob;
        });

        Encrypted sent = send(body("Hello again"));
        assertThat(sent.versions()).containsExactly(Axolotl.VERSION);
        assertReadOnce(sent, bob);
    }

    @Test
    void aContactOfOneVersionIsNotAskedForTheOtherAllTheTime() {
        TestDevice bob = device(BOB, LEGACY);
        assertReadOnce(send(body("Hello")), bob);
        world.clock().advance(Duration.ofMinutes(50));

        assertThat(attempt(() ->
                        alice.engine().encrypt(OutgoingMessage.toContact(bob.jid(), List.of(body("Hello")), false))))
                .isInstanceOf(Encrypted.class);
    }

    @Test
    void thereAreNoDevicesOnlyIfBothListsSaySo() {
        TestDevice carol =
                world.device("carol@example.org", new MemoryStore(), BOTH.withPolicy(EncryptionPolicy.PREFERRED));
        BareJid erin = World.jid("erin@example.org");
        OutgoingMessage message = OutgoingMessage.toContact(erin, List.of(body("Hello")), false);
        for (OmemoVersion unknown : BOTH.versions()) {
            for (OmemoVersion version : BOTH.versions()) {
                attempt(() -> version.equals(unknown)
                        ? carol.engine().deviceListUnknown(erin, version, FetchProblem.NO_ANSWER)
                        : carol.engine().noDevices(erin, version));
            }
            assertThat(attempt(() -> carol.engine().encrypt(message)))
                    .isInstanceOfSatisfying(
                            Encryption.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_ANSWER));
            carol.login();
        }
    }

    @Test
    void aListWithoutAccessBesideOneWithDevicesIsBelievedForFiveMinutes() {
        OutgoingMessage message = messageTo(device(BOB, World.CONFIG));

        attempt(() -> alice.engine().deviceListUnknown(message.to(), Axolotl.VERSION, FetchProblem.NO_ACCESS));

        world.clock().advance(Duration.ofSeconds(299));
        assertThat(listsToAsk(message)).isEmpty();
        world.clock().advance(Duration.ofSeconds(1));
        assertThat(listsToAsk(message)).containsExactly(Axolotl.VERSION);
    }

    @Test
    void aListThatNobodyAnswersForBesideOneWithDevicesIsAskedForAfterTenSeconds() {
        OutgoingMessage message = messageTo(device(BOB, World.CONFIG));

        attempt(() -> alice.engine().deviceListUnknown(message.to(), Axolotl.VERSION, FetchProblem.NO_ANSWER));

        world.clock().advance(Duration.ofSeconds(10));
        assertThat(listsToAsk(message)).containsExactly(Axolotl.VERSION);
    }

    @Test
    void aListWithoutAccessBesideAnEmptyOneIsAskedForAfterTenSeconds() {
        OutgoingMessage message = messageTo(device(BOB, World.CONFIG));
        attempt(() -> alice.engine()
                .deviceList(
                        message.to(),
                        Axolotl.VERSION,
                        Axolotl.VERSION.elements().toXml(DeviceList.of(List.of(Device.of(new DeviceId(815)))))));
        alice.login();
        attempt(() -> alice.engine().noDevices(message.to(), Omemo2.VERSION));

        attempt(() -> alice.engine().deviceListUnknown(message.to(), Axolotl.VERSION, FetchProblem.NO_ACCESS));

        world.clock().advance(Duration.ofSeconds(10));
        assertThat(listsToAsk(message)).containsExactly(Axolotl.VERSION);
    }

    /** Its OMEMO 2 list is told. */
    private OutgoingMessage messageTo(TestDevice bob) {
        alice.hears(
                bob.jid(),
                world.item(bob.jid(), "urn:xmpp:omemo:2:devices", "current").orElseThrow());
        return OutgoingMessage.toContact(bob.jid(), List.of(body("Hello")), false);
    }

    private List<OmemoVersion> listsToAsk(OutgoingMessage message) {
        Encryption encryption = attempt(() -> alice.engine().encrypt(message));
        return encryption instanceof Encryption.Missing missing
                ? missing.actions().stream()
                        .filter(Action.FetchDeviceList.class::isInstance)
                        .map(Action::version)
                        .toList()
                : List.of();
    }

    @Test
    void whenOneOfOurListsCannotBeHadWeGoOnTheOther() throws Exception {
        for (OmemoVersion unknown : BOTH.versions()) {
            OmemoVersion told = BOTH.versions().get(1 - BOTH.versions().indexOf(unknown));
            for (boolean unknownFirst : new boolean[] {true, false}) {
                MemoryStore store = new MemoryStore();
                store.lock();
                BareJid owner = World.jid("fresh@example.org");
                OmemoEngine engine = OmemoEngine.open(store, owner, BOTH, new SeededRandom(7), world.clock());
                engine.connected();
                List<Action> last;
                if (unknownFirst) {
                    engine.deviceListUnknown(owner, unknown, FetchProblem.NO_ANSWER);
                    last = engine.noDevices(owner, told).actions();
                } else {
                    assertThat(engine.noDevices(owner, told).actions())
                            .noneMatch(Action.PublishDeviceList.class::isInstance);
                    assertThat(engine.deviceListUnknown(owner, unknown, FetchProblem.NO_ANSWER)
                                    .actions())
                            .contains(new Action.FetchDeviceList(owner, told));
                    last = engine.noDevices(owner, told).actions();
                }
                assertThat(last)
                        .filteredOn(Action.PublishDeviceList.class::isInstance)
                        .extracting(Action::version)
                        .containsExactly(told);
            }
        }
    }

    @Test
    void aChatStateToReadersOfBothVersionsStaysInClear() {
        device(BOB, LEGACY);
        device(BOB, World.CONFIG);
        send(body("Hello"));

        assertThat(alice.encrypt(OutgoingMessage.toContact(World.jid(BOB), List.of(COMPOSING), true)))
                .isEqualTo(new Encryption.InClear(Encryption.InClear.Why.OPEN));
    }

    @Test
    void aChatStateWithAThreadIsWithheldFromLegacyDevices() {
        device(BOB, LEGACY);
        send(body("Hello"));
        XmlElement thread =
                XmlElement.builder("thread", "jabber:client").text("t1").build();

        assertThat(alice.encrypt(OutgoingMessage.toContact(World.jid(BOB), List.of(thread, COMPOSING), true)))
                .isInstanceOf(Encryption.Withheld.class);
    }

    @Test
    void aMarkerForADeviceThatIsLeftOutIsWithheld() {
        TestDevice bob = device(BOB, BOTH);
        device("alice@example.org", LEGACY);
        alice.hears(bob.jid(), list(bob.jid(), Omemo2.VERSION));
        TestDevice carol = device("carol@example.org", LEGACY);
        alice.encrypt(carol.jid(), "so that there is a session with our own other device");
        hide(bob);

        assertThat(alice.encrypt(OutgoingMessage.toContact(bob.jid(), List.of(COMPOSING), true)))
                .isInstanceOf(Encryption.Withheld.class);
    }

    @Test
    void aThreadAloneMixesNoVersions() {
        device(BOB, LEGACY);
        device(BOB, BOTH);
        XmlElement thread =
                XmlElement.builder("thread", "jabber:client").text("t1").build();

        Encrypted sent = send(body("Hello"), thread);

        assertThat(sent.versions()).containsExactly(Axolotl.VERSION);
        assertThat(sent.withheld()).containsExactly("thread");
    }

    @Test
    void aDeviceThatMightBeDowngradedKeepsNobodyElseFromReading() {
        TestDevice hidden = device(BOB, BOTH);
        TestDevice old = device(BOB, LEGACY);
        alice.hears(hidden.jid(), list(hidden.jid(), Omemo2.VERSION));
        hide(hidden);

        Encrypted sent = send(body("Hello"));

        assertThat(sent.leftOut()).containsExactly(new LeftOut(hidden.address(), LeftOut.Why.VERSION_DOWNGRADE));
        assertReadOnce(sent, old);
    }

    @Test
    void whatLegacyDoesNotCarryIsWithheldAndToldUnlessServersMaySeeIt() {
        device(BOB, LEGACY);

        Encrypted sent = send(body("Hello"), CORRECTION, RECEIPT_REQUEST);

        assertThat(sent.withheld()).containsExactly("replace");
        assertThat(sent.beside()).containsExactly(RECEIPT_REQUEST);
    }

    @Test
    void aCorrectionGoesInOmemo2ToWhoeverSpeaksIt() {
        device(BOB, LEGACY);
        TestDevice young = device(BOB, BOTH);

        Encrypted sent = send(body("Hello"), CORRECTION);

        assertThat(sent.versions()).containsExactlyInAnyOrder(Omemo2.VERSION, Axolotl.VERSION);
        read(alice, sent, young);
        assertThat(((Decryption.Decrypted) young.read().get(young.read().size() - 1)).content())
                .contains(CORRECTION);
    }

    @Test
    void aMessageWithoutATextCannotGoToLegacyDevices() {
        device(BOB, LEGACY);

        assertThat(alice.encrypt(OutgoingMessage.toContact(World.jid(BOB), List.of(CORRECTION), false)))
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        refused -> assertThat(refused.sentence()).contains(LeftOut.Why.NOT_CARRIED.words()));
    }

    @Test
    void aChatStateStaysInClearOnlyWhereLegacySessionsAreThere() {
        device(BOB, LEGACY);
        OutgoingMessage state = OutgoingMessage.toContact(World.jid(BOB), List.of(COMPOSING), true);

        assertThat(alice.encrypt(state)).as("to a stranger").isInstanceOf(Encryption.Withheld.class);
        send(body("Hello"));

        assertThat(alice.encrypt(state)).isEqualTo(new Encryption.InClear(Encryption.InClear.Why.OPEN));
    }

    @Test
    void aChatStateGoesInsideWhereAllSpeakOmemo2() {
        device(BOB, BOTH);
        send(body("Hello"));

        assertThat(alice.encrypt(OutgoingMessage.toContact(World.jid(BOB), List.of(COMPOSING), true)))
                .isInstanceOf(Encrypted.class);
    }

    @Test
    void aStrangersLegacySessionIsNotCompletedAndAnOmemo2SessionIs() {
        OmemoConfig careful = BOTH.withTrust(TrustPolicy.manual());
        TestDevice carol = world.device("carol@example.org", new MemoryStore(), careful);
        TestDevice old = device(BOB, LEGACY);
        TestDevice young = device(BOB, World.CONFIG);

        carol.read(old.send(carol, "in legacy"));
        assertThat(carol.performed(Action.SendEmptyMessage.class)).isEmpty();

        carol.read(young.send(carol, "in OMEMO 2"));
        assertThat(carol.performed(Action.SendEmptyMessage.class)).hasSize(1);
    }

    @Test
    void answersThatWaitAreOneForEachVersionOfADevice() {
        MemoryStore store = new MemoryStore();
        TestDevice before = world.device(BOB, store, BOTH.withSending(List.of(Axolotl.VERSION)));
        World.Letter inLegacy = before.send(alice, "in legacy");
        store.close();
        TestDevice after = world.device(BOB, store, World.CONFIG);
        alice.loginWithBacklog();
        alice.read(inLegacy);
        alice.read(after.send(alice, "in OMEMO 2"));
        alice.read(after.send(alice, "again"));

        alice.caughtUp();

        assertThat(alice.performed(Action.SendEmptyMessage.class))
                .containsExactlyInAnyOrder(
                        new Action.SendEmptyMessage(after.address(), Omemo2.VERSION),
                        new Action.SendEmptyMessage(after.address(), Axolotl.VERSION));
    }

    @Test
    void sendingInOneVersionReadsBoth() {
        TestDevice carol =
                world.device("carol@example.org", new MemoryStore(), BOTH.withSending(List.of(Axolotl.VERSION)));
        TestDevice bob = device(BOB, BOTH);

        Encrypted sent = send(carol, body("Hello"));

        assertThat(sent.versions()).containsExactly(Axolotl.VERSION);
        assertReadOnce(carol, sent, bob);
        carol.read(bob.send(carol, "in OMEMO 2"));
        assertThat(carol.inbox()).containsExactly("in OMEMO 2");
        assertThat(origin(carol).version()).isEqualTo(Omemo2.NAMESPACE);
    }

    @Test
    void aDeviceThatSpeaksNoVersionToSendInIsLeftOut() {
        TestDevice carol =
                world.device("carol@example.org", new MemoryStore(), BOTH.withSending(List.of(Omemo2.VERSION)));
        TestDevice old = device(BOB, LEGACY);
        device(BOB, BOTH);

        assertThat(send(carol, body("Hello")).leftOut())
                .containsExactly(new LeftOut(old.address(), LeftOut.Why.VERSION_NOT_USED));
    }

    @Test
    void aDeviceThatSpeaksFewerVersionsThanBeforeLeavesTheOtherLists() throws Exception {
        MemoryStore store = new MemoryStore();
        TestDevice before = world.device(BOB, store, BOTH);
        before.logout();
        store.close();

        TestDevice after = world.device(BOB, store, LEGACY);

        assertThat(world.deviceList(after.jid()).devices()).isEmpty();
        Encrypted sent = send(body("Hello"));
        assertThat(sent.versions()).containsExactly(Axolotl.VERSION);
        assertReadOnce(sent, after);
        after.logout();
        store.close();
        TestDevice again = world.device(BOB, store, BOTH);
        assertThat(world.deviceList(again.jid()).devices())
                .extracting(Device::id)
                .containsExactly(again.address().device());
    }

    @Test
    void aClientThatListsUsInAVersionThatWeSpeakNoMoreStartsNoWar() throws Exception {
        MemoryStore store = new MemoryStore();
        TestDevice before = world.device(BOB, store, BOTH);
        Device listed = world.deviceList(before.jid()).devices().get(0);
        before.logout();
        store.close();
        TestDevice after = world.device(BOB, store, LEGACY);

        for (int i = 0; i < 300; i++) {
            after.hears(after.jid(), world.putDeviceList(after.jid(), listed));
            world.clock().advance(Duration.ofSeconds(10));
            after.wakes();
        }

        assertThat(after.performed(PublishDeviceList.class).stream()
                        .filter(action -> action.version().equals(Omemo2.VERSION)))
                .hasSize(1 + 3);
    }

    @Test
    void restrictedToOmemo2NobodyIsSpokenToInLegacy() {
        TestDevice strict = world.device("carol@example.org", new MemoryStore(), World.CONFIG);
        device(BOB, LEGACY);

        assertThat(strict.encrypt(World.jid(BOB), "Hello"))
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Encryption.Refusal.NO_DEVICES));
    }

    private TestDevice device(String jid, OmemoConfig config) {
        return world.device(jid, new MemoryStore(), config);
    }

    private Encrypted send(XmlElement... content) {
        return send(alice, content);
    }

    private static Encrypted send(TestDevice from, XmlElement... content) {
        Encryption sent = from.encrypt(OutgoingMessage.toContact(World.jid(BOB), List.of(content), false));
        assertThat(sent).isInstanceOf(Encrypted.class);
        return (Encrypted) sent;
    }

    private void assertReadOnce(Encrypted sent, TestDevice... readers) {
        assertReadOnce(alice, sent, readers);
    }

    private static void assertReadOnce(TestDevice from, Encrypted sent, TestDevice... readers) {
        for (TestDevice reader : readers) {
            int before = reader.inbox().size();
            read(from, sent, reader);
            assertThat(reader.inbox()).as(reader.address().toString()).hasSize(before + 1);
        }
    }

    /** Gives a device the elements of the versions that it knows. */
    private static void read(TestDevice from, Encrypted sent, TestDevice reader) {
        for (int i = 0; i < sent.elements().size(); i++) {
            reader.read(
                    new World.Letter(from.jid(), reader.jid(), sent.elements().get(i)));
        }
    }

    private static MessageOrigin origin(TestDevice reader) {
        return reader.read().stream()
                .filter(Decryption.Decrypted.class::isInstance)
                .map(read -> ((Decryption.Decrypted) read).origin())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private XmlElement list(BareJid jid, OmemoVersion version) {
        return world.item(jid, version.nodes().deviceList(), version.nodes().deviceListItem())
                .orElseThrow();
    }

    private List<DeviceList> lists(BareJid jid) {
        List<DeviceList> lists = new ArrayList<>();
        for (OmemoVersion version : BOTH.versions()) {
            try {
                lists.add(version.elements().deviceList(list(jid, version)));
            } catch (org.omemo4j.protocol.MalformedMessageException e) {
                throw new AssertionError(e);
            }
        }
        return lists;
    }

    /** The server leaves a device off the OMEMO 2 list. */
    private void hide(TestDevice device) {
        XmlElement list = Omemo2.VERSION
                .elements()
                .toXml(world.deviceList(device.jid()).without(device.address().device()));
        world.put(device.jid(), Omemo2.VERSION.nodes().deviceList(), "current", list);
        alice.hears(device.jid(), list);
    }
}
