/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Trust and plain text in the `omemo chat` command, as programs decide about them. */
@OnServer
class TrustChatIT {
    @Test
    void aSendWaitsForADecisionAndLeavesWithIt(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = shell.run(alice, "chat", "--json", "--trust", "manual");
        OmemoCommand bobChat = shell.run(bob, "chat", "--json", "--trust", "manual", "--label", "Bob's phone");
        aliceChat.ready();
        JsonNode bobDevice = bobChat.ready();

        aliceChat.send(bob, "do you trust me?");
        JsonNode asked = aliceChat.event("trust-request", "to", bob.jid().toString());
        JsonNode device = asked.path("devices").path(0);
        assertThat(asked.path("devices").size()).isEqualTo(1);
        assertThat(device.path("jid").asText()).isEqualTo(bob.jid().toString());
        assertThat(device.path("device").asInt())
                .isEqualTo(bobDevice.path("device").asInt());
        assertThat(device.path("label").asText()).isEqualTo("Bob's phone");
        assertThat(device.path("fingerprint").asText())
                .isEqualTo(bobDevice.path("fingerprint").asText());
        assertThat(device.path("lastSeen").asText()).matches("20\\d\\d-\\d\\d-\\d\\dT.*Z");
        aliceChat.say("{\"command\":\"decide\",\"request\":99,\"decisions\":[" + decision(device, "trust") + "]}");
        aliceChat.event("error", "message", "request 99 is not open");
        aliceChat.say("{\"command\":\"decide\",\"request\":" + asked.path("request") + ",\"decisions\":["
                + decision(device, "trust") + "]}");

        JsonNode decided = aliceChat.event("decided", "to", bob.jid().toString());
        assertThat(decided.path("decisions").path(0).path("trust").asText()).isEqualTo("blindly-trusted");
        aliceChat.event("sent", "to", bob.jid().toString());
        JsonNode read = bobChat.event("message", "body", "do you trust me?");
        assertThat(read.path("encrypted").asBoolean()).isTrue();
        assertThat(read.path("trust").asText()).isEqualTo("undecided");
        aliceChat.quit();
        bobChat.quit();
    }

    @Test
    void aPersonIsAskedInLineAndAnswersInOneLine(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand bobChat = shell.chat(bob);
        bobChat.ready();
        OmemoCommand chat =
                shell.run(alice, "chat", "--trust", "manual", bob.jid().toString());

        chat.say("first");
        chat.awaitOut("? Request 1: what you write to " + bob.jid() + " waits.");
        chat.say("second, typed while the first one waits");
        chat.say("/trust 1.1");

        chat.awaitOut("is trusted now.");
        bobChat.event("message", "body", "first");
        bobChat.event("message", "body", "second, typed while the first one waits");
        chat.say("/quit");
        assertThat(chat.exitCode()).as("%s", chat).isZero();
        bobChat.quit();
    }

    @Test
    void aUriThatIsPastedVerifiesAndMessagesShowIt(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = shell.chat(alice);
        OmemoCommand bobChat = shell.run(bob, "chat", "--json", "--trust", "manual");
        JsonNode aliceDevice = aliceChat.ready();
        bobChat.ready();
        bobChat.send(alice, "first");
        bobChat.event("trust-request", "to", alice.jid().toString());

        bobChat.say("{\"command\":\"verify\",\"to\":\"" + alice.jid() + "\",\"uri\":\"xmpp:" + alice.jid()
                + "?omemo-sid-" + aliceDevice.path("device") + "="
                + aliceDevice.path("fingerprint").asText() + "\"}");

        assertThat(bobChat.event("verification", "jid", alice.jid().toString())
                        .path("result")
                        .asText())
                .isEqualTo("verified");
        aliceChat.event("message", "body", "first");
        aliceChat.send(bob, "second");
        assertThat(bobChat.event("message", "body", "second").path("trust").asText())
                .isEqualTo("verified");
        aliceChat.quit();
        bobChat.quit();
    }

    @Test
    void aKeyIsDistrustedAndThatUndoneWhileAChatRuns(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = shell.chat(alice);
        OmemoCommand bobChat = shell.chat(bob);
        aliceChat.ready();
        JsonNode bobDevice = bobChat.ready();
        aliceChat.send(bob, "first");
        bobChat.event("message", "body", "first");
        String key = "\"jid\":\"" + bob.jid() + "\",\"fingerprint\":" + bobDevice.path("fingerprint");

        aliceChat.say("{\"command\":\"distrust\"," + key + "}");
        aliceChat.event("key-decided", "trust", "distrusted");
        aliceChat.send(bob, "second");
        aliceChat.event("error", "to", bob.jid().toString());
        aliceChat.say("{\"command\":\"undo\"," + key + "}");
        aliceChat.event("key-decided", "trust", "blindly-trusted");
        aliceChat.send(bob, "third");

        bobChat.event("message", "body", "third");
        assertThat(bobChat.events())
                .noneMatch(event -> event.path("body").asText().equals("second"));
        aliceChat.say("{\"command\":\"devices\",\"jid\":\"" + bob.jid() + "\"}");
        assertThat(aliceChat
                        .event("devices", "jid", bob.jid().toString())
                        .path("devices")
                        .path(0)
                        .path("fingerprint"))
                .isEqualTo(bobDevice.path("fingerprint"));
        aliceChat.quit();
        bobChat.quit();
    }

    @Test
    void theEndOfInputLeavesWhatWaitsForADecisionInTheStore(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        shell.chat(bob).ready();
        OmemoCommand chat = shell.run(alice, "chat", "--json", "--trust", "manual");

        chat.send(bob, "who decides?");
        chat.endInput();

        assertThat(chat.exitCode()).as("%s", chat).isEqualTo(1);
        chat.event("error", "message", "wait for a decision about devices");
        OmemoCommand again = shell.run(alice, "chat", "--json", "--trust", "manual");
        again.event("trust-request", "to", bob.jid().toString());
        again.say("{\"command\":\"refuse\",\"request\":1}");
        again.event("error", "message", "Nobody has decided");
        again.quit();
    }

    @Test
    void aMessageToSendThatWaitsForADecisionIsSaid(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        shell.chat(bob).ready();

        OmemoCommand send =
                shell.run(alice, "send", "--trust", "manual", bob.jid().toString(), "hello");

        send.assertFailsInOneLine(1, "wait for a decision about " + bob.jid());
    }

    @Test
    void plainTextIsAskedForAgreedOnAndTakenBack(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = shell.chat(alice);
        OmemoCommand bobChat = shell.chat(bob);
        aliceChat.ready();
        bobChat.ready();

        aliceChat.say("{\"command\":\"opt-out\",\"to\":\"" + bob.jid() + "\",\"reason\":\"for my records\"}");
        JsonNode optOut = bobChat.event("opt-out", "from", alice.jid().toString());
        assertThat(optOut.path("reason").asText()).isEqualTo("for my records");
        bobChat.send(alice, "blocked");
        assertThat(bobChat.event("error", "message", "would like to receive plain text")
                        .path("id")
                        .asText())
                .as("the id of the message")
                .hasSizeGreaterThan("null".length());
        bobChat.say("{\"command\":\"accept-plaintext\",\"to\":\"" + alice.jid() + "\"}");
        bobChat.event("conversation", "encrypted", "false");
        bobChat.send(alice, "in clear");

        JsonNode sent = bobChat.event("sent-in-clear", "to", alice.jid().toString());
        JsonNode read = aliceChat.event("message", "body", "in clear");
        assertThat(read.path("encrypted").asBoolean()).isFalse();
        assertThat(read.path("id").asText()).isEqualTo(sent.path("id").asText());
        bobChat.say("{\"command\":\"encrypt\",\"to\":\"" + alice.jid() + "\"}");
        bobChat.event("conversation", "encrypted", "true");
        bobChat.send(alice, "secret again");
        assertThat(aliceChat
                        .event("message", "body", "secret again")
                        .path("encrypted")
                        .asBoolean())
                .isTrue();
        assertThat(aliceChat.events())
                .noneMatch(event -> event.path("body").asText().equals("blocked"));
        aliceChat.quit();
        bobChat.quit();
    }

    private static String decision(JsonNode device, String word) {
        return "{\"jid\":\"" + device.path("jid").asText() + "\",\"fingerprint\":\""
                + device.path("fingerprint").asText() + "\",\"decision\":\"" + word + "\"}";
    }
}
