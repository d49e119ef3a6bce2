/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.testkit.Fuzz;
import org.omemo4j.trust.UnusableUriException.Reason;

class OmemoUriTest {
    private static final String A = "d54a1f3c80e0a6b1b5c7b0f9e2f0c4d31a6e5b7796884f2d0c1b3a5947fe6021";
    private static final String B = "0b2f7c19e4d58a63f1c09e7d2a4b68153cf0d7e9ab816245f3c2d1e0987a6b5c";
    private static final BareJid ALICE = JidCreate.entityBareFromOrThrowUnchecked("alice@example.org");
    private static final OmemoUri URI = uri(ALICE, 123, A);
    private static final String TEXT = "xmpp:alice@example.org?omemo-sid-123=" + A;

    @Test
    void isWrittenAsConversationsReadsIt() {
        Map<DeviceId, Fingerprint> devices = new LinkedHashMap<>();
        devices.put(new DeviceId(456), new Fingerprint(B));
        devices.put(new DeviceId(123), new Fingerprint(A));

        assertThat(new OmemoUri(ALICE, devices))
                .hasToString("xmpp:alice@example.org?omemo-sid-456=" + B + ";omemo-sid-123=" + A);
    }

    @TestFactory
    Stream<DynamicTest> anyAddressComesBack() {
        return Stream.of("jürgen+x@example.org", "a?b;c=d%41#e@example.org", "猫@例え.テスト", "a\\20b@example.org")
                .map(JidCreate::entityBareFromOrThrowUnchecked)
                .map(jid -> DynamicTest.dynamicTest(jid.toString(), () -> {
                    String text = uri(jid, 1, A).toString();

                    assertThat(text).matches("xmpp:[!-~]+\\?omemo-sid-1=" + A);
                    assertThat(VerificationUri.parse(text)).isEqualTo(uri(jid, 1, A));
                }));
    }

    @TestFactory
    Stream<DynamicTest> readsWhatClientsWrite() throws IOException {
        return clients()
                .map(client -> DynamicTest.dynamicTest(client[0], () -> {
                    VerificationUri uri = VerificationUri.parse(client[1]);

                    assertThat(uri).isInstanceOfSatisfying(OmemoUri.class, read -> {
                        assertThat(read.jid().toString()).isEqualTo(client[2]);
                        assertThat(read.devices().entrySet().stream()
                                        .map(device -> device.getKey() + "="
                                                + device.getValue().hex())
                                        .collect(Collectors.joining(" ")))
                                .isEqualTo(client[3]);
                    });
                }));
    }

    @TestFactory
    Stream<DynamicTest> readsWhatPeoplePaste() {
        String grouped = new Fingerprint(A).toString();
        return Stream.of(
                        " " + TEXT + "\n",
                        TEXT.toUpperCase(Locale.ROOT),
                        TEXT.replace(A, "05" + A),
                        TEXT.replace(A, grouped),
                        TEXT.replace(A, grouped.replace(" ", "%20")),
                        TEXT.replace(A, grouped.replace(' ', '+')),
                        TEXT.replace(A, grouped.replace(' ', '-')),
                        TEXT.replace(A, new Fingerprint(A).colons()),
                        TEXT.replace(A, new Fingerprint(A).colons().replace(":", "%3a")),
                        TEXT.replace("alice@", "%61lice%40"),
                        TEXT.replace("omemo-sid", "omemo%2Dsid"),
                        TEXT.replace("?", "/phone?"),
                        TEXT + "#top",
                        TEXT + ";",
                        TEXT + ";;body",
                        TEXT + ";omemo-sid-123=" + A.toUpperCase(Locale.ROOT),
                        TEXT.replace("xmpp:", "HTTPS://chat.example.com/i/"))
                .map(text -> DynamicTest.dynamicTest(
                        text, () -> assertThat(VerificationUri.parse(text)).isEqualTo(URI)));
    }

    @TestFactory
    Stream<DynamicTest> saysWhatIsWrong() {
        return Stream.of(
                        wrong("", Reason.NO_XMPP_URI),
                        wrong(A, Reason.NO_XMPP_URI),
                        wrong("alice@example.org?omemo-sid-123=" + A, Reason.NO_XMPP_URI),
                        wrong(TEXT.replace("xmpp:", "https://example.org/"), Reason.NO_XMPP_URI),
                        wrong(TEXT.replace("xmpp:", "mailto:"), Reason.NO_XMPP_URI),
                        wrong("xmpp:?omemo-sid-123=" + A, Reason.NO_ADDRESS),
                        wrong(TEXT.replace("alice@", ""), Reason.NO_ADDRESS),
                        wrong(TEXT.replace("alice", ""), Reason.NO_ADDRESS),
                        wrong(TEXT.replace("alice", "al%00ice"), Reason.NO_ADDRESS),
                        wrong(TEXT.replace("alice", "al%E2%80%AEice"), Reason.NO_ADDRESS),
                        wrong(TEXT.replace("alice", "al%FFice"), Reason.NO_ADDRESS),
                        wrong(TEXT.replace("alice", "a".repeat(2000)), Reason.NO_ADDRESS),
                        wrong("xmpp:alice@example.org", Reason.NO_KEYS),
                        wrong("xmpp:alice@example.org?message;body=omemo-sid-123", Reason.NO_KEYS),
                        wrong("xmpp:alice@example.org?body=%3Bomemo-sid-123%3D" + A, Reason.NO_KEYS),
                        wrong(TEXT.substring(0, TEXT.length() - 1), Reason.WRONG_LENGTH),
                        wrong(TEXT + "00", Reason.WRONG_LENGTH),
                        wrong("xmpp:alice@example.org?omemo-sid-123", Reason.WRONG_LENGTH),
                        wrong(TEXT.replace('f', 'g'), Reason.WRONG_ALPHABET),
                        wrong(TEXT + "%", Reason.WRONG_ALPHABET),
                        wrong(TEXT.replace("123", "0"), Reason.BAD_DEVICE_ID),
                        wrong(TEXT.replace("123", "2147483648"), Reason.BAD_DEVICE_ID),
                        wrong(TEXT.replace("123", "-1"), Reason.BAD_DEVICE_ID),
                        wrong(TEXT.replace("123", ""), Reason.BAD_DEVICE_ID),
                        wrong(TEXT.replace("123", "phone%1b[2J"), Reason.BAD_DEVICE_ID),
                        wrong(TEXT + ";omemo-sid-123=" + B, Reason.CONTRADICTION),
                        wrong(TEXT + ";a".repeat(XmppUri.MAX_PARAMETERS), Reason.TOO_MANY_PARAMETERS),
                        wrong("xmpp:alice@example.org?" + ";".repeat(10_000), Reason.TOO_MANY_PARAMETERS),
                        wrong(tenThousandDevices(), Reason.TOO_LONG))
                .map(wrong ->
                        DynamicTest.dynamicTest(wrong.reason() + " " + UnusableUriException.quote(wrong.text()), () -> {
                            UnusableUriException refused = refusal(wrong.text());

                            assertThat(refused.reason())
                                    .as(refused.getMessage())
                                    .isEqualTo(wrong.reason());
                            assertThat(refused.getMessage())
                                    .doesNotContainPattern("\\p{Cntrl}")
                                    .hasSizeLessThan(200);
                        }));
    }

    @Test
    void asManyParametersAsAllowedAreRead() throws UnusableUriException {
        assertThat(VerificationUri.parse(TEXT + ";a".repeat(XmppUri.MAX_PARAMETERS - 1)))
                .isEqualTo(URI);
    }

    @Test
    void sentencesNameDeviceAndMistake() {
        assertThat(refusal(TEXT.substring(0, TEXT.length() - 1)))
                .hasMessage("The key of device 123 is none. A fingerprint has 64 hex digits, this one has 63.");
        assertThat(refusal(TEXT.replace("123", "0"))).hasMessage("'0' is no device id: these go from 1 to 2147483647.");
    }

    @Test
    void keysOfSomebodyElseAreAResultOfTheirOwn() {
        BareJid bob = JidCreate.entityBareFromOrThrowUnchecked("bob@example.org");

        UnusableUriException refused = catchThrowableOfType(UnusableUriException.class, () -> URI.requireOwner(bob));

        assertThat(refused.reason()).isEqualTo(Reason.FOREIGN_ADDRESS);
        assertThat(refused).hasMessage("These are keys of alice@example.org, not of bob@example.org.");
        assertThatCode(() -> URI.requireOwner(ALICE)).doesNotThrowAnyException();
    }

    @Test
    void cannotBeMadeWithoutDevices() {
        assertThatThrownBy(() -> new OmemoUri(ALICE, Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyTextIsReadOrRefusedWithASafeSentence() throws IOException {
        List<Bytes> good = Stream.concat(clients().map(client -> client[1]), Stream.of(TrustMessageUriTest.TEXT))
                .map(text -> Bytes.of(text.getBytes(StandardCharsets.UTF_8)))
                .toList();
        Fuzz.rounds(5000).bytes(good, input -> {
            try {
                VerificationUri.parse(new String(input.toByteArray(), StandardCharsets.UTF_8));
            } catch (UnusableUriException e) {
                assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}").hasSizeLessThan(300);
            }
        });
    }

    private record Wrong(String text, Reason reason) {}

    private static Wrong wrong(String text, Reason reason) {
        return new Wrong(text, reason);
    }

    private static UnusableUriException refusal(String text) {
        return catchThrowableOfType(UnusableUriException.class, () -> VerificationUri.parse(text));
    }

    private static OmemoUri uri(BareJid jid, int id, String hex) {
        return new OmemoUri(jid, Map.of(new DeviceId(id), new Fingerprint(hex)));
    }

    private static String tenThousandDevices() {
        return IntStream.rangeClosed(1, 10_000)
                .mapToObj(id -> "omemo-sid-" + id + "=" + A)
                .collect(Collectors.joining(";", "xmpp:alice@example.org?", ""));
    }

    private static Stream<String[]> clients() throws IOException {
        try (var file = OmemoUriTest.class.getResourceAsStream("/uris/clients.tsv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1));
        }
    }
}
