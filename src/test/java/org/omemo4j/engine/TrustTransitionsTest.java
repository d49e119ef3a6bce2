/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;

/**
 * What becomes of a key when something happens that is no decision about it, as tables. With {@link TrustPolicyTest}, which has the decisions, this is the specification of trust. The key is that of Bob's
 * phone, the first that Alice has seen of him.
 */
class TrustTransitionsTest {
    /** What happens, and what a key is worth then that nobody has decided about. */
    private static final String EVENTS = """
            # what happens                                    | blind before verification | first use       | manual    | verified only
            nothing happens                                   | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device comes                              | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is trusted without a look          | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is verified                        | UNDECIDED                 | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is verified, and that is undone    | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is verified, and distrusted later  | UNDECIDED                 | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is verified, and stolen later      | UNDECIDED                 | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is distrusted                      | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            another device is stolen                          | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            somebody else's device is verified                | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            its device leaves and comes back                  | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            its device is back after another was verified     | UNDECIDED                 | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            its device leaves, and is back after 400 days     | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            it begins a new session                           | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            its device shows another key                      | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            its device shows another key, which is accepted   | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            the program starts again                          | BLINDLY_TRUSTED           | BLINDLY_TRUSTED | UNDECIDED | UNDECIDED
            """;

    private final World world = new World();
    private final TestDevice phone = byHand("bob@example.com");
    private final TestDevice laptop = byHand("bob@example.com");
    private final TestDevice carol = byHand("carol@example.net");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = EVENTS)
    void aKeyThatNobodyHasDecidedAbout(
            String event, TrustLevel blind, TrustLevel firstUse, TrustLevel manual, TrustLevel verifiedOnly) {
        Map<TrustPolicy, TrustLevel> expected = Map.of(
                TrustPolicy.blindBeforeVerification(), blind,
                TrustPolicy.trustOnFirstUse(), firstUse,
                TrustPolicy.manual(), manual,
                TrustPolicy.verifiedOnly(), verifiedOnly);
        for (Map.Entry<TrustPolicy, TrustLevel> policy : expected.entrySet()) {
            TestDevice alice = alice(policy.getKey());

            happens(event, alice);

            assertThat(alice.trusts(phone)).isEqualTo(policy.getValue());
        }
    }

    /** Under every policy: nothing that happens leaves what somebody has decided. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = EVENTS)
    void aKeyThatSomebodyHasDecidedAbout(String event) {
        for (TrustPolicy policy : policies()) {
            for (Decision decided : Decision.values()) {
                TestDevice alice = alice(policy);
                alice.decides(phone, decided);

                happens(event, alice);

                assertThat(alice.trusts(phone)).isEqualTo(decided.level());
            }
        }
    }

    @ParameterizedTest(name = "{0}, and the old key was {1}")
    @CsvSource(delimiter = '|', textBlock = """
            # a device shows another key  | the old key was | blind before verification | first use | manual    | verified only
            which nobody has accepted     | undecided       | UNDECIDED                 | UNDECIDED | UNDECIDED | UNDECIDED
            which nobody has accepted     | TRUST           | UNDECIDED                 | UNDECIDED | UNDECIDED | UNDECIDED
            which nobody has accepted     | VERIFY          | UNDECIDED                 | UNDECIDED | UNDECIDED | UNDECIDED
            which nobody has accepted     | DISTRUST        | UNDECIDED                 | UNDECIDED | UNDECIDED | UNDECIDED
            which nobody has accepted     | COMPROMISE      | UNDECIDED                 | UNDECIDED | UNDECIDED | UNDECIDED
            which somebody has accepted   | undecided       | BLINDLY_TRUSTED           | UNDECIDED | UNDECIDED | UNDECIDED
            which somebody has accepted   | TRUST           | BLINDLY_TRUSTED           | UNDECIDED | UNDECIDED | UNDECIDED
            which somebody has accepted   | VERIFY          | UNDECIDED                 | UNDECIDED | UNDECIDED | UNDECIDED
            which somebody has accepted   | DISTRUST        | BLINDLY_TRUSTED           | UNDECIDED | UNDECIDED | UNDECIDED
            which somebody has accepted   | COMPROMISE      | BLINDLY_TRUSTED           | UNDECIDED | UNDECIDED | UNDECIDED
            """)
    void anotherKeyOfTheSameDevice(
            String accepted,
            String old,
            TrustLevel blind,
            TrustLevel firstUse,
            TrustLevel manual,
            TrustLevel verifiedOnly) {
        Map<TrustPolicy, TrustLevel> expected = Map.of(
                TrustPolicy.blindBeforeVerification(), blind,
                TrustPolicy.trustOnFirstUse(), firstUse,
                TrustPolicy.manual(), manual,
                TrustPolicy.verifiedOnly(), verifiedOnly);
        for (Map.Entry<TrustPolicy, TrustLevel> policy : expected.entrySet()) {
            TestDevice alice = alice(policy.getKey());
            if (!old.equals("undecided")) {
                alice.decides(phone, Decision.valueOf(old));
            }

            happens(
                    accepted.equals("which nobody has accepted")
                            ? "its device shows another key"
                            : "its device shows another key, which is accepted",
                    alice);

            assertThat(attempt(() -> alice.engine()
                            .trust(new TrustKey(phone.jid(), carol.key().fingerprint()))))
                    .isEqualTo(policy.getValue());
        }
    }

    /** Under every policy. {@code policy} is what it says of a key when another one of the account is verified, as the laptop's is. */
    @ParameterizedTest(name = "{0}, and {1} it: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # before    | the laptop, verified | after           | or the laptop, not verified, and what it says is kept
            policy      | trusts               | VERIFIED        | policy
            policy      | distrusts            | DISTRUSTED      | policy
            TRUST       | trusts               | VERIFIED        | BLINDLY_TRUSTED
            TRUST       | distrusts            | DISTRUSTED      | BLINDLY_TRUSTED
            VERIFY      | trusts               | VERIFIED        | VERIFIED
            VERIFY      | distrusts            | DISTRUSTED      | VERIFIED
            DISTRUST    | trusts               | DISTRUSTED      | DISTRUSTED
            DISTRUST    | distrusts            | DISTRUSTED      | DISTRUSTED
            COMPROMISE  | trusts               | COMPROMISED     | COMPROMISED
            COMPROMISE  | distrusts            | COMPROMISED     | COMPROMISED
            """)
    void aTrustMessage(String before, String says, TrustLevel believed, String kept) {
        for (TrustPolicy policy : policies()) {
            TestDevice alice = alice(policy);
            if (!before.equals("policy")) {
                alice.decides(phone, Decision.valueOf(before));
            }
            TrustLevel undecided = alice.trusts(phone);

            world.clock().advance(Duration.ofSeconds(1));
            alice.read(laptop.send(alice.jid(), trustMessage(says.equals("trusts"))));
            assertThat(alice.trusts(phone)).isEqualTo(kept.equals("policy") ? undecided : TrustLevel.valueOf(kept));

            alice.decides(laptop, Decision.VERIFY);
            assertThat(alice.trusts(phone)).isEqualTo(believed);
        }
    }

    private void happens(String event, TestDevice alice) {
        switch (event) {
            case "nothing happens" -> {}
            case "another device comes" -> alice.read(laptop.send(alice, "hello"));
            case "another device is trusted without a look" -> alice.decides(laptop, Decision.TRUST);
            case "another device is verified" -> alice.decides(laptop, Decision.VERIFY);
            case "another device is verified, and that is undone" -> {
                alice.decides(laptop, Decision.VERIFY);
                alice.undoes(laptop);
            }
            case "another device is verified, and distrusted later" -> {
                alice.decides(laptop, Decision.VERIFY);
                alice.decides(laptop, Decision.DISTRUST);
            }
            case "another device is verified, and stolen later" -> {
                alice.decides(laptop, Decision.VERIFY);
                alice.decides(laptop, Decision.COMPROMISE);
            }
            case "another device is distrusted" -> alice.decides(laptop, Decision.DISTRUST);
            case "another device is stolen" -> alice.decides(laptop, Decision.COMPROMISE);
            case "somebody else's device is verified" -> alice.decides(carol, Decision.VERIFY);
            case "its device leaves and comes back" -> {
                lists(alice, laptop);
                lists(alice, laptop, phone);
            }
            case "its device is back after another was verified" -> {
                lists(alice, laptop);
                alice.decides(laptop, Decision.VERIFY);
                lists(alice, laptop, phone);
            }
            case "its device leaves, and is back after 400 days" -> {
                lists(alice, laptop);
                world.clock().advance(Duration.ofDays(400));
                alice.restart();
                alice.read(laptop.send(alice, "hello"));
                lists(alice, laptop, phone);
            }
            case "it begins a new session" -> {
                phone.forgetsSessionsWith(alice);
                alice.read(phone.send(alice, "hello again"));
            }
            case "its device shows another key" ->
                assertThat(alice.read(carol.send(alice, "I am the phone").from(phone.address())))
                        .isInstanceOfSatisfying(
                                Decryption.Undecryptable.class,
                                refused ->
                                        assertThat(refused.reason()).isEqualTo(Decryption.Reason.IDENTITY_KEY_CHANGED));
            case "its device shows another key, which is accepted" ->
                attempt(() ->
                        alice.engine().acceptKey(phone.address(), carol.key().fingerprint(), ""));
            case "the program starts again" -> alice.restart();
            default -> throw new AssertionError(event);
        }
    }

    private static void lists(TestDevice alice, TestDevice... devices) {
        var listed = new Device[devices.length];
        for (int i = 0; i < devices.length; i++) {
            listed[i] = DeviceListTest.listed(devices[i]);
        }
        alice.hears(devices[0].jid(), DeviceListTest.list(listed));
    }

    private XmlElement trustMessage(boolean trusts) {
        Set<Bytes> key = Set.of(phone.identityKey());
        return new TrustMessage(
                        Omemo2.NAMESPACE,
                        List.of(new KeyOwner(phone.jid(), trusts ? key : Set.of(), trusts ? Set.of() : key)))
                .toXml();
    }

    /** A device whose trust messages are written by hand. */
    private TestDevice byHand(String jid) {
        return world.device(jid, new MemoryStore(), World.CONFIG.withTrustMessages(false));
    }

    /** Another Alice each time, who has heard of the phone, and reads whoever has drawn the same prekey as that. */
    private TestDevice alice(TrustPolicy policy) {
        String jid = "alice" + world.devices().size() + "@example.org";
        OmemoConfig config = World.CONFIG.withTrust(policy).withPreKeyPolicy(use -> PreKeyPolicy.Fate.HIDE);
        TestDevice alice = world.device(jid, new MemoryStore(), config);
        alice.read(phone.send(alice, "hello"));
        return alice;
    }

    private static List<TrustPolicy> policies() {
        return List.of(
                TrustPolicy.blindBeforeVerification(),
                TrustPolicy.trustOnFirstUse(),
                TrustPolicy.manual(),
                TrustPolicy.verifiedOnly());
    }
}
