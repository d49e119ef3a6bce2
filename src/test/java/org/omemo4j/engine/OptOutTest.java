/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OptOutRecord;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustLevel;

/** Who asks for plain text gets nothing until a person has answered. */
class OptOutTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void anOptOutIsToldWithItsReasonAndBlocksSending() {
        alice.read(optOut("for  compliance\n reasons"));

        assertThat(alice.events(OmemoEvent.OptedOut.class))
                .containsExactly(new OmemoEvent.OptedOut(
                        bob.address(),
                        bob.key().fingerprint(),
                        TrustLevel.BLINDLY_TRUSTED,
                        true,
                        Optional.of("for compliance reasons")));
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOfSatisfying(Encryption.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Encryption.Refusal.OPTED_OUT);
            assertThat(refused.sentence()).contains("for compliance reasons").contains("not sent");
        });
        assertThat(alice.encrypt(OutgoingMessage.toContact(bob.jid(), List.of(composing()), true)))
                .isInstanceOf(Encryption.Withheld.class);
    }

    @Test
    void itLastsThroughARestartAndFurtherMessages() {
        alice.read(optOut("because"));
        alice.restart();
        alice.read(bob.send(alice, "encrypted again"));
        alice.restart();

        assertThat(attempt(() -> alice.engine().optOut(bob.jid()))).contains("because");
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void whoDeclinesGoesOnEncrypted() {
        alice.read(optOut(""));

        attempt(() -> {
            alice.engine().declineOptOut(bob.jid());
            return bob;
        });

        assertThat(attempt(() -> alice.engine().optOut(bob.jid()))).isEmpty();
        alice.send(bob, "Hello");
        world.deliver();
        assertThat(bob.inbox()).contains("Hello");
    }

    @Test
    void whoAgreesWritesInClearAndNoLaterMessageChangesThat() {
        alice.read(optOut(""));
        choose(EncryptionPolicy.OFF);
        alice.read(bob.send(alice, "encrypted again"));

        assertThat(alice.encrypt(bob.jid(), "Hello")).isEqualTo(new Encryption.InClear(Encryption.InClear.Why.OFF));
        choose(EncryptionPolicy.REQUIRED);
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void noOtherPolicyAnswersIt() {
        alice.read(optOut(""));

        choose(EncryptionPolicy.PREFERRED);

        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void inARoomItIsNobodysWish() {
        BareJid room = World.jid("room@conference.example.org");
        attempt(() -> {
            bob.engine().setPolicy(room, EncryptionPolicy.REQUIRED);
            return room;
        });
        Encryption.Encrypted said = (Encryption.Encrypted) bob.encrypt(OutgoingMessage.toRoom(
                room, Set.of(alice.jid()), List.of(new OptOut(Optional.empty()).toXml()), false));

        Decryption read = attempt(() -> alice.engine()
                .decrypt(new IncomingMessage(
                        new Author.Known(bob.jid()),
                        room,
                        true,
                        said.elements().get(0),
                        Delivery.LIVE,
                        Optional.empty())));

        assertThat(read).isInstanceOf(Decryption.Decrypted.class);
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void aDistrustedKeyHasNoWishThatCounts() {
        alice.decides(bob, Decision.DISTRUST);

        alice.read(optOut(""));

        assertThat(alice.events(OmemoEvent.OptedOut.class)).isEmpty();
        alice.undoes(bob);
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void anUndecidedDeviceIsHeardAndBlocksNothing() {
        alice.talksWith(bob);
        alice.decides(bob, Decision.VERIFY);
        TestDevice added = world.device("bob@example.com");

        alice.read(optOut(added, alice.jid(), "because"));

        assertThat(alice.events(OmemoEvent.OptedOut.class)).singleElement().satisfies(optOut -> {
            assertThat(optOut.device()).isEqualTo(added.address());
            assertThat(optOut.trust()).isEqualTo(TrustLevel.UNDECIDED);
            assertThat(optOut.blocks()).isFalse();
            assertThat(optOut.sentence())
                    .contains("undecided", added.key().fingerprint().toString(), "changes nothing");
        });
        assertThat(attempt(() -> alice.engine().optOut(bob.jid()))).isEmpty();
        alice.decides(added, Decision.DISTRUST);
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"DISTRUST", "COMPROMISE"})
    void whoIsDistrustedLaterBlocksNothingAnyMore(Decision distrust) {
        TestDevice laptop = world.device("bob@example.com");
        alice.read(optOut("because"));

        alice.decides(bob, distrust);
        alice.restart();

        assertThat(reason()).isEmpty();
        assertThat(((Encryption.Encrypted) alice.encrypt(bob.jid(), "Hello")).devices())
                .containsExactly(laptop.address());
        alice.undoes(bob);
        assertThat(reason()).as("when that was a slip").contains("because");
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void unlessAnotherDeviceAsksToo() {
        TestDevice laptop = world.device("bob@example.com");
        alice.read(optOut("the phone's"));
        alice.read(optOut(laptop, alice.jid(), "the laptop's"));
        assertThat(reason()).contains("the laptop's");

        alice.decides(laptop, Decision.DISTRUST);

        assertThat(reason()).contains("the phone's");
        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
        alice.read(optOut("the phone's, again"));
        assertThat(reason()).contains("the phone's, again");
        alice.undoes(laptop);
        assertThat(reason()).as("the last one").contains("the phone's, again");
        attempt(() -> {
            alice.engine().declineOptOut(bob.jid());
            return bob;
        });
        assertThat(reason()).as("an answer is for all").isEmpty();
    }

    @Test
    void ofManyDevicesThatAskTheNewestAreRemembered() {
        for (int i = 0; i <= Conversations.MAX_OPT_OUTS; i++) {
            alice.read(optOut(world.device("bob@example.com"), alice.jid(), "number " + i));
            alice.login(); // publishes which prekeys are left
        }

        assertThat(attempt(() -> alice.store().conversation(bob.jid()))
                        .orElseThrow()
                        .optOuts())
                .hasSize(Conversations.MAX_OPT_OUTS)
                .first()
                .extracting(OptOutRecord::reason)
                .isEqualTo("number 1");
    }

    private Optional<String> reason() {
        return attempt(() -> alice.engine().optOut(bob.jid()));
    }

    @Test
    void whatAnotherOfOurDevicesAsksForBlocksNothing() {
        TestDevice tablet = world.device("alice@example.org");

        alice.read(optOut(tablet, bob.jid(), ""));

        assertThat(alice.encrypt(bob.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
        assertThat(alice.encrypt(alice.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void whereThereIsPlainTextAlreadyThereIsNothingToAnswer() {
        choose(EncryptionPolicy.OFF);

        alice.read(optOut(""));

        assertThat(attempt(() -> alice.engine().optOut(bob.jid()))).isEmpty();
        assertThat(alice.events(OmemoEvent.OptedOut.class)).isEmpty();
    }

    @Test
    void aReasonIsShortAndSafeToShow() {
        assertThat(new OptOut(Optional.of("a\u202Eb " + "x".repeat(1000)))
                        .reason()
                        .orElseThrow())
                .startsWith("ab x")
                .hasSize(500);
        assertThat(new OptOut(Optional.of(" \n")).reason()).isEmpty();
        assertThat(OptOut.in(List.of(new OptOut(Optional.of("a<b")).toXml()))).contains(new OptOut(Optional.of("a<b")));
    }

    private void choose(EncryptionPolicy policy) {
        attempt(() -> {
            alice.engine().setPolicy(bob.jid(), policy);
            return policy;
        });
    }

    private Letter optOut(String reason) {
        return optOut(bob, alice.jid(), reason);
    }

    private static Letter optOut(TestDevice from, BareJid to, String reason) {
        Encryption.Encrypted encrypted = (Encryption.Encrypted)
                from.encrypt(OutgoingMessage.toContact(to, List.of(new OptOut(Optional.of(reason)).toXml()), false));
        return new Letter(from.jid(), to, encrypted.elements().get(0));
    }

    private static XmlElement composing() {
        return XmlElement.builder("composing", "http://jabber.org/protocol/chatstates")
                .build();
    }
}
