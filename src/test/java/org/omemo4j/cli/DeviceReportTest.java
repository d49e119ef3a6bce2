/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/** The table of devices, and what programs get in its place. */
class DeviceReportTest {
    private static final EntityBareJid ALICE = JidCreate.entityBareFromOrThrowUnchecked("alice@localhost");
    private static final Instant SEEN = Instant.parse("2026-07-01T10:02:03Z");
    private static final Fingerprint KEY = new Fingerprint("0123456789abcdef".repeat(4));
    private static final String SHOWN = "01234567 89abcdef 01234567 89abcdef 01234567 89abcdef 01234567 89abcdef";

    private static final List<KnownDevice> DEVICES = List.of(
            device(27183, Set.of(Omemo2.NAMESPACE, Axolotl.NAMESPACE), "desk", Optional.of(KEY), TrustLevel.VERIFIED),
            device(5, Set.of(Axolotl.NAMESPACE), "\u001b[2Jlap\ntop", Optional.of(KEY), TrustLevel.BLINDLY_TRUSTED),
            device(314159265, Set.of(Omemo2.NAMESPACE), "", Optional.empty(), TrustLevel.UNDECIDED),
            device(6, Set.of(), "", Optional.of(KEY), TrustLevel.COMPROMISED));

    private final CommandRun command = new CommandRun();

    @Test
    void aFileGetsALineForEachDevice() {
        report().table(DEVICES);

        assertThat(command.out())
                .isEqualTo("""
                DEVICE     LABEL        VERSIONS        TRUST        LAST SEEN         FINGERPRINT
                27183      desk         omemo2, legacy  this device  SEEN              KEY
                5          ?[2Jlap top  legacy          trusted      SEEN              KEY
                314159265  -            omemo2          undecided    SEEN              not known yet
                6          -            not in use      compromised  SEEN              KEY
                """.replace("SEEN            ", LocalTime.of(SEEN)).replace("KEY", SHOWN));
    }

    @Test
    void onATerminalThatIsTooNarrowFingerprintsStandBelow() {
        command.tty().variable("COLUMNS", "80").variable("NO_COLOR", "1").variable("TERM", "xterm-256color");

        report().table(DEVICES.subList(0, 1));

        assertThat(command.out()).isEqualTo("""
                DEVICE  LABEL  VERSIONS        TRUST        LAST SEEN
                  FINGERPRINT
                27183   desk   omemo2, legacy  this device  SEEN
                  KEY
                """.replace("SEEN\n  KEY", LocalTime.of(SEEN) + "\n  KEY")
                .replace("KEY", SHOWN));
    }

    @Test
    void onAWideOneTheyStandBesideTheRestAndAreInColour() {
        command.tty().variable("COLUMNS", "150").variable("TERM", "xterm-256color");

        report().table(DEVICES.subList(0, 1));

        assertThat(command.out())
                .hasLineCount(2)
                .contains("  " + TerminalColors.INDEXED.paint(KEY) + "\n")
                .contains("\u001b[38;5;");
    }

    @Test
    void theNamesAndTheOrderOfTheFieldsAreAPromise() {
        report().json(DEVICES.subList(2, 4));

        assertThat(command.out()).isEqualTo("""
                {"jid":"alice@localhost","device":314159265,"thisDevice":false,"label":null,"versions":["urn:xmpp:omemo:2"],"trust":"undecided",\
                "firstSeen":"2026-07-01T10:02:03Z","lastSeen":"2026-07-01T10:02:03Z","fingerprint":null}
                {"jid":"alice@localhost","device":6,"thisDevice":false,"label":null,"versions":[],"trust":"compromised",\
                "firstSeen":"2026-07-01T10:02:03Z","lastSeen":"2026-07-01T10:02:03Z","fingerprint":"KEY"}
                """.replace("KEY", KEY.hex()));
    }

    private DeviceReport report() {
        return new DeviceReport(command.terminal(), new DeviceAddress(ALICE, new DeviceId(27183)));
    }

    private static KnownDevice device(
            int id, Set<String> versions, String label, Optional<Fingerprint> key, TrustLevel trust) {
        return new KnownDevice(
                new DeviceAddress(ALICE, new DeviceId(id)),
                versions,
                Optional.of(label).filter(text -> !text.isEmpty()),
                key,
                trust,
                SEEN,
                SEEN,
                false);
    }
}
