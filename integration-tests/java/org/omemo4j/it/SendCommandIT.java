/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;

/** The `omemo send` command as its users run it. */
@OnServer
class SendCommandIT {
    @Test
    void standardInputIsAMessage(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");

        OmemoCommand send = shell.send(alice, bob.jid().toString(), "-");
        send.say("first line");
        send.say("second line");
        send.endInput();

        assertThat(send.exitCode()).as("%s", send).isZero();
        bob.awaitAnywhere("first line\nsecond line");
    }

    @Test
    void sendTakesNoMessageAwayFromOtherClients(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        shell.chat(alice).quit(); // publishes her device
        bob.send(alice.jid(), "for later");
        bob.awaitSent();

        assertThat(shell.send(alice, bob.jid().toString(), "meanwhile").exitCode())
                .isZero();

        OmemoCommand chat = shell.chat(alice);
        assertThat(chat.event("message", "body", "for later").path("delayed").asBoolean())
                .isTrue();
        chat.quit();
    }

    @Test
    void aBotThatOnlySendsReadsTheAnswersToItsKeyExchanges(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");

        for (String text : new String[] {"one", "two", "three"}) {
            OmemoCommand send = shell.send(alice, bob.jid().toString(), text);
            assertThat(send.exitCode()).as("%s", send).isZero();
            assertThat(send.err()).isEmpty();
            bob.awaitAnywhere(text);
            bob.awaitSent();
        }

        assertThat(bob.wire().encryptedReceived())
                .extracting(WireLog.Line::isKeyExchange)
                .containsExactly(true, false, false);
    }

    @Test
    void sendLeavesTextsUnreadAndSaysSo(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        assertThat(shell.send(alice, bob.jid().toString(), "one").exitCode()).isZero();
        bob.awaitAnywhere("one");
        bob.send(alice.jid(), "are you a bot?");
        bob.awaitSent();

        OmemoCommand send = shell.send(alice, bob.jid().toString(), "two");

        assertThat(send.exitCode()).as("%s", send).isZero();
        assertThat(send.err()).singleElement().asString().contains("a message has come");
        bob.awaitAnywhere("two");
        OmemoCommand chat = shell.chat(alice);
        chat.event("message", "body", "are you a bot?");
        chat.quit();
    }

    @Test
    void sendWaitsForABusyStore(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        OmemoCommand chat = shell.chat(alice);
        chat.ready();

        OmemoCommand send = shell.send(alice, bob.jid().toString(), "after the chat");
        send.awaitErr("waiting");
        chat.quit();

        assertThat(send.exitCode()).as("%s", send).isZero();
        bob.awaitAnywhere("after the chat");
    }

    @Test
    void sendGivesUpAStoreThatStaysBusy(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        OmemoCommand chat = shell.chat(alice);
        chat.ready();

        OmemoCommand send =
                shell.run(alice, "send", "--wait", "500ms", alice.jid().toString(), "never");

        assertThat(send.exitCode()).isEqualTo(1);
        assertThat(send.err()).last().asString().contains("still in use");
        chat.quit();
    }

    @Test
    void aContactWithoutOmemoGetsNothing(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client plain = world.client(world.account("plain"))
                .start(ClientBuilder.Start.NEVER)
                .open();

        OmemoCommand send = shell.send(alice, plain.jid().toString(), "not for the server");

        send.assertFailsInOneLine(1, plain.jid().toString());
        assertThat(plain.bodies()).doesNotContain("not for the server");
    }

    @Test
    void aMessageThatTheServerNeverConfirmsIsAFailure(World world) {
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        DeafServer deaf = new DeafServer("<encrypted");

        try (Relay server = Relay.before(world.server().endpoint(), deaf)) {
            OmemoCommand send = new Shell(world)
                    .at(server.address())
                    .run(alice, "send", "--wait", "20s", bob.jid().toString(), "never confirmed");

            send.assertFailsInOneLine(1, "could not leave within");
            assertThat(deaf.isDeaf()).as("the message was sent: %s", send).isTrue();
        }
    }

    @Test
    void aWrongPasswordIsOneLine(World world) {
        Account alice = world.account("alice");
        Account impostor = new Account(alice.jid(), "not " + alice.password());

        OmemoCommand send = new Shell(world).send(impostor, alice.jid().toString(), "hi");

        send.assertFailsInOneLine(1, "wrong password");
    }

    @Test
    void anUnreachableServerIsOneLine(World world) throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }

        OmemoCommand send = new Shell(world)
                .at("127.0.0.1:" + closed)
                .send(new Account(JidCreate.entityBareFrom("alice@localhost"), "x"), "bob@localhost", "hi");

        send.assertFailsInOneLine(1, "no server can be reached");
    }

    @Test
    void aBadJidIsOneLine(World world) {
        OmemoCommand send =
                OmemoCommand.start(world, Map.of(), List.of(), "send", "--jid", "alice", "bob@localhost", "hi");

        send.assertFailsInOneLine(2, "'alice' is not an address");
    }
}
