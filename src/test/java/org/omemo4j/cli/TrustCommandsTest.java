/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** Decisions about keys by `omemo trust`, `distrust` and `undo`, and what `omemo journal` tells of them. */
class TrustCommandsTest {
    @TempDir
    Path folder;

    private AliceAtHome alice;
    private Fingerprint key;
    private String who;

    @BeforeEach
    void open() {
        alice = new AliceAtHome(folder);
        key = AliceAtHome.key(alice.phone);
        who = "bob@example.com, device " + alice.phone.address().device() + ": ";
    }

    @Test
    void aKeyIsTrusted() {
        assertThat(alice.run("trust", AliceAtHome.BOB, key.hex())).isZero();

        assertThat(alice.out()).isEqualTo(who + "trusted, by your decision\n" + key + "\n");
        assertThat(alice.err()).isEmpty();
        assertThat(level()).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(alice.run("undo", AliceAtHome.BOB, key.hex())).isZero();
        assertThat(alice.out()).startsWith(who + "trusted (the decision is undone)\n");
    }

    @Test
    void aComparedKeyIsVerified() {
        assertThat(alice.run("trust", "--verified", AliceAtHome.BOB, key.hex())).isZero();

        assertThat(alice.out()).isEqualTo(who + "verified (was trusted)\n" + key + "\n");
        assertThat(level()).isEqualTo(TrustLevel.VERIFIED);
        assertThat(alice.run("trust", "--verified", AliceAtHome.BOB, key.hex())).isZero();
        assertThat(alice.out()).startsWith(who + "verified (as before)\n");
    }

    @Test
    void toTrustAVerifiedKeyTakesNothingFromIt() {
        alice.run("trust", "--verified", AliceAtHome.BOB, key.hex());

        assertThat(alice.run("trust", AliceAtHome.BOB, key.hex())).isZero();

        assertThat(alice.out()).startsWith(who + "verified (as before)\n");
        assertThat(level()).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void distrustStaysUntilItIsUndone() {
        assertThat(alice.run("distrust", AliceAtHome.BOB, key.hex(), "--reason", "lost"))
                .isZero();
        assertThat(alice.out()).startsWith(who + "distrusted (was trusted)\n");

        assertThat(alice.run("trust", "--verified", AliceAtHome.BOB, key.hex())).isEqualTo(1);
        assertThat(alice.err()).hasLineCount(1).contains("undo that first");
        assertThat(alice.out()).isEmpty();
        assertThat(level()).isEqualTo(TrustLevel.DISTRUSTED);

        assertThat(alice.run("undo", AliceAtHome.BOB, key.hex())).isZero();
        assertThat(alice.out()).startsWith(who + "trusted (was distrusted)\n");
        assertThat(level()).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void markingAsCompromisedWarns() {
        assertThat(alice.run("distrust", "--compromised", AliceAtHome.BOB, key.hex()))
                .isZero();

        assertThat(alice.out()).startsWith(who + "compromised (was trusted)\n");
        assertThat(alice.err()).hasLineCount(1).contains("cannot be recalled");
        assertThat(level()).isEqualTo(TrustLevel.COMPROMISED);
    }

    @Test
    void anUndoThatOthersCannotBeToldOfWarns() {
        String tablet = AliceAtHome.key(alice.world.device(AliceAtHome.ALICE)).hex();
        alice.online(() -> alice.device().encrypt(World.jid(AliceAtHome.ALICE), "to my tablet"));
        alice.run("trust", "--verified", AliceAtHome.ALICE, tablet);
        alice.run("trust", "--verified", AliceAtHome.BOB, key.hex());
        alice.online(() -> assertThat(alice.device().sendParked()).isNotEmpty());

        assertThat(alice.run("undo", AliceAtHome.BOB, key.hex())).isZero();

        assertThat(alice.out()).isEqualTo(who + "trusted (was verified)\n" + key + "\n");
        assertThat(alice.err()).hasLineCount(1).contains("no trust message can say that it is undone");
        alice.run("distrust", AliceAtHome.BOB, key.hex());
        alice.online(() -> assertThat(alice.device().sendParked()).isNotEmpty());
        alice.run("undo", "--json", AliceAtHome.BOB, key.hex());
        assertThat(alice.out()).contains("\"warning\":\"Other devices may have been told of that decision");
    }

    @Test
    void anUndoBeforeAnybodyWasToldDoesNotWarn() {
        alice.run(
                "trust",
                "--verified",
                AliceAtHome.ALICE,
                AliceAtHome.key(alice.world.device(AliceAtHome.ALICE)).hex());
        alice.run("distrust", AliceAtHome.BOB, key.hex());

        assertThat(alice.run("undo", AliceAtHome.BOB, key.hex())).isZero();

        assertThat(alice.err()).isEmpty();
    }

    @Test
    void whereNothingIsLeftToUndoItIsSaid() {
        assertThat(alice.run("undo", AliceAtHome.BOB, key.hex())).isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("is left to be undone");
    }

    @Test
    void aFingerprintIsReadInEveryFormAndInPieces() {
        String colons = key.colons();
        String dashes = String.join("-", key.groups()).toUpperCase(Locale.ROOT);
        for (String form : new String[] {colons, dashes, "05" + key.hex(), " " + key + " "}) {
            assertThat(alice.run("trust", AliceAtHome.BOB, form)).as(form).isZero();
        }
        String[] pieces = new String[9];
        pieces[0] = AliceAtHome.BOB;
        System.arraycopy(key.groups().toArray(), 0, pieces, 1, 8);

        assertThat(alice.run("trust", pieces)).isZero();

        assertThat(alice.out()).startsWith(who);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust", "distrust", "undo"})
    void aFingerprintThatIsNoneIsAWrongCall(String command) {
        assertThat(alice.run(command, AliceAtHome.BOB, key.hex().substring(1))).isEqualTo(2);
        assertThat(alice.err()).hasLineCount(1).contains("64 hex digits, this one has 63");

        assertThat(alice.run(command, AliceAtHome.BOB, "x" + key.hex().substring(1)))
                .isEqualTo(2);
        assertThat(alice.err()).hasLineCount(1).contains("character 1 is 'x'");

        assertThat(alice.run(command, AliceAtHome.BOB)).isEqualTo(2);
        assertThat(alice.err()).hasLineCount(1).contains("FINGERPRINT");

        assertThat(alice.run(command, "bob", key.hex())).isEqualTo(2);
        assertThat(alice.err()).hasLineCount(1).contains("'bob' is not an address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trust", "distrust"})
    void aKeyThatNoDeviceHasIsRefusedAndTheKnownOnesAreNamed(String command) {
        Fingerprint other = new Fingerprint("1".repeat(64));

        assertThat(alice.run(command, AliceAtHome.BOB, other.hex())).isEqualTo(1);

        assertThat(alice.err())
                .hasLineCount(1)
                .contains(other.toString(), "device " + alice.phone.address().device() + " with " + key, "--unknown");
        alice.run("journal", "--json");
        assertThat(alice.out()).isEmpty();
        assertThat(alice.run(command, "--unknown", AliceAtHome.BOB, other.hex()))
                .isZero();
        assertThat(alice.out()).startsWith("bob@example.com: ");
    }

    @Test
    void aKeyOfSomebodyElseIsNotTaken() {
        assertThat(alice.run("trust", "carol@example.net", key.hex())).isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("no keys of carol@example.net", "--fetch");
    }

    @Test
    void nobodyDecidesAboutThisDevice() {
        assertThat(alice.run(
                        "distrust",
                        AliceAtHome.ALICE,
                        AliceAtHome.key(alice.device()).hex()))
                .isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("this device's own");
    }

    @Test
    void aProgramGetsOneLineForEachDecision() {
        alice.run("distrust", "--json", AliceAtHome.BOB, key.hex());
        String fields = "{\"jid\":\"bob@example.com\",\"devices\":["
                + alice.phone.address().device() + "],\"fingerprint\":\"" + key.hex() + "\",\"result\":";
        assertThat(alice.out())
                .isEqualTo(fields
                        + "\"changed\",\"from\":\"blindly-trusted\",\"trust\":\"distrusted\",\"means\":\"person\"}\n");

        alice.run("distrust", "--json", AliceAtHome.BOB, key.hex());
        assertThat(alice.out()).isEqualTo(fields + "\"unchanged\",\"trust\":\"distrusted\"}\n");

        assertThat(alice.run("trust", "--json", AliceAtHome.BOB, key.hex())).isEqualTo(1);
        assertThat(alice.out())
                .startsWith(fields + "\"refused\",\"reason\":\"distrust-wins\",\"text\":\"")
                .contains("undo that first");

        alice.run("distrust", "--compromised", "--json", AliceAtHome.BOB, key.hex());
        assertThat(alice.out())
                .startsWith(
                        fields
                                + "\"changed\",\"from\":\"distrusted\",\"trust\":\"compromised\",\"means\":\"person\",\"warning\":\"")
                .contains("cannot be recalled");
    }

    @Test
    void aProgramIsToldWhenAnUndoLeavesNoDecision() {
        alice.run("trust", AliceAtHome.BOB, key.hex());
        alice.run("trust", "--verified", AliceAtHome.BOB, key.hex());

        alice.run("undo", "--json", AliceAtHome.BOB, key.hex());
        assertThat(alice.out()).endsWith("\"from\":\"verified\",\"trust\":\"blindly-trusted\",\"means\":\"undo\"}\n");

        alice.run("undo", "--json", AliceAtHome.BOB, key.hex());
        assertThat(alice.out())
                .endsWith("\"from\":\"blindly-trusted\",\"trust\":\"blindly-trusted\",\"means\":\"undo\","
                        + "\"decided\":false}\n");
    }

    @Test
    void aDeviceThatHasAnotherKeyIsKnownWithItOnceThatIsAccepted() {
        Fingerprint other = AliceAtHome.key(alice.world.device("bob@example.com"));
        String device = alice.phone.address().device().toString();

        assertThat(alice.run("accept-key", AliceAtHome.BOB, device, other.hex(), "--reason", "new phone"))
                .isZero();

        assertThat(alice.out()).isEqualTo(who + "has another key from now on, which is trusted\n" + other + "\n");
        alice.run("devices", AliceAtHome.BOB);
        assertThat(alice.out()).contains(other.toString()).doesNotContain(key.toString());
        alice.run("journal");
        assertThat(alice.out()).contains("key accepted", other.toString(), "device " + device + ": new phone");
        assertThat(alice.run("accept-key", AliceAtHome.BOB, device, other.hex()))
                .isZero();
        assertThat(alice.out()).startsWith(who + "has this key as before, which is trusted\n");
    }

    @Test
    void aProgramGetsOneLineForAnAcceptedKey() {
        Fingerprint other = AliceAtHome.key(alice.world.device("bob@example.com"));
        String device = alice.phone.address().device().toString();

        assertThat(alice.run("accept-key", "--json", AliceAtHome.BOB, device, other.hex()))
                .isZero();

        assertThat(alice.out())
                .isEqualTo(
                        "{\"jid\":\"bob@example.com\",\"devices\":[" + device + "],\"fingerprint\":\"" + other.hex()
                                + "\",\"known\":\"" + key.hex()
                                + "\",\"result\":\"changed\",\"from\":\"undecided\",\"trust\":\"blindly-trusted\",\"means\":\"acceptance\"}\n");
        alice.run(
                "accept-key",
                "--json",
                AliceAtHome.ALICE,
                alice.device().address().device().toString(),
                other.hex());
        assertThat(alice.out()).contains("\"result\":\"refused\",\"reason\":\"own-key\"");
    }

    @Test
    void aKeyIsAcceptedForADeviceThatWasSeen() {
        String other = "1".repeat(64);

        assertThat(alice.run("accept-key", AliceAtHome.BOB, "7", other)).isEqualTo(1);
        assertThat(alice.err())
                .hasLineCount(1)
                .contains("no device 7", "device " + alice.phone.address().device() + " with " + key, "--unknown");
        assertThat(alice.run("accept-key", "carol@example.net", "7", other)).isEqualTo(1);
        assertThat(alice.err()).hasLineCount(1).contains("--fetch");
        assertThat(alice.run("accept-key", AliceAtHome.BOB, "phone", other)).isEqualTo(2);
        assertThat(alice.err()).hasLineCount(1).contains("'phone' is not the number of a device");
        assertThat(alice.run("accept-key", AliceAtHome.BOB, "7", "123")).isEqualTo(2);
        alice.run("journal", "--json");
        assertThat(alice.out()).isEmpty();

        String good = AliceAtHome.key(alice.world.device("bob@example.com")).hex();
        assertThat(alice.run("accept-key", "--unknown", AliceAtHome.BOB, "7", good))
                .isZero();
    }

    @Test
    void whatTrustMessagesHadSaidBeforeIsToldWhenItApplies() {
        alice.online(() -> {
            TestDevice laptop = alice.world.device(AliceAtHome.BOB);
            alice.phone.send(laptop, "which shows the laptop's key");
            alice.world.deliver();
            alice.phone.decides(alice.device(), Decision.VERIFY);
            alice.phone.decides(laptop, Decision.VERIFY);
            alice.phone.sendParked();
            alice.world.deliver();
            alice.device().send(alice.phone, "which shows the laptop's key here");
        });

        assertThat(alice.run("trust", "--verified", AliceAtHome.BOB, key.hex())).isZero();

        assertThat(alice.err()).hasLineCount(1).contains("applies now to another key", "omemo journal");
        alice.run("journal");
        assertThat(alice.out()).contains("trust message of bob@example.com/");
    }

    @Test
    void theJournalTellsAllOfItTheNewestFirst() {
        alice.run("distrust", "--reason", "lost", AliceAtHome.BOB, key.hex());
        alice.run("trust", AliceAtHome.BOB, key.hex());
        alice.run("undo", "--reason", "found", AliceAtHome.BOB, key.hex());
        alice.run("trust", "--unknown", "carol@example.net", "2".repeat(64));

        assertThat(alice.run("journal", AliceAtHome.BOB)).isZero();

        assertThat(alice.out()
                        .lines()
                        .skip(1)
                        .map(line -> line.replaceAll("^\\S+ \\S+ +", "").replaceAll("  +", "|")))
                .containsExactly(
                        "bob@example.com|distrusted -> not decided|undo|" + key + "|found",
                        "bob@example.com|refused: distrust wins|person|" + key,
                        "bob@example.com|distrusted|person|" + key + "|lost");
        assertThat(alice.run("journal", "--limit", "2")).isZero();
        assertThat(alice.out()).hasLineCount(3).contains("carol@example.net", "undo");
        assertThat(alice.run("journal", "--json")).isZero();
        assertThat(alice.out()).hasLineCount(4);
    }

    @Test
    void anEmptyJournalIsSaid() {
        assertThat(alice.run("journal")).isZero();

        assertThat(alice.out()).isEmpty();
        assertThat(alice.err()).hasLineCount(1).contains("nothing was decided");
        assertThat(alice.run("journal", "--limit", "0")).isEqualTo(2);
    }

    private TrustLevel level() {
        TrustLevel[] level = new TrustLevel[1];
        alice.online(() -> level[0] = alice.device().trusts(alice.phone));
        return level[0];
    }
}
