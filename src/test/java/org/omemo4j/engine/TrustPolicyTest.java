/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustChange.Changed;
import org.omemo4j.trust.TrustChange.Refused;
import org.omemo4j.trust.TrustChange.Unchanged;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;

/** What the policies say and what decisions do, as tables: this is the specification of trust. */
class TrustPolicyTest {
    private static final List<String> POLICIES =
            List.of("blindBeforeVerification", "trustOnFirstUse", "manual", "verifiedOnly");

    private final World world = new World();
    private final TestDevice phone = world.device("bob@example.com");

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # policy                | a key that nobody has decided about                 | what it is worth
            blindBeforeVerification | the first one of its account                        | BLINDLY_TRUSTED
            blindBeforeVerification | one that came with the first one                    | BLINDLY_TRUSTED
            blindBeforeVerification | one that came later                                 | BLINDLY_TRUSTED
            blindBeforeVerification | the first one, after a later one was verified       | UNDECIDED
            blindBeforeVerification | one that came later, after the first was verified   | UNDECIDED
            blindBeforeVerification | one that came later, after the first was distrusted | BLINDLY_TRUSTED
            blindBeforeVerification | one that came later, the verified one is distrusted | UNDECIDED
            blindBeforeVerification | one that came later, the verification was undone    | BLINDLY_TRUSTED

            trustOnFirstUse         | the first one of its account                        | BLINDLY_TRUSTED
            trustOnFirstUse         | one that came with the first one                    | BLINDLY_TRUSTED
            trustOnFirstUse         | one that came later                                 | UNDECIDED
            trustOnFirstUse         | the first one, after a later one was verified       | BLINDLY_TRUSTED
            trustOnFirstUse         | one that came later, after the first was verified   | UNDECIDED
            trustOnFirstUse         | one that came later, after the first was distrusted | UNDECIDED
            trustOnFirstUse         | one that came later, the verified one is distrusted | UNDECIDED
            trustOnFirstUse         | one that came later, the verification was undone    | UNDECIDED

            manual                  | the first one of its account                        | UNDECIDED
            manual                  | one that came with the first one                    | UNDECIDED
            manual                  | one that came later                                 | UNDECIDED
            manual                  | the first one, after a later one was verified       | UNDECIDED
            manual                  | one that came later, after the first was verified   | UNDECIDED
            manual                  | one that came later, after the first was distrusted | UNDECIDED
            manual                  | one that came later, the verified one is distrusted | UNDECIDED
            manual                  | one that came later, the verification was undone    | UNDECIDED

            verifiedOnly            | the first one of its account                        | UNDECIDED
            verifiedOnly            | one that came with the first one                    | UNDECIDED
            verifiedOnly            | one that came later                                 | UNDECIDED
            verifiedOnly            | the first one, after a later one was verified       | UNDECIDED
            verifiedOnly            | one that came later, after the first was verified   | UNDECIDED
            verifiedOnly            | one that came later, after the first was distrusted | UNDECIDED
            verifiedOnly            | one that came later, the verified one is distrusted | UNDECIDED
            verifiedOnly            | one that came later, the verification was undone    | UNDECIDED
            """)
    void whatAPolicySaysOfAKey(String policy, String key, TrustLevel level) {
        TestDevice alice = alice(policy);
        TestDevice asked = key.startsWith("the first one") ? phone : world.device("bob@example.com");
        if (key.equals("one that came with the first one")) {
            alice.encrypt(phone.jid(), "to both");
        } else {
            alice.read(phone.send(alice, "hello"));
        }
        if (key.equals("the first one, after a later one was verified")) {
            TestDevice laptop = world.device("bob@example.com");
            alice.read(laptop.send(alice, "hello"));
            alice.decides(laptop, Decision.VERIFY);
        } else {
            alice.read(asked.send(alice, "hello"));
        }
        if (key.contains("the first was verified") || key.contains("verification") || key.contains("verified one")) {
            alice.decides(phone, Decision.VERIFY);
        }
        if (key.endsWith("distrusted")) {
            alice.decides(phone, Decision.DISTRUST);
        }
        if (key.endsWith("undone")) {
            alice.undoes(phone);
        }

        assertThat(alice.trusts(asked)).isEqualTo(level);
        alice.restart();
        assertThat(alice.trusts(asked)).as("after a restart").isEqualTo(level);
    }

    /** {@code policy} is what the policy says, as nobody has decided. */
    @ParameterizedTest(name = "{0} and then {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # before         | decision   | after
            policy           | TRUST      | BLINDLY_TRUSTED
            policy           | VERIFY     | VERIFIED
            policy           | DISTRUST   | DISTRUSTED
            policy           | COMPROMISE | COMPROMISED
            policy           | undo       | refused: NOTHING_TO_UNDO

            BLINDLY_TRUSTED  | TRUST      | unchanged
            BLINDLY_TRUSTED  | VERIFY     | VERIFIED
            BLINDLY_TRUSTED  | DISTRUST   | DISTRUSTED
            BLINDLY_TRUSTED  | COMPROMISE | COMPROMISED
            BLINDLY_TRUSTED  | undo       | policy

            VERIFIED         | TRUST      | unchanged
            VERIFIED         | VERIFY     | unchanged
            VERIFIED         | DISTRUST   | DISTRUSTED
            VERIFIED         | COMPROMISE | COMPROMISED
            VERIFIED         | undo       | policy

            DISTRUSTED       | TRUST      | refused: DISTRUST_WINS
            DISTRUSTED       | VERIFY     | refused: DISTRUST_WINS
            DISTRUSTED       | DISTRUST   | unchanged
            DISTRUSTED       | COMPROMISE | COMPROMISED
            DISTRUSTED       | undo       | policy

            COMPROMISED      | TRUST      | refused: DISTRUST_WINS
            COMPROMISED      | VERIFY     | refused: DISTRUST_WINS
            COMPROMISED      | DISTRUST   | refused: DISTRUST_WINS
            COMPROMISED      | COMPROMISE | unchanged
            COMPROMISED      | undo       | policy
            """)
    void whatADecisionDoesUnderEveryPolicy(String before, String decision, String after) {
        for (String policy : POLICIES) {
            TestDevice alice = alice(policy);
            alice.read(phone.send(alice, "hello"));
            TrustLevel undecided = alice.trusts(phone);
            for (Decision made : Decision.values()) {
                if (made.level().name().equals(before)) {
                    alice.decides(phone, made);
                }
            }
            TrustLevel was = alice.trusts(phone);

            TrustChange change =
                    decision.equals("undo") ? alice.undoes(phone) : alice.decides(phone, Decision.valueOf(decision));

            TrustLevel is = alice.trusts(phone);
            if (after.startsWith("refused: ")) {
                assertThat(change).isInstanceOf(Refused.class);
                assertThat(((Refused) change).reason().name()).isEqualTo(after.substring("refused: ".length()));
                assertThat(is).isEqualTo(was);
            } else if (after.equals("unchanged")) {
                assertThat(change).isEqualTo(new Unchanged(was));
                assertThat(is).isEqualTo(was);
            } else {
                assertThat(is).isEqualTo(after.equals("policy") ? undecided : TrustLevel.valueOf(after));
                assertThat(change).isInstanceOf(Changed.class);
                assertThat(((Changed) change).from()).isEqualTo(was);
                assertThat(((Changed) change).to()).isEqualTo(is);
                assertThat(((Changed) change).warning().isPresent()).isEqualTo(is == TrustLevel.COMPROMISED);
            }
            alice.restart();
            assertThat(alice.trusts(phone)).as("after a restart").isEqualTo(is);
        }
    }

    /** The laptop is Bob's other device, which is trusted where the policy lets it be. */
    @ParameterizedTest(name = "{0}: a message to a key that is {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            # policy                | level           | a message
            blindBeforeVerification | UNDECIDED       | waits
            blindBeforeVerification | BLINDLY_TRUSTED | reaches it
            blindBeforeVerification | VERIFIED        | reaches it
            blindBeforeVerification | DISTRUSTED      | leaves without it
            blindBeforeVerification | COMPROMISED     | leaves without it

            trustOnFirstUse         | UNDECIDED       | waits
            trustOnFirstUse         | BLINDLY_TRUSTED | reaches it
            trustOnFirstUse         | VERIFIED        | reaches it
            trustOnFirstUse         | DISTRUSTED      | leaves without it
            trustOnFirstUse         | COMPROMISED     | leaves without it

            manual                  | UNDECIDED       | waits
            manual                  | BLINDLY_TRUSTED | reaches it
            manual                  | VERIFIED        | reaches it
            manual                  | DISTRUSTED      | leaves without it
            manual                  | COMPROMISED     | leaves without it

            verifiedOnly            | UNDECIDED       | leaves without it
            verifiedOnly            | BLINDLY_TRUSTED | leaves without it
            verifiedOnly            | VERIFIED        | reaches it
            verifiedOnly            | DISTRUSTED      | leaves without it
            verifiedOnly            | COMPROMISED     | leaves without it
            """)
    void whatBecomesOfAMessage(String policy, TrustLevel level, String fate) {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice alice = alice(policy);
        alice.read(laptop.send(alice, "hello"));
        alice.decides(laptop, Decision.VERIFY);
        for (Decision made : Decision.values()) {
            if (made.level() == level) {
                alice.decides(phone, made);
            }
        }

        Encryption encryption = alice.encrypt(phone.jid(), "Hello");

        assertThat(alice.trusts(phone)).isEqualTo(level);
        switch (fate) {
            case "waits" -> {
                assertThat(encryption).isInstanceOf(Encryption.Undecided.class);
                assertThat(((Encryption.Undecided) encryption).request().keys()).containsExactly(phone.key());
            }
            case "reaches it" ->
                assertThat(((Encryption.Encrypted) encryption).devices())
                        .containsExactlyInAnyOrder(phone.address(), laptop.address());
            default -> {
                assertThat(((Encryption.Encrypted) encryption).devices()).containsExactly(laptop.address());
                assertThat(((Encryption.Encrypted) encryption).leftOut())
                        .extracting(Encryption.LeftOut::device)
                        .containsExactly(phone.address());
            }
        }
    }

    @Test
    void anAccountMayHaveAPolicyOfItsOwn() {
        OmemoConfig config = World.CONFIG.withTrust(phone.jid(), TrustPolicy.manual());
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), config);
        TestDevice carol = world.device("carol@example.net");

        assertThat(alice.encrypt(phone.jid(), "Hello")).isInstanceOf(Encryption.Undecided.class);
        assertThat(alice.encrypt(carol.jid(), "Hello")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void anotherPolicyActsAtOnce() {
        MemoryStore store = new MemoryStore();
        TestDevice before = world.device("alice@example.org", store, World.CONFIG);
        before.send(phone, "Hello");
        before.logout();
        store.close();
        TestDevice alice = world.device("alice@example.org", store, World.CONFIG.withTrust(TrustPolicy.verifiedOnly()));

        assertThat(alice.trusts(phone)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.encrypt(phone.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void aPolicyCanNeitherVerifyNorDistrust() {
        for (TrustLevel level : TrustLevel.values()) {
            TestDevice alice = world.device(
                    "alice" + level.ordinal() + "@example.org",
                    new MemoryStore(),
                    World.CONFIG.withTrust(key -> level));
            alice.read(phone.send(alice, "Hello"));

            assertThat(alice.trusts(phone))
                    .isEqualTo(level == TrustLevel.BLINDLY_TRUSTED ? level : TrustLevel.UNDECIDED);
        }
    }

    @Test
    void aPolicyLetsNobodyReadWhoIsNotTrusted() {
        TestDevice alice =
                world.device("alice@example.org", new MemoryStore(), World.CONFIG.withTrust(new TrustPolicy() {
                    @Override
                    public TrustLevel undecided(Candidate key) {
                        return TrustLevel.UNDECIDED;
                    }

                    @Override
                    public boolean mayRead(TrustLevel level) {
                        return true;
                    }
                }));
        alice.decides(phone, Decision.COMPROMISE);

        assertThat(alice.encrypt(phone.jid(), "Hello")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void theAccountsOwnOtherDevicesObeyThePolicyToo() {
        TestDevice alice = alice("blindBeforeVerification");
        TestDevice tablet = world.device(alice.jid().toString());
        alice.verifiesAnotherKeyOf(alice.jid());

        Encryption encryption = alice.encrypt(phone.jid(), "Hello");

        assertThat(((Encryption.Undecided) encryption).request().keys()).containsExactly(tablet.key());
    }

    @Test
    void aKeyThatWasDecidedAboutBeforeItIsSeenIsWorthThatWhenItComes() {
        TestDevice alice = alice("manual");
        attempt(() -> alice.engine().decide(phone.key(), Decision.VERIFY, TrustMeans.URI, "scanned"));

        alice.send(phone, "Hello");

        assertThat(alice.events(OmemoEvent.NewIdentityKey.class))
                .containsExactly(new OmemoEvent.NewIdentityKey(
                        phone.address(), phone.key().fingerprint(), TrustLevel.VERIFIED));
        assertThat(attempt(() -> alice.engine().trustJournal(10)).get(0).by()).isEqualTo(Optional.empty());
    }

    private TestDevice alice(String policy) {
        return world.device(policy + "@example.org", new MemoryStore(), World.CONFIG.withTrust(policy(policy)));
    }

    private static TrustPolicy policy(String name) {
        return switch (name) {
            case "blindBeforeVerification" -> TrustPolicy.blindBeforeVerification();
            case "trustOnFirstUse" -> TrustPolicy.trustOnFirstUse();
            case "manual" -> TrustPolicy.manual();
            default -> TrustPolicy.verifiedOnly();
        };
    }
}
