/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.store.sql.SqlStore;

/** Both versions of OMEMO on one server, among clients of this library. */
@OnServer
class VersionsIT {
    private static final OmemoConfig LEGACY = OmemoConfig.defaults().withVersions(List.of(Axolotl.VERSION));
    private static final OmemoConfig STRICT = OmemoConfig.defaults().withVersions(List.of(Omemo2.VERSION));

    @Test
    void aClientThatSpeaksOnlyLegacyTalksWithOneThatSpeaksBoth(World world) {
        Client alice = world.person("alice");
        Client bob = world.client(world.account("bob")).config(LEGACY).open();

        alice.send(bob, "to legacy");
        Message read = bob.reads(alice, "to legacy");
        bob.send(alice, "from legacy");
        alice.reads(bob, "from legacy");
        alice.send(bob, "and again");
        bob.reads(alice, "and again");

        assertThat(OmemoInfo.of(read)).map(OmemoInfo::coverage).contains(Coverage.BODY);
        assertThat(bob.bodies()).containsExactly("to legacy", "and again");
        assertThat(alice.wire().messagesSent())
                .filteredOn(line -> line.xml().contains("<encrypted"))
                .isNotEmpty()
                .allMatch(line -> line.xml().contains("<encrypted xmlns='eu.siacs.conversations.axolotl'"));
        assertThat(alice.wire().raw()).doesNotContain("to legacy", "from legacy", "and again");
    }

    @Test
    void anAccountWithOneDeviceOfEachReadsOnEachOnce(World world) {
        Client alice = world.client(world.account("alice")).carbons().open();
        Client old = world.client(world.account("bob")).config(LEGACY).carbons().open();
        Client strict = world.client(old.account()).config(STRICT).carbons().open();

        alice.send(old.jid(), "to both of you");

        for (Client reader : List.of(old, strict)) {
            Message message = reader.awaitAnywhere("to both of you");
            assertThat(OmemoInfo.of(message)).map(OmemoInfo::version).contains(version(reader == old));
            assertThat(reader.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
        }
        assertThat(alice.wire().messagesSent())
                .filteredOn(line -> line.xml().contains("<payload>"))
                .singleElement()
                .satisfies(line -> assertThat(line.xml()).contains(Omemo2.NAMESPACE, Axolotl.NAMESPACE));
        assertThat(alice.wire().raw()).doesNotContain("to both of you");
    }

    @Test
    void oneClientHasTheSameIdAndKeyInBothVersions(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        alice.send(bob, "Hello");
        bob.reads(alice, "Hello");

        assertThat(Smack.call(() -> alice.omemo().devices(bob.jid().asBareJid())))
                .singleElement()
                .satisfies(device -> {
                    assertThat(device.versions()).containsExactlyInAnyOrder(Omemo2.NAMESPACE, Axolotl.NAMESPACE);
                    assertThat(device.address().device().value()).isEqualTo(bob.deviceId());
                });
    }

    @Test
    void aClientThatIsRestrictedLaterLeavesTheOtherListAndIsWrittenToInTheRest(World world) {
        Account account = world.account("bob");
        Path file = TestServer.scratch("versions").resolve("bob.db");
        world.client(account).store(SqlStore.open(file)).open().stop();
        Client bob =
                world.client(account).store(SqlStore.open(file)).config(LEGACY).open();

        Client alice = world.person("alice");
        alice.send(bob, "in legacy now");

        assertThat(OmemoInfo.of(bob.reads(alice, "in legacy now")))
                .map(OmemoInfo::version)
                .contains(Axolotl.NAMESPACE);
    }

    private static String version(boolean legacy) {
        return legacy ? Axolotl.NAMESPACE : Omemo2.NAMESPACE;
    }
}
