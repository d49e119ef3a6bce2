/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.trust.Decision;

/** What `omemo devices` shows of a store. */
class DevicesCommandTest {
    @TempDir
    Path folder;

    @Test
    void devicesOfAContactAreShownWithoutALogin() {
        AliceAtHome alice = new AliceAtHome(folder);

        assertThat(alice.run("devices", AliceAtHome.BOB)).isZero();

        assertThat(alice.out().lines().toList())
                .hasSize(2)
                .element(1)
                .asString()
                .startsWith(alice.phone.address().device() + "  phone  omemo2, legacy  trusted  "
                        + LocalTime.of(alice.world.clock().instant()))
                .endsWith("  " + AliceAtHome.key(alice.phone));
        assertThat(alice.err()).isEmpty();
    }

    @Test
    void ourOwnAreShownWithoutAJidAndThisOneIsMarked() {
        AliceAtHome alice = new AliceAtHome(folder);
        alice.online(() -> alice.world.device(AliceAtHome.ALICE));

        assertThat(alice.run("devices")).isZero();

        assertThat(alice.out()).hasLineCount(3);
        assertThat(alice.out().lines().toList().get(1))
                .startsWith(alice.device().address().device() + " ")
                .contains("  desk  ", "  this device  ")
                .endsWith("  " + AliceAtHome.key(alice.device()));
        assertThat(alice.out().lines().toList().get(2)).endsWith("  not known yet"); // nobody has written to it
        assertThat(alice.err()).hasLineCount(1).contains("--fetch");
    }

    @Test
    void aDecisionAndAListThatWasLeftAreSeen() {
        AliceAtHome alice = new AliceAtHome(folder);
        alice.online(() -> {
            alice.device().decides(alice.phone, Decision.VERIFY);
            alice.device().hears(alice.phone.jid(), alice.world.putDeviceList(alice.phone.jid()));
        });

        alice.run("devices", AliceAtHome.BOB);

        assertThat(alice.out()).contains("  legacy  ").contains("  verified  ");
    }

    @Test
    void aProgramGetsALineForEach() {
        AliceAtHome alice = new AliceAtHome(folder);

        assertThat(alice.run("devices", "--json", AliceAtHome.BOB)).isZero();

        TestDevice phone = alice.phone;
        assertThat(alice.out())
                .isEqualTo("{\"jid\":\"bob@example.com\",\"device\":"
                        + phone.address().device()
                        + ",\"thisDevice\":false,\"label\":\"phone\",\"versions\":[\"eu.siacs.conversations.axolotl\",\"urn:xmpp:omemo:2\"],"
                        + "\"trust\":\"blindly-trusted\",\"firstSeen\":\"2026-11-23T12:00:00Z\",\"lastSeen\":\"2026-11-23T12:00:00Z\","
                        + "\"fingerprint\":\"" + AliceAtHome.key(phone).hex() + "\"}\n");
    }

    @Test
    void aContactOfWhomNothingIsKnownIsOneLineThatNamesTheRemedy() {
        AliceAtHome alice = new AliceAtHome(folder);

        assertThat(alice.run("devices", "carol@example.net")).isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("carol@example.net", "--fetch");
        assertThat(alice.out()).isEmpty();
    }

    @Test
    void whoHasNeverLoggedInHasNoKeysAndGetsNoStore() {
        Path store = folder.resolve("none.db");
        CommandRun command = new CommandRun();

        assertThat(command.run("devices", "--jid", "alice@example.org", "--store", store.toString()))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("no keys of alice@example.org", "none.db", "omemo chat");
        assertThat(folder).isEmptyDirectory();
    }

    /** As after a first login with a wrong password. */
    @Test
    void aStoreWithoutADeviceIsNotTakenForOne() throws Exception {
        Path store = Files.createFile(folder.resolve("empty.db"));

        for (int run = 0; run < 2; run++) {
            CommandRun command = new CommandRun();
            assertThat(command.run("fingerprint", "--jid", "alice@example.org", "--store", store.toString()))
                    .isEqualTo(1);
            assertThat(command.err()).hasLineCount(1).contains("no keys of alice@example.org");
            assertThat(command.out()).isEmpty();
        }
    }

    @Test
    void theStoreOfSomebodyElseIsOneLine() {
        AliceAtHome alice = new AliceAtHome(folder);
        CommandRun command = new CommandRun();

        assertThat(command.run(
                        "devices",
                        "--jid",
                        "bob@example.com",
                        "--store",
                        alice.store().toString()))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("belongs to alice@example.org");
    }

    @Test
    void aStoreInUseIsWaitedForAndNamed() throws Exception {
        AliceAtHome alice = new AliceAtHome(folder);
        alice.device().store().lock();

        assertThat(alice.run("devices", "--wait", "200ms")).isEqualTo(1);

        assertThat(alice.err())
                .contains("omemo: waiting: ", "the store is still in use after 200 ms", "; stop it first\n")
                .doesNotContain("another store"); // which is another device
        alice.device().store().close();
        assertThat(alice.run("devices")).isZero();
    }

    @Test
    void toFetchNeedsAPassword() {
        AliceAtHome alice = new AliceAtHome(folder);

        assertThat(alice.run("devices", "--fetch")).isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("--password-file");
    }
}
