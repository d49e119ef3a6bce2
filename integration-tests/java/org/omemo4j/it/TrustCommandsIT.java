/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Devices, fingerprints and decisions about keys, as people and programs get them from the command. */
@OnServer
class TrustCommandsIT {
    @Test
    void aContactIsVerifiedByTheUriOfItsFingerprint(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        String bobJid = bob.jid().toString();
        shell.chat(bob).quit(); // publishes his device
        done(shell.send(alice, bobJid, "hello"));
        assertThat(only(shell.runLocally(alice, "devices", "--json", bobJid))
                        .path("trust")
                        .asText())
                .isEqualTo("blindly-trusted");

        JsonNode shown = only(shell.runLocally(bob, "fingerprint", "--json"));
        JsonNode verified = only(shell.runLocally(
                alice, "verify", "--json", "--of", bobJid, shown.path("uri").asText()));

        assertThat(verified.path("result").asText()).isEqualTo("verified");
        assertThat(verified.path("fingerprint")).isEqualTo(shown.path("fingerprint"));
        JsonNode device = only(shell.runLocally(alice, "devices", "--json", bobJid));
        assertThat(device.path("trust").asText()).isEqualTo("verified");
        assertThat(device.path("fingerprint")).isEqualTo(shown.path("fingerprint"));
        assertThat(device.path("device")).isEqualTo(shown.path("device"));
        JsonNode entry = only(shell.runLocally(alice, "journal", "--json", bobJid));
        assertThat(entry.path("means").asText()).isEqualTo("uri");
        assertThat(entry.path("trust").asText()).isEqualTo("verified");
        done(shell.send(alice, bobJid, "to a verified device"));
    }

    @Test
    void theKeysOfAContactAreFetchedBeforeTheFirstMessage(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");

        JsonNode device =
                only(shell.run(alice, "devices", "--fetch", "--json", bob.jid().toString()));

        assertThat(device.path("device").asInt()).isEqualTo(bob.deviceId());
        assertThat(device.path("fingerprint").asText())
                .isEqualTo(bob.omemo().ownDevice().fingerprint().hex());
        assertThat(only(shell.runLocally(alice, "devices", "--json"))
                        .path("thisDevice")
                        .asBoolean())
                .as("the login has announced a device")
                .isTrue();
    }

    @Test
    void whoseDevicesCannotBeFoundOutIsOneLine(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");

        shell.run(alice, "devices", "--fetch", "bob@nowhere.invalid").assertFailsInOneLine(1, "could not be found out");
    }

    @Test
    void whatIsVerifiedOnOneDeviceReachesAnotherAtTheNextLogin(World world) {
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        String bobJid = bob.jid().toString();
        Shell desk = new Shell(world);
        Shell laptop = new Shell(world);
        desk.chat(alice).quit();
        laptop.chat(alice).quit();
        desk.chat(bob).quit();
        done(laptop.run(alice, "devices", "--fetch", bobJid)); // it knows his key then
        only(desk.runLocally(alice, "verify", "--json", uri(laptop, alice)));
        only(laptop.runLocally(alice, "verify", "--json", uri(desk, alice)));
        JsonNode bobs = only(desk.runLocally(bob, "fingerprint", "--json"));
        OmemoCommand listening = laptop.chat(alice);
        listening.ready();

        only(desk.runLocally(alice, "verify", "--json", bobs.path("uri").asText()));
        done(desk.send(alice, bobJid, "hello"));

        listening.awaitOut(" is verified now");
        listening.quit();
        assertThat(only(laptop.runLocally(alice, "devices", "--json", bobJid))
                        .path("trust")
                        .asText())
                .isEqualTo("verified");
        assertThat(only(laptop.runLocally(alice, "journal", "--json", bobJid))
                        .path("means")
                        .asText())
                .isEqualTo("trust-message");
    }

    @Test
    void whatWaitsForADecisionLeavesByNoLooserPolicyOfALaterLogin(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        String bobJid = bob.account().jid().toString();
        for (String text : List.of("the first", "the second")) {
            shell.run(alice, "send", "--trust", "manual", bobJid, text)
                    .assertFailsInOneLine(1, "wait for a decision about " + bobJid);
        }

        JsonNode device = only(shell.run(alice, "devices", "--fetch", "--json", bobJid));
        shell.send(alice, bobJid, "the third").assertFailsInOneLine(1, "wait for a decision about " + bobJid);

        assertThat(device.path("trust").asText())
                .as("by the policy of these runs")
                .isEqualTo("blindly-trusted");
        assertThat(bob.bodies()).isEmpty();
        only(shell.runLocally(
                alice, "trust", "--json", bobJid, device.path("fingerprint").asText()));
        done(shell.send(alice, bobJid, "the fourth"));
        bob.awaitAnywhere("the fourth");
        assertThat(bob.bodies()).containsExactly("the first", "the second", "the third", "the fourth");
    }

    @Test
    void aLabelStaysUntilItIsTakenBack(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        shell.chat(bob).quit();

        shell.run(alice, "chat", "--json", "--label", "kitchen bot").quit();
        done(shell.run(alice, "devices", "--fetch", bob.jid().toString()));
        assertThat(label(shell, bob, alice)).isEqualTo("kitchen bot");

        OmemoCommand chat = shell.run(alice, "chat", "--json", "--label", "");
        chat.ready();
        Await.until(() -> "no label of " + chat, () -> label(shell, bob, alice).equals("null"));
        chat.quit();
    }

    private static String label(Shell shell, Account seenBy, Account of) {
        return only(shell.run(seenBy, "devices", "--fetch", "--json", of.jid().toString()))
                .path("label")
                .asText();
    }

    @Test
    void aStoreThatAChatHoldsIsSaid(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        OmemoCommand chat = shell.chat(alice);
        chat.ready();

        OmemoCommand devices = shell.runLocally(alice, "devices", "--wait", "500ms");

        assertThat(devices.exitCode()).isEqualTo(1);
        assertThat(devices.err()).last().asString().contains("still in use", "omemo chat");
        chat.quit();
    }

    private static String uri(Shell shell, Account account) {
        return only(shell.runLocally(account, "fingerprint", "--json"))
                .path("uri")
                .asText();
    }

    /** The one line of a command that has done what it was asked. */
    private static JsonNode only(OmemoCommand command) {
        List<JsonNode> lines = done(command).events();
        assertThat(lines).as("%s", command).hasSize(1);
        return lines.get(0);
    }

    private static OmemoCommand done(OmemoCommand command) {
        assertThat(command.exitCode()).as("%s", command).isZero();
        return command;
    }
}
