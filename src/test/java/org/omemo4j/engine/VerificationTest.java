/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.trust.UnusableUriException.Reason;
import org.omemo4j.trust.VerificationResult;
import org.omemo4j.trust.VerificationResult.Difference;

/** A URI that a person scans or pastes verifies all that it says, or changes nothing. */
class VerificationTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void keysThatAreKnownAreVerifiedAndOthersAsSoonAsADeviceShowsThem() {
        alice.send(bob, "Hello");
        TestDevice laptop = world.device("bob@example.com");

        VerificationResult result = verify(uri(bob, laptop));

        assertThat(result)
                .isEqualTo(new VerificationResult.Verified(
                        List.of(bob.key()), List.of(laptop.key()), List.of(), List.of()));
        Decryption.Decrypted read = (Decryption.Decrypted) alice.read(laptop.send(alice, "here I am"));
        assertThat(read.origin().trust()).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(journal()).hasSize(2).allMatch(entry -> entry.means() == TrustMeans.URI);
    }

    @Test
    void whatIsVerifiedAlreadyIsSoAgain() {
        verify(uri(bob));

        assertThat(verify(uri(bob)))
                .isEqualTo(new VerificationResult.Verified(List.of(), List.of(), List.of(bob.key()), List.of()));
        assertThat(journal()).hasSize(1);
    }

    @Test
    void aDeviceThatIsKnownWithAnotherKeyIsALoudMismatchAndNothingIsChanged() {
        alice.send(bob, "Hello");
        TestDevice laptop = world.device("bob@example.com");
        Map<DeviceId, Fingerprint> devices = new LinkedHashMap<>();
        devices.put(laptop.address().device(), laptop.key().fingerprint());
        Fingerprint other = new Fingerprint("1".repeat(64));
        devices.put(bob.address().device(), other);

        VerificationResult result = verify(new OmemoUri(bob.jid(), devices));

        assertThat(result)
                .isEqualTo(new VerificationResult.Mismatch(
                        List.of(new Difference(bob.address(), other, bob.key().fingerprint()))));
        assertThat(result.sentence()).contains("DO NOT MATCH").contains(other.toString());
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(journal()).singleElement().satisfies(entry -> {
            assertThat(entry.key()).contains(new TrustKey(bob.jid(), other));
            assertThat(entry.refusal()).contains(TrustRefusal.MISMATCH);
            assertThat(entry.reason()).contains(bob.key().fingerprint().toString());
        });
    }

    @Test
    void aKeyThatIsDistrustedIsRefusedAndNothingElseIsChanged() {
        TestDevice laptop = world.device("bob@example.com");
        alice.decides(bob, Decision.DISTRUST);

        VerificationResult result = verify(uri(laptop, bob));

        assertThat(result).isInstanceOfSatisfying(VerificationResult.Refused.class, refused -> {
            assertThat(refused.refusals().keySet()).containsExactly(bob.key());
            assertThat(refused.sentence()).contains("undo");
        });
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(journal().get(0).refusal()).contains(TrustRefusal.DISTRUST_WINS);
    }

    @Test
    void theUriOfOurOwnAccountVerifiesOurOtherDevices() {
        TestDevice tablet = world.device("alice@example.org");

        assertThat(verify(uri(alice, tablet)))
                .isEqualTo(new VerificationResult.Verified(
                        List.of(), List.of(tablet.key()), List.of(alice.key()), List.of()));
        assertThat(verify(new OmemoUri(
                        alice.jid(),
                        Map.of(alice.address().device(), tablet.key().fingerprint()))))
                .isInstanceOf(VerificationResult.Mismatch.class);
    }

    @Test
    void aTrustMessageVerifiesAndDistrustsKeysInEitherForm() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice phone = world.device("bob@example.com");
        alice.send(bob, "Hello");
        Bytes curve = bob.key().fingerprint().key();

        VerificationResult result =
                verify(trustMessage(bob, Set.of(curve, phone.identityKey()), Set.of(laptop.identityKey())));

        assertThat(result).isInstanceOfSatisfying(VerificationResult.Verified.class, verified -> {
            assertThat(verified.verified()).containsExactlyInAnyOrder(bob.key(), phone.key());
            assertThat(verified.distrusted()).containsExactly(laptop.key());
        });
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.trusts(phone)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void aTrustMessageForAKeyThatWasNotSeenCountsAsSoonAsItIs() {
        verify(trustMessage(bob, Set.of(bob.identityKey()), Set.of()));

        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void aTrustMessageThatDistrustsThisDeviceIsRefused() {
        VerificationResult result = verify(trustMessage(alice, Set.of(), Set.of(alice.identityKey())));

        assertThat(result).isInstanceOf(VerificationResult.Refused.class);
        assertThat(journal().get(0).refusal()).contains(TrustRefusal.OWN_KEY);
    }

    @Test
    void whatATrustMessageHasSaidBeforeCountsForAUriToo() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice phone = speaker();
        alice.decides(phone, Decision.VERIFY);
        alice.read(says(phone, laptop, false)); // which alice has not seen: it is kept

        VerificationResult result = verify(uri(bob, laptop));

        assertThat(result).isInstanceOfSatisfying(VerificationResult.Refused.class, refused -> {
            assertThat(refused.refusals().keySet()).containsExactly(laptop.key());
            assertThat(refused.sentence()).contains("undo");
        });
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
        assertThat(alice.trusts(bob)).as("nothing else is changed").isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void theKeysOfOneUriAreThePersonsDecisionAndPassedOnWhateverTheyHaveSaidOfEachOther() {
        TestDevice tablet = world.device("alice@example.org");
        TestDevice laptop = world.device("bob@example.com");
        TestDevice phone = speaker();
        alice.decides(tablet, Decision.VERIFY);
        alice.read(laptop.send(alice, "hello"));
        alice.read(says(phone, laptop, true)); // which is not verified: it is kept

        VerificationResult result = verify(uri(phone, laptop));

        assertThat(result)
                .isEqualTo(new VerificationResult.Verified(
                        List.of(phone.key(), laptop.key()), List.of(), List.of(), List.of()));
        assertThat(journal().subList(0, 2)).allMatch(entry -> entry.means() == TrustMeans.URI);
        assertThat(attempt(() -> alice.engine().parked(alice.jid(), -1)))
                .as("our other device is told of both")
                .hasSize(2);
    }

    @Test
    void aUriWhoseDevicesDistrustEachOtherVerifiesNone() {
        TestDevice laptop = world.device("bob@example.com");
        TestDevice phone = speaker();
        alice.read(laptop.send(alice, "hello"));
        alice.read(says(phone, laptop, false)); // which is not verified: it is kept

        VerificationResult result = verify(uri(laptop, phone));

        assertThat(result).isInstanceOfSatisfying(VerificationResult.Refused.class, refused -> {
            assertThat(refused.refusals().keySet()).containsExactly(laptop.key());
            assertThat(refused.sentence()).contains("one by one");
        });
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(alice.trusts(phone)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(journal().get(0).key()).contains(laptop.key());
        assertThat(journal().get(0).refusal()).contains(TrustRefusal.DISTRUST_WINS);
        assertThat(alice.decides(phone, Decision.VERIFY)).isInstanceOf(TrustChange.Changed.class);
        assertThat(alice.trusts(laptop)).isEqualTo(TrustLevel.DISTRUSTED);
    }

    /** What hostile URIs do: no change of trust, a typed result, and one entry in the journal. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            # a URI                                   | result              | the journal is about
            no URI at all                             | NO_XMPP_URI         | alice@example.org
            of no account                             | NO_ADDRESS          | alice@example.org
            without keys                              | NO_KEYS             | bob@example.com
            with a key that is too short              | WRONG_LENGTH        | bob@example.com
            with a key that is too long               | WRONG_LENGTH        | bob@example.com
            with a key in base 64                     | WRONG_ALPHABET      | bob@example.com
            with a device id that is none             | BAD_DEVICE_ID       | bob@example.com
            with the same sid twice, with two keys    | CONTRADICTION       | bob@example.com
            with ten thousand parameters              | TOO_MANY_PARAMETERS | bob@example.com
            with ten thousand devices                 | TOO_LONG            | alice@example.org
            that steers the terminal                  | BAD_DEVICE_ID       | bob@example.com
            of a trust message for another encryption | BAD_ENCRYPTION      | bob@example.com
            of a trust message for no encryption      | BAD_ENCRYPTION      | bob@example.com
            of a trust message that contradicts itself | CONTRADICTION      | bob@example.com
            of somebody else than was asked for       | FOREIGN_ADDRESS     | carol@example.net
            """)
    void aUriThatVerifiesNothingChangesNothingAndIsInTheJournal(String kind, Reason reason, String about) {
        alice.send(bob, "Hello");
        List<Object> before = StoreDump.of(alice.store(), bob.jid()).rows();
        String key = bob.key().fingerprint().hex();
        String good = uri(bob).toString();
        String other = "1".repeat(64);
        String trust = "xmpp:bob@example.com?trust-message;encryption=";
        String text = switch (kind) {
            case "no URI at all" -> key;
            case "of no account" -> good.replace("bob@", "@");
            case "without keys" -> "xmpp:bob@example.com?message;body=hi";
            case "with a key that is too short" -> good.substring(0, good.length() - 2);
            case "with a key that is too long" -> good + "0000";
            case "with a key in base 64" -> good.replace(key, "Zm9v".repeat(11));
            case "with a device id that is none" -> good.replaceFirst("sid-[0-9]+", "sid-0");
            case "with the same sid twice, with two keys" ->
                good + ";" + good.substring(good.indexOf("omemo-sid")).replace(key, other);
            case "with ten thousand parameters" -> good + ";a".repeat(10_000);
            case "with ten thousand devices" ->
                IntStream.rangeClosed(1, 10_000)
                        .mapToObj(id -> "omemo-sid-" + id + "=" + key)
                        .collect(Collectors.joining(";", "xmpp:bob@example.com?", ""));
            case "that steers the terminal" -> good.replaceFirst("sid-[0-9]+", "sid-%1b%5b2J%0a" + "x".repeat(20_000));
            case "of a trust message for another encryption" -> trust + "urn:xmpp:openpgp:0;trust=" + key;
            case "of a trust message for no encryption" -> trust + ";trust=" + key;
            case "of a trust message that contradicts itself" ->
                trust + Omemo2.NAMESPACE + ";trust=" + key + ";distrust=" + key;
            default -> good;
        };

        VerificationResult result = attempt(() -> kind.equals("of somebody else than was asked for")
                ? alice.engine().verify(World.jid("carol@example.net"), text)
                : alice.engine().verify(text));

        assertThat(result).isInstanceOfSatisfying(VerificationResult.Unusable.class, unusable -> {
            assertThat(unusable.reason()).isEqualTo(reason);
            assertThat(unusable.sentence()).doesNotContainPattern("\\p{Cntrl}").hasSizeBetween(10, 200);
        });
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(StoreDump.of(alice.store(), bob.jid()).rows()).isEqualTo(before);
        assertThat(journal()).singleElement().satisfies(entry -> {
            assertThat(entry.jid().toString()).isEqualTo(about);
            assertThat(entry.key()).isEmpty();
            assertThat(entry.means()).isEqualTo(TrustMeans.URI);
            assertThat(entry.refusal()).contains(TrustRefusal.UNUSABLE);
            assertThat(entry.reason()).isEqualTo(result.sentence());
        });
    }

    @Test
    void whoeverPastesNonsenseDoesNotFillTheJournal() {
        for (int i = 0; i < TrustJournal.MAX_REFUSED + 20; i++) {
            verify("nonsense " + i);
        }

        assertThat(journal()).hasSize(TrustJournal.MAX_REFUSED);
    }

    private VerificationResult verify(OmemoUri uri) {
        return verify(uri.toString());
    }

    private VerificationResult verify(String uri) {
        return attempt(() -> alice.engine().verify(uri));
    }

    private List<TrustEntry> journal() {
        return attempt(() -> alice.engine().trustJournal(10_000));
    }

    /** A device of Bob's whose trust messages are written by hand. */
    private TestDevice speaker() {
        return world.device("bob@example.com", new MemoryStore(), World.CONFIG.withTrustMessages(false));
    }

    private Letter says(TestDevice device, TestDevice other, boolean trusted) {
        Set<Bytes> key = Set.of(other.identityKey());
        KeyOwner owner = new KeyOwner(other.jid(), trusted ? key : Set.of(), trusted ? Set.of() : key);
        return device.send(alice.jid(), new TrustMessage(Omemo2.NAMESPACE, List.of(owner)).toXml());
    }

    private static String trustMessage(TestDevice of, Set<Bytes> trusted, Set<Bytes> distrusted) {
        return "xmpp:" + of.jid() + "?trust-message;encryption=" + Omemo2.NAMESPACE
                + trusted.stream().map(key -> ";trust=" + key.toHex()).collect(Collectors.joining())
                + distrusted.stream().map(key -> ";distrust=" + key.toHex()).collect(Collectors.joining());
    }

    private static OmemoUri uri(TestDevice... devices) {
        BareJid jid = devices[0].jid();
        Map<DeviceId, Fingerprint> keys = new LinkedHashMap<>();
        for (TestDevice device : devices) {
            keys.put(device.address().device(), device.key().fingerprint());
        }
        return new OmemoUri(jid, keys);
    }
}
