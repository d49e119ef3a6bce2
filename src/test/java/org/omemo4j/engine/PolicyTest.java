/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.EncryptionPolicy.OFF;
import static org.omemo4j.engine.EncryptionPolicy.PREFERRED;
import static org.omemo4j.engine.EncryptionPolicy.REQUIRED;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What leaves encrypted, what leaves in clear, and what does not leave. */
class PolicyTest {
    private static final BareJid BOB = World.jid("bob@example.com");
    private static final BareJid ROOM = World.jid("room@conference.example.com");

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");

    /** What the contact's account answers, or does not answer. */
    enum Contact {
        HAS_DEVICES,
        HAS_UNUSABLE_DEVICES,
        NO_DEVICES,
        NO_ACCESS,
        NO_ANSWER,
        REMOTE_ERROR,
        MALFORMED
    }

    @ParameterizedTest(name = "{0}, {1}: content {2}, control {3}")
    @CsvSource(textBlock = """
            REQUIRED,  HAS_DEVICES,          encrypted,           withheld
            REQUIRED,  HAS_UNUSABLE_DEVICES, NO_USABLE_DEVICE,    withheld
            REQUIRED,  NO_DEVICES,           NO_DEVICES,          withheld
            REQUIRED,  NO_ACCESS,            DEVICE_LIST_UNKNOWN, withheld
            REQUIRED,  NO_ANSWER,            NO_ANSWER,           withheld
            REQUIRED,  REMOTE_ERROR,         DEVICE_LIST_UNKNOWN, withheld
            REQUIRED,  MALFORMED,            DEVICE_LIST_UNKNOWN, withheld
            PREFERRED, HAS_DEVICES,          encrypted,           withheld
            PREFERRED, HAS_UNUSABLE_DEVICES, NO_USABLE_DEVICE,    withheld
            PREFERRED, NO_DEVICES,           clear,               clear
            PREFERRED, NO_ACCESS,            DEVICE_LIST_UNKNOWN, withheld
            PREFERRED, NO_ANSWER,            NO_ANSWER,           withheld
            PREFERRED, REMOTE_ERROR,         DEVICE_LIST_UNKNOWN, withheld
            PREFERRED, MALFORMED,            DEVICE_LIST_UNKNOWN, withheld
            OFF,       HAS_DEVICES,          clear,               clear
            OFF,       HAS_UNUSABLE_DEVICES, clear,               clear
            OFF,       NO_DEVICES,           clear,               clear
            OFF,       NO_ANSWER,            clear,               clear
            """)
    void aStrangerIsWrittenToAsThePolicySays(EncryptionPolicy policy, Contact contact, String content, String control) {
        arrange(contact);
        attempt(() -> {
            alice.engine().setPolicy(BOB, policy);
            return policy;
        });

        // Asks the network where that is needed; the control message then has no session yet.
        Encryption first = alice.encrypt(BOB, "Hello");
        assertThat(outcome(first)).isEqualTo(content);
        if (!(first instanceof Encryption.Encrypted)) {
            assertThat(outcome(attempt(() -> alice.engine().encrypt(control()))))
                    .isEqualTo(control);
        }
    }

    @Test
    void aControlMessageIsEncryptedWhereAllSessionsExist() {
        TestDevice bob = world.device("bob@example.com");
        alice.send(bob, "Hello");

        assertThat(attempt(() -> alice.engine().encrypt(control()))).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void aControlMessageNeverFetchesNorBeginsASession() {
        world.device("bob@example.com");

        assertThat(attempt(() -> alice.engine().encrypt(control()))).isEqualTo(new Encryption.Withheld(Reaction.NONE));
        assertThat(alice.performed(FetchDeviceList.class))
                .noneMatch(fetch -> fetch.jid().equals(BOB));
    }

    @Test
    void aControlMessageIsWithheldWhenOneDeviceHasNoSession() {
        TestDevice bob = world.device("bob@example.com");
        alice.send(bob, "Hello");
        TestDevice laptop = world.device("bob@example.com");
        alice.hears(BOB, DeviceListTest.list(DeviceListTest.listed(bob), DeviceListTest.listed(laptop)));

        assertThat(attempt(() -> alice.engine().encrypt(control()))).isEqualTo(new Encryption.Withheld(Reaction.NONE));
    }

    @Test
    void requiredIsTheDefault() {
        assertThat(attempt(() -> alice.engine().policy(BOB))).isEqualTo(REQUIRED);
    }

    @Test
    void aChosenPolicyOutlivesARestart() {
        choose(PREFERRED);

        alice.restart();

        assertThat(attempt(() -> alice.engine().policy(BOB))).isEqualTo(PREFERRED);
    }

    @Test
    void theDefaultCanBeConfigured() {
        TestDevice carol = world.device("carol@example.org", new MemoryStore(), World.CONFIG.withPolicy(OFF));

        assertThat(outcome(carol.encrypt(BOB, "Hello"))).isEqualTo("clear");
    }

    @Test
    void aMessageInClearForWantOfDevicesSaysSo() {
        choose(PREFERRED);

        assertThat(alice.encrypt(BOB, "Hello")).isEqualTo(new Encryption.InClear(Encryption.InClear.Why.NO_DEVICES));
    }

    @Test
    void aRefusalNamesTheRemedy() {
        assertThat(((Encryption.Refused) alice.encrypt(BOB, "Hello")).sentence())
                .isEqualTo("bob@example.com has no OMEMO devices. The message was not sent."
                        + " The contact needs a client with OMEMO, or this conversation another policy.");
    }

    @Test
    void aRefusalForWantOfAccessNamesTheRemedy() {
        world.refuse("bob@example.com", FetchProblem.NO_ACCESS);

        assertThat(((Encryption.Refused) alice.encrypt(BOB, "Hello")).sentence())
                .contains("presence subscription");
    }

    @Test
    void preferredIsStickyFromTheFirstListWithDevices() {
        choose(PREFERRED);
        TestDevice bob = world.device("bob@example.com");
        alice.hears(BOB, DeviceListTest.list(DeviceListTest.listed(bob)));

        alice.hears(BOB, DeviceListTest.list());

        assertThat(outcome(alice.encrypt(BOB, "Hello"))).isEqualTo("NO_DEVICES");
    }

    @Test
    void preferredIsStickyFromTheFirstMessageOfTheirs() {
        choose(PREFERRED);
        TestDevice bob = world.device("bob@example.com");
        alice.read(bob.send(alice, "Hello"));

        alice.hears(BOB, DeviceListTest.list());

        assertThat(outcome(alice.encrypt(BOB, "Hello"))).isEqualTo("NO_DEVICES");
    }

    @Test
    void preferredIsNotStickyFromAMessageThatDoesNotAuthenticate() {
        choose(PREFERRED);
        TestDevice bob = world.device("bob@example.com");
        alice.read(bob.send(alice, "Hello").spoilt());
        alice.hears(BOB, DeviceListTest.list());

        assertThat(outcome(alice.encrypt(BOB, "Hello"))).isEqualTo("clear");
    }

    @Test
    void stickyOutlivesARestartAndIsToldOnce() {
        choose(PREFERRED);
        TestDevice bob = world.device("bob@example.com");
        alice.hears(BOB, DeviceListTest.list(DeviceListTest.listed(bob)));
        alice.restart();
        alice.hears(BOB, DeviceListTest.list(DeviceListTest.listed(bob)));
        alice.hears(BOB, DeviceListTest.list());

        assertThat(outcome(alice.encrypt(BOB, "Hello"))).isNotEqualTo("clear");
        assertThat(alice.events(OmemoEvent.ConversationEncrypted.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(FetchProblem.class)
    void theRememberedListServesWhereTheServerCannotBeAsked(FetchProblem problem) {
        TestDevice bob = world.device("bob@example.com");
        alice.send(bob, "one");
        world.deliver();
        world.refuse("bob@example.com", problem);
        alice.restart();

        alice.send(bob, "two");
        world.deliver();

        assertThat(bob.inbox()).containsExactly("one", "two");
    }

    @ParameterizedTest
    @EnumSource(FetchProblem.class)
    void aRememberedEmptyListIsNoAnswer(FetchProblem problem) {
        choose(PREFERRED);
        assertThat(outcome(alice.encrypt(BOB, "one"))).isEqualTo("clear");
        world.refuse("bob@example.com", problem);
        alice.restart();

        assertThat(outcome(alice.encrypt(BOB, "two")))
                .isEqualTo(problem == FetchProblem.NO_ANSWER ? "NO_ANSWER" : "DEVICE_LIST_UNKNOWN");
    }

    @Test
    void aListWithoutOneProperEntryIsNoAnswer() {
        choose(PREFERRED);
        XmlElement entry = XmlElement.builder("device", "urn:xmpp:omemo:2")
                .attribute("id", "0")
                .build();
        world.put(
                BOB,
                "urn:xmpp:omemo:2:devices",
                "current",
                XmlElement.builder("devices", "urn:xmpp:omemo:2").child(entry).build());

        assertThat(outcome(alice.encrypt(BOB, "Hello"))).isEqualTo("DEVICE_LIST_UNKNOWN");
    }

    @Test
    void aProblemIsBelievedForTenSeconds() {
        world.refuse("bob@example.com", FetchProblem.NO_ANSWER);
        alice.encrypt(BOB, "one");
        world.allow("bob@example.com");
        world.device("bob@example.com");

        world.clock().advance(Duration.ofSeconds(9));
        assertThat(outcome(alice.encrypt(BOB, "two"))).isEqualTo("NO_ANSWER");
        world.clock().advance(Duration.ofSeconds(1));
        assertThat(outcome(alice.encrypt(BOB, "three"))).isEqualTo("encrypted");
    }

    @Test
    void whoHasNotAnsweredMayBeAskedAgainAtOnce() {
        world.refuse("bob@example.com", FetchProblem.NO_ANSWER);
        assertThat(outcome(alice.encrypt(BOB, "one"))).isEqualTo("NO_ANSWER");
        world.allow("bob@example.com");
        world.device("bob@example.com");

        attempt(() -> {
            alice.engine().askAgain(BOB);
            return BOB;
        });

        assertThat(outcome(alice.encrypt(BOB, "two"))).isEqualTo("encrypted");
    }

    @Test
    void aBundleThatIsNotAnsweredIsNotAMissingOne() {
        TestDevice bob = world.device("bob@example.com");
        alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(bob)));
        attempt(() -> alice.engine().bundleUnknown(bob.address(), Omemo2.VERSION, FetchProblem.NO_ANSWER));
        assertThat(outcome(attempt(() -> alice.engine()
                        .encrypt(OutgoingMessage.toContact(BOB, List.of(TestDevice.body("one")), false)))))
                .isEqualTo("NO_ANSWER");
    }

    @Test
    void aMissingListIsAskedForWithOurOwn() {
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        alice.login();
        world.clock().advance(Duration.ofMinutes(1));

        Encryption missing = attempt(
                () -> alice.engine().encrypt(OutgoingMessage.toContact(BOB, List.of(TestDevice.body("Hello")), false)));

        assertThat(((Encryption.Missing) missing).actions())
                .extracting(action -> ((FetchDeviceList) action).jid())
                .containsExactly(BOB, alice.jid());
    }

    @Test
    void ourOwnDevicesReadWhatWeWriteToOurselves() {
        TestDevice phone = world.device("alice@example.org");

        alice.send(alice.jid(), "note");
        world.deliver();

        assertThat(phone.inbox()).containsExactly("note");
        assertThat(alice.inbox()).isEmpty();
    }

    @Test
    void withoutAnotherDeviceOfOursThereIsNobodyToReadIt() {
        assertThat(outcome(alice.encrypt(alice.jid(), "note"))).isEqualTo("NO_DEVICES");
    }

    @Test
    void anotherDeviceOfOursReadsEvenBeforeWeAreListed() {
        TestDevice phone = world.device("alice@example.org");
        attempt(() ->
                phone.engine().deviceList(phone.jid(), version(), DeviceListTest.list(DeviceListTest.listed(alice))));

        assertThat(outcome(phone.encrypt(phone.jid(), "note"))).isEqualTo("encrypted");
    }

    @Test
    void aRoomIsLeftAlone() {
        assertThat(toRoom()).isEqualTo(new Encryption.InClear(Encryption.InClear.Why.OFF));
    }

    @Test
    void aRoomWithAPolicyNeverSendsInClearUntilThatIsOff() {
        for (EncryptionPolicy policy : List.of(REQUIRED, PREFERRED)) {
            attempt(() -> {
                alice.engine().setPolicy(ROOM, policy);
                return policy;
            });
            assertThat(toRoom()).isNotInstanceOf(Encryption.InClear.class);
        }
        attempt(() -> {
            alice.engine().setPolicy(ROOM, EncryptionPolicy.OFF);
            return ROOM;
        });
        assertThat(toRoom()).isEqualTo(new Encryption.InClear(Encryption.InClear.Why.OFF));
    }

    private Encryption toRoom() {
        return attempt(() -> alice.engine()
                .encrypt(OutgoingMessage.toRoom(ROOM, Set.of(), List.of(TestDevice.body("Hello")), false)));
    }

    private void choose(EncryptionPolicy policy) {
        attempt(() -> {
            alice.engine().setPolicy(BOB, policy);
            return policy;
        });
    }

    private void arrange(Contact contact) {
        switch (contact) {
            case HAS_DEVICES -> world.device("bob@example.com");
            case HAS_UNUSABLE_DEVICES ->
                world.removeBundle(world.device("bob@example.com").address());
            case NO_DEVICES -> {}
            default -> world.refuse("bob@example.com", FetchProblem.valueOf(contact.name()));
        }
    }

    private static OutgoingMessage control() {
        XmlElement active = XmlElement.builder("active", "http://jabber.org/protocol/chatstates")
                .build();
        return OutgoingMessage.toContact(BOB, List.of(active), true);
    }

    private static OmemoVersion version() {
        return Omemo2.VERSION;
    }

    private static String outcome(Encryption encryption) {
        if (encryption instanceof Encryption.Refused refused) {
            return refused.reason().name();
        }
        if (encryption instanceof Encryption.InClear) {
            return "clear";
        }
        if (encryption instanceof Encryption.Withheld) {
            return "withheld";
        }
        return encryption instanceof Encryption.Encrypted ? "encrypted" : "missing";
    }
}
