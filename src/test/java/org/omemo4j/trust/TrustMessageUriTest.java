/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.trust.UnusableUriException.Reason;

/** XEP-0434 0.6.0, "URI Query Types". */
class TrustMessageUriTest {
    private static final String TRUSTED = "623548d3835c6d33ef5cb680f7944ef381cf712bf23a0119dabe5c4f252cd02f";
    private static final String DISTRUSTED = "b423f5088de9a924d51b31581723d850c7cc67d0a4fe6b267c3d301ff56d2413";
    private static final String DISTRUSTED_TOO = "d9f849b6b828309c5f2c8df4f38fd891887da5aaa24a22c50d52f69b4a80817e";

    /** The example of the specification, which is what QXmpp writes, too. */
    static final String TEXT = "xmpp:bob@example.com?trust-message;encryption=urn:xmpp:omemo:2;trust=" + TRUSTED
            + ";distrust=" + DISTRUSTED + ";distrust=" + DISTRUSTED_TOO;

    private static final TrustMessageUri URI = new TrustMessageUri(
            JidCreate.entityBareFromOrThrowUnchecked("bob@example.com"),
            "urn:xmpp:omemo:2",
            Set.of(Bytes.ofHex(TRUSTED)),
            Set.of(Bytes.ofHex(DISTRUSTED), Bytes.ofHex(DISTRUSTED_TOO)));

    @Test
    void readsTheExampleOfTheSpecification() throws UnusableUriException {
        assertThat(VerificationUri.parse(TEXT)).isEqualTo(URI);
    }

    @TestFactory
    Stream<DynamicTest> readsOtherFormsOfIt() {
        return Stream.of(
                        TEXT.replace(TRUSTED, TRUSTED.toUpperCase(Locale.ROOT)),
                        TEXT.replace("urn:xmpp:omemo:2", "urn%3Axmpp%3Aomemo%3A2"),
                        TEXT.replace("trust-message", "Trust-Message"),
                        TEXT.replace(';', '&'),
                        TEXT + ";trust=" + TRUSTED)
                .map(text -> DynamicTest.dynamicTest(
                        text, () -> assertThat(VerificationUri.parse(text)).isEqualTo(URI)));
    }

    @TestFactory
    Stream<DynamicTest> saysWhatIsWrong() {
        return Stream.of(
                        wrong(TEXT.replace("encryption=urn:xmpp:omemo:2;", ""), Reason.BAD_ENCRYPTION),
                        wrong(TEXT.replace("urn:xmpp:omemo:2", ""), Reason.BAD_ENCRYPTION),
                        wrong(TEXT + ";encryption=urn:xmpp:openpgp:0", Reason.BAD_ENCRYPTION),
                        wrong(TEXT.substring(0, TEXT.indexOf(";trust")), Reason.NO_KEYS),
                        wrong(TEXT.substring(0, TEXT.length() - 1), Reason.WRONG_LENGTH),
                        wrong(TEXT.replace('f', 'x'), Reason.WRONG_ALPHABET),
                        wrong(TEXT + ";trust=" + DISTRUSTED, Reason.CONTRADICTION))
                .map(wrong -> DynamicTest.dynamicTest(
                        wrong.text(),
                        () -> assertThat(catchThrowableOfType(
                                                UnusableUriException.class, () -> VerificationUri.parse(wrong.text()))
                                        .reason())
                                .isEqualTo(wrong.reason())));
    }

    @Test
    void keyIdsAreNotTakenForFingerprints() throws UnusableUriException {
        assertThat(VerificationUri.parse(TEXT + ";omemo-sid-1=" + TRUSTED)).isEqualTo(URI);
    }

    private record Wrong(String text, Reason reason) {}

    private static Wrong wrong(String text, Reason reason) {
        return new Wrong(text, reason);
    }
}
