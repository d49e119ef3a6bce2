/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.trust.MalformedFingerprintException.Reason;

class FingerprintTest {
    private static final String HEX = "0523456789abcdef00112233445566778899aabbccddeeff1032547698badcfe";
    private static final Fingerprint FINGERPRINT = new Fingerprint(HEX);

    @Test
    void isEightGroupsOfEightDigits() {
        assertThat(FINGERPRINT).hasToString("05234567 89abcdef 00112233 44556677 8899aabb ccddeeff 10325476 98badcfe");
    }

    @Test
    void hasAColonFormLikeACertificate() {
        assertThat(FINGERPRINT.colons())
                .isEqualTo("05:23:45:67:89:AB:CD:EF:00:11:22:33:44:55:66:77:"
                        + "88:99:AA:BB:CC:DD:EE:FF:10:32:54:76:98:BA:DC:FE");
    }

    @Test
    void eachGroupHasTheColourOfItsOwnText() {
        assertThat(FINGERPRINT.colors())
                .hasSize(8)
                .startsWith(ConsistentColor.of("05234567"))
                .endsWith(ConsistentColor.of("98badcfe"));
    }

    @TestFactory
    Stream<DynamicTest> readsWhatPeoplePaste() {
        return Stream.of(
                        HEX,
                        HEX.toUpperCase(Locale.ROOT),
                        FINGERPRINT.toString(),
                        FINGERPRINT.colons(),
                        FINGERPRINT.toString().replace(' ', '-'),
                        FINGERPRINT.toString().replace(' ', '\u2011'),
                        FINGERPRINT.toString().replace(' ', '\u00a0'),
                        " \t" + FINGERPRINT.toString().replaceFirst("(?<=ccddeeff) ", "\r\n") + "\n",
                        "05" + HEX,
                        "05:" + FINGERPRINT.colons())
                .map(text -> DynamicTest.dynamicTest(
                        text, () -> assertThat(Fingerprint.parse(text)).isEqualTo(FINGERPRINT)));
    }

    @TestFactory
    Stream<DynamicTest> saysHowManyDigitsItFound() {
        return Stream.of("", HEX.substring(1), HEX + "0", "06" + HEX, "05" + HEX + "00", HEX.repeat(1000))
                .map(text -> DynamicTest.dynamicTest(text.length() + " digits", () -> {
                    MalformedFingerprintException refused = refusal(text);

                    assertThat(refused.reason()).isEqualTo(Reason.WRONG_LENGTH);
                    assertThat(refused)
                            .hasMessage("A fingerprint has 64 hex digits, this one has " + text.length() + ".");
                }));
    }

    @Test
    void namesTheFirstCharacterThatIsNoDigit() {
        MalformedFingerprintException refused = refusal("05234567 89abcdeg zz");

        assertThat(refused.reason()).isEqualTo(Reason.WRONG_ALPHABET);
        assertThat(refused).hasMessage("A fingerprint has hex digits only (0-9, a-f), but character 17 is 'g'.");
    }

    @Test
    void aCharacterThatIsNotSafeToShowIsNamedByItsNumber() {
        assertThat(List.of("\u001b", "\u202e", "\ud800"))
                .map(text -> refusal("ab" + text).getMessage())
                .allMatch(sentence -> sentence.matches("[ -~]* character 3 is U\\+[0-9A-F]{4}\\."));
    }

    @Test
    void digitsOfOtherScriptsAreNone() {
        assertThat(refusal(HEX.replace('1', '\uff11')).reason()).isEqualTo(Reason.WRONG_ALPHABET);
    }

    private static MalformedFingerprintException refusal(String text) {
        return catchThrowableOfType(MalformedFingerprintException.class, () -> Fingerprint.parse(text));
    }
}
