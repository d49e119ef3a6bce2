/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;

/** What `omemo verify` makes of what was scanned or pasted. */
class VerifyCommandTest {
    private static final Fingerprint OTHER = new Fingerprint("1".repeat(64));

    @TempDir
    Path folder;

    private AliceAtHome alice;
    private Fingerprint key;
    private DeviceId phone;

    @BeforeEach
    void open() {
        alice = new AliceAtHome(folder);
        key = AliceAtHome.key(alice.phone);
        phone = alice.phone.address().device();
    }

    @Test
    void eachKeyIsToldWithWhatBecameOfIt() {
        String uri = uri(Map.of(phone, key)) + ";omemo-sid-7=" + OTHER.hex();

        assertThat(alice.run("verify", uri)).isZero();

        assertThat(rows())
                .containsExactly(
                        "WHOSE|DEVICE|RESULT|FINGERPRINT",
                        "bob@example.com|" + phone + "|verified|" + key,
                        "bob@example.com|7|pre-verified|" + OTHER);
        assertThat(alice.err()).isEmpty();
        alice.run("devices", AliceAtHome.BOB);
        assertThat(alice.out()).contains("  verified  ");
        alice.run("verify", uri);
        assertThat(rows()).contains("bob@example.com|" + phone + "|already|" + key);
        alice.run("journal", "--json");
        assertThat(alice.out()).hasLineCount(2).contains("\"means\":\"uri\"");
    }

    @Test
    void anotherKeyThanTheKnownOneIsLoudAndHasItsOwnExitCode() {
        assertThat(alice.run("verify", uri(Map.of(phone, OTHER)))).isEqualTo(3);

        assertThat(rows())
                .containsExactly(
                        "WHOSE|DEVICE|RESULT|FINGERPRINT",
                        "bob@example.com|" + phone + "|mismatch|" + OTHER,
                        "bob@example.com|" + phone + "|known with|" + key);
        assertThat(alice.err()).hasLineCount(1).contains("THE KEYS DO NOT MATCH", OTHER.toString(), key.toString());
        alice.run("devices", AliceAtHome.BOB);
        assertThat(alice.out()).contains("  trusted  ");
        alice.run("journal");
        assertThat(alice.out()).contains("refused: mismatch");
    }

    @Test
    void aDistrustedKeyIsRefused() {
        alice.run("distrust", AliceAtHome.BOB, key.hex());

        assertThat(alice.run("verify", uri(Map.of(phone, key)))).isEqualTo(1);

        assertThat(rows()).contains("bob@example.com|" + phone + "|refused|" + key);
        assertThat(alice.err()).hasLineCount(1).contains("undo that first");
        assertThat(alice.run("verify", "--json", uri(Map.of(phone, key)))).isEqualTo(1);
        assertThat(alice.out()).endsWith("\"result\":\"refused\",\"reason\":\"distrust-wins\"}\n");
    }

    @Test
    void keysOfSomebodyElseThanExpectedChangeNothing() {
        String uri = uri(Map.of(phone, key));

        assertThat(alice.run("verify", "--of", "carol@example.net", uri)).isEqualTo(1);

        assertThat(alice.err())
                .hasLineCount(1)
                .contains("NOTHING WAS VERIFIED", "keys of bob@example.com, not of carol@example.net");
        assertThat(alice.out()).isEmpty();
        assertThat(alice.run("verify", "--of", AliceAtHome.BOB, uri)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org/?q=1, no address with keys, no-xmpp-uri",
        "xmpp:bob@example.com, no OMEMO keys, no-keys",
        "xmpp:bob@example.com?omemo-sid-5=abcd, has 4, wrong-length",
        "xmpp:bob@example.com?omemo-sid-0=abcd, no device id, bad-device-id"
    })
    void whatVerifiesNothingIsLoudAndInTheJournal(String uri, String says, String reason) {
        assertThat(alice.run("verify", uri)).isEqualTo(1);
        assertThat(alice.err()).hasLineCount(1).contains("NOTHING WAS VERIFIED", says);
        assertThat(alice.out()).isEmpty();

        assertThat(alice.run("verify", "--json", uri)).isEqualTo(1);
        assertThat(alice.out())
                .startsWith("{\"result\":\"unusable\",\"reason\":\"" + reason + "\",\"text\":\"")
                .contains(says);

        alice.run("journal");
        assertThat(alice.out()).hasLineCount(3).contains("refused: unusable", says);
    }

    @Test
    void aTrustMessageVerifiesAndDistrusts() {
        TestDevice[] laptop = new TestDevice[1];
        alice.online(() -> {
            laptop[0] = alice.world.device(AliceAtHome.BOB);
            alice.device().send(alice.phone, "which shows the laptop's key");
        });
        Fingerprint lost = AliceAtHome.key(laptop[0]);

        assertThat(alice.run(
                        "verify",
                        "xmpp:bob@example.com?trust-message;encryption=" + Omemo2.NAMESPACE + ";trust=" + key.hex()
                                + ";distrust=" + lost.hex()))
                .isZero();

        assertThat(rows())
                .containsExactly(
                        "WHOSE|DEVICE|RESULT|FINGERPRINT",
                        "bob@example.com|" + phone + "|verified|" + key,
                        "bob@example.com|" + laptop[0].address().device() + "|distrusted|" + lost);
    }

    @Test
    void theReasonOfWhoVerifiesIsInTheJournal() {
        assertThat(alice.run("verify", "--reason", "met him", uri(Map.of(phone, key))))
                .isZero();

        alice.run("journal");
        assertThat(alice.out()).contains("URI", "met him");
    }

    @Test
    void aUriThatWasWrappedWhenItWasPastedIsRead() {
        String uri = uri(Map.of(phone, key));

        assertThat(alice.run(
                        "verify", uri.substring(0, 30) + "\n  " + uri.substring(30, 60) + "\r\n" + uri.substring(60)))
                .isZero();

        assertThat(alice.out()).contains("verified");
    }

    @Test
    void aScannerMayWriteItOnStandardInput() {
        CommandRun command = new CommandRun().input((uri(Map.of(phone, key)) + "\n").getBytes(StandardCharsets.UTF_8));

        assertThat(command.run(
                        "verify",
                        "--jid",
                        AliceAtHome.ALICE,
                        "--store",
                        alice.store().toString(),
                        "-"))
                .isZero();

        assertThat(command.out()).contains("verified");
    }

    @Test
    void aProgramGetsALineForEachKey() {
        alice.run("verify", "--json", uri(Map.of(phone, key)));
        String fields = "{\"jid\":\"bob@example.com\",\"devices\":[" + phone + "],\"fingerprint\":\"";
        assertThat(alice.out()).isEqualTo(fields + key.hex() + "\",\"result\":\"verified\"}\n");

        assertThat(alice.run("verify", "--json", uri(Map.of(phone, OTHER)))).isEqualTo(3);
        assertThat(alice.out())
                .isEqualTo(fields + OTHER.hex() + "\",\"result\":\"mismatch\",\"known\":\"" + key.hex() + "\"}\n");
    }

    private List<String> rows() {
        return alice.out().lines().map(line -> line.replaceAll("  +", "|")).toList();
    }

    private String uri(Map<DeviceId, Fingerprint> devices) {
        return new OmemoUri(alice.phone.jid(), new LinkedHashMap<>(devices)).toString();
    }
}
