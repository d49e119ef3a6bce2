/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/** The journal as a table, and what programs get in its place. */
class JournalReportTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final Instant TIME = Instant.parse("2026-07-01T10:02:03Z");
    private static final Fingerprint KEY = new Fingerprint("0123456789abcdef".repeat(4));
    private static final String SHOWN = "01234567 89abcdef 01234567 89abcdef 01234567 89abcdef 01234567 89abcdef";
    private static final Optional<TrustEntry.Sender> PHONE =
            Optional.of(new TrustEntry.Sender(new DeviceAddress(BOB, new DeviceId(5)), KEY));

    private static final List<TrustEntry> ENTRIES = List.of(
            entry(7, TrustLevel.VERIFIED, null, TrustMeans.UNDO, "a slip\u001b[2J", null),
            entry(6, TrustLevel.BLINDLY_TRUSTED, TrustLevel.VERIFIED, TrustMeans.URI, "", null),
            entry(5, null, TrustLevel.BLINDLY_TRUSTED, TrustMeans.PERSON, "met him", null),
            entry(4, null, TrustLevel.DISTRUSTED, TrustMeans.TRUST_MESSAGE, "", null),
            entry(3, null, null, TrustMeans.ACCEPTANCE, "device 5", null),
            entry(2, null, null, TrustMeans.TRUST_MESSAGE, "", TrustRefusal.SENDER_UNDECIDED),
            new TrustEntry(
                    1,
                    TIME,
                    BOB,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    TrustMeans.URI,
                    Optional.empty(),
                    "It has no OMEMO keys.",
                    Optional.of(TrustRefusal.UNUSABLE)));

    private final CommandRun command = new CommandRun();

    @Test
    void eachEntryTellsWhenWhoseWhatByWhatMeansAndWhy() {
        new JournalReport(command.terminal()).table(ENTRIES);

        assertThat(command.out()).isEqualTo("""
                WHEN              WHOSE          WHAT                       BY                                KEY, AND WHY
                TIME              bob@localhost  verified -> not decided    undo                              KEY  a slip?[2J
                TIME              bob@localhost  trusted -> verified        URI                               KEY
                TIME              bob@localhost  trusted                    person                            KEY  met him
                TIME              bob@localhost  distrusted                 trust message of bob@localhost/5  KEY
                TIME              bob@localhost  key accepted               acceptance                        KEY  device 5
                TIME              bob@localhost  refused: sender undecided  trust message of bob@localhost/5  KEY
                TIME              bob@localhost  refused: unusable          URI                               It has no OMEMO keys.
                """.replace("TIME            ", LocalTime.of(TIME))
                .replace("KEY ", SHOWN + " ")
                .replace("KEY\n", SHOWN + "\n"));
    }

    @Test
    void theNamesAndTheOrderOfTheFieldsAreAPromise() {
        new JournalReport(command.terminal()).json(List.of(ENTRIES.get(0), ENTRIES.get(3), ENTRIES.get(6)));

        assertThat(command.out()).isEqualTo("""
                {"number":7,"time":"2026-07-01T10:02:03Z","jid":"bob@localhost","fingerprint":"KEY","from":"verified","trust":null,\
                "means":"undo","by":null,"reason":"a slip\\u001B[2J","refusal":null}
                {"number":4,"time":"2026-07-01T10:02:03Z","jid":"bob@localhost","fingerprint":"KEY","from":null,"trust":"distrusted",\
                "means":"trust-message","by":{"jid":"bob@localhost","device":5,"fingerprint":"KEY"},"reason":"","refusal":null}
                {"number":1,"time":"2026-07-01T10:02:03Z","jid":"bob@localhost","fingerprint":null,"from":null,"trust":null,\
                "means":"uri","by":null,"reason":"It has no OMEMO keys.","refusal":"unusable"}
                """.replace("KEY", KEY.hex()));
    }

    private static TrustEntry entry(
            long number,
            @Nullable TrustLevel from,
            @Nullable TrustLevel to,
            TrustMeans means,
            String reason,
            @Nullable TrustRefusal refusal) {
        return new TrustEntry(
                number,
                TIME,
                BOB,
                Optional.of(KEY),
                Optional.ofNullable(from),
                Optional.ofNullable(to),
                means,
                means == TrustMeans.TRUST_MESSAGE ? PHONE : Optional.empty(),
                reason,
                Optional.ofNullable(refusal));
    }
}
