/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The `omemo` command as its users run it. */
@OnServer
class CliIT {
    private final Path stores = TestServer.scratch("cli");

    @Test
    void whatIsSentArrivesAtAChat(World world) {
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand chat = chat(world, bob);
        JsonNode ready = chat.ready();
        String text = World.unique("Gr\u00fc\u00dfe \ud83d\ude00");

        OmemoCommand send = send(world, alice, bob.jid().toString(), text);

        assertThat(send.exitCode()).as("%s", send).isZero();
        assertThat(send.out()).isEmpty();
        assertThat(send.err()).isEmpty();
        JsonNode message = chat.event("message", "body", text);
        assertThat(ready.path("jid").asText()).isEqualTo(bob.jid().toString());
        assertThat(ready.path("device").asInt()).isPositive();
        assertThat(ready.path("fingerprint").asText()).matches("[0-9a-f]{64}");
        assertThat(message.path("from").asText()).isEqualTo(alice.jid().toString());
        assertThat(message.path("body").asText()).isEqualTo(text);
        assertThat(message.path("device").asInt()).isPositive();
        assertThat(message.path("version").asText()).isEqualTo("urn:xmpp:omemo:2");
        assertThat(message.path("encrypted").asBoolean()).isTrue();
        assertThat(message.path("delayed").asBoolean()).isFalse();
        assertThat(message.path("carbon").asBoolean()).isFalse();
        assertThat(message.path("id").asText()).isNotEmpty();
        quit(chat);
    }

    @Test
    void standardInputIsAMessage(World world) {
        Account alice = world.account("alice");
        Client bob = world.person("bob");

        OmemoCommand send = send(world, alice, bob.jid().toString(), "-");
        send.say("first line");
        send.say("second line");
        send.endInput();

        assertThat(send.exitCode()).as("%s", send).isZero();
        bob.awaitAnywhere("first line\nsecond line");
    }

    @Test
    void twoChatsTalkAndTellWhatWasSent(World world) {
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = chat(world, alice);
        OmemoCommand bobChat = chat(world, bob);
        aliceChat.ready();
        bobChat.ready();

        for (int round = 1; round <= 3; round++) {
            aliceChat.say(sendLine(bob, "question " + round));
            bobChat.event("message", "body", "question " + round);
            bobChat.say(sendLine(alice, "answer " + round));
            aliceChat.event("message", "body", "answer " + round);
        }

        JsonNode sent = aliceChat.event("sent", "to", bob.jid().toString());
        assertThat(sent.path("devices").asInt()).isEqualTo(1);
        assertThat(bobChat.event("message", "id", sent.path("id").asText())
                        .path("body")
                        .asText())
                .isEqualTo("question 1");
        quit(aliceChat);
        quit(bobChat);
    }

    @Test
    void aMalformedLineIsAnErrorAndTheChatGoesOn(World world) {
        Account alice = world.account("alice");
        OmemoCommand chat = chat(world, alice);
        chat.ready();

        chat.say("no JSON");
        chat.say("{\"command\":\"send\",\"to\":\"@\",\"body\":\"hi\"}");

        chat.event("error", "message", "not JSON");
        chat.event("error", "message", "\"to\"");
        quit(chat);
    }

    @Test
    void theEndOfInputEndsAChatAfterItsMessagesHaveLeft(World world) {
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        OmemoCommand chat = chat(world, alice);

        chat.say(sendLine(bob.account(), "last words"));
        chat.endInput();

        assertThat(chat.exitCode()).as("%s", chat).isZero();
        bob.awaitAnywhere("last words");
    }

    @Test
    void aMessageInClearIsMarked(World world) {
        Account bob = world.account("bob");
        Client plain = world.client(world.account("plain"))
                .start(ClientBuilder.Start.NEVER)
                .open();
        OmemoCommand chat = chat(world, bob);
        chat.ready();

        plain.send(bob.jid(), "in clear");

        JsonNode message = chat.event("message", "body", "in clear");
        assertThat(message.path("encrypted").asBoolean()).isFalse();
        assertThat(message.path("device").isNull()).isTrue();
        quit(chat);
    }

    @Test
    void sendTakesNoMessageAwayFromOtherClients(World world) {
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        quit(chat(world, alice)); // publishes her device
        bob.send(alice.jid(), "for later");
        bob.awaitSent();

        assertThat(send(world, alice, bob.jid().toString(), "meanwhile").exitCode())
                .isZero();

        OmemoCommand chat = chat(world, alice);
        assertThat(chat.event("message", "body", "for later").path("delayed").asBoolean())
                .isTrue();
        quit(chat);
    }

    @Test
    void sendWaitsForABusyStore(World world) {
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        OmemoCommand chat = chat(world, alice);
        chat.ready();

        OmemoCommand send = send(world, alice, bob.jid().toString(), "after the chat");
        send.awaitErr("waiting");
        quit(chat);

        assertThat(send.exitCode()).as("%s", send).isZero();
        bob.awaitAnywhere("after the chat");
    }

    @Test
    void sendGivesUpAStoreThatStaysBusy(World world) {
        Account alice = world.account("alice");
        OmemoCommand chat = chat(world, alice);
        chat.ready();

        OmemoCommand send =
                start(world, alice, "send", "--wait", "500ms", alice.jid().toString(), "never");

        assertThat(send.exitCode()).isEqualTo(1);
        assertThat(send.err()).last().asString().contains("still in use");
        quit(chat);
    }

    @Test
    void subscriptionsAreAskedForAndGranted(World world) {
        Client alice = world.person("alice");
        Account bob = world.account("bob");
        OmemoCommand chat = chat(world, bob);
        chat.ready();

        chat.say("{\"command\":\"subscribe\",\"to\":\"" + alice.jid() + "\"}");
        alice.subscribe(bob);

        alice.awaitSubscribed(bob);
        quit(chat);
    }

    @Test
    void aContactWithoutOmemoGetsNothing(World world) {
        Account alice = world.account("alice");
        Client plain = world.client(world.account("plain"))
                .start(ClientBuilder.Start.NEVER)
                .open();

        OmemoCommand send = send(world, alice, plain.jid().toString(), "not for the server");

        assertFailsInOneLine(send, 1, plain.jid().toString());
        assertThat(plain.bodies()).doesNotContain("not for the server");
    }

    @Test
    void aMessageThatTheServerNeverConfirmsIsAFailure(World world) {
        Account alice = world.account("alice");
        Client bob = world.person("bob");

        assertFailsInOneLine(sendToADeafServer(world, alice, bob), 1, "could not leave within");
    }

    @Test
    void aWrongPasswordIsOneLine(World world) {
        Account alice = world.account("alice");

        OmemoCommand send = send(
                world,
                new Account(alice.jid(), "not " + alice.password()),
                "bob@" + world.server().domain(),
                "hi");

        assertFailsInOneLine(send, 1, "wrong password");
    }

    @Test
    void anUnreachableServerIsOneLine(World world) throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }

        OmemoCommand send = OmemoCommand.start(
                world,
                Map.of("OMEMO_PASSWORD", "x"),
                List.of(),
                "send",
                "--jid",
                "alice@localhost",
                "--insecure",
                "--server",
                "127.0.0.1:" + closed,
                "--store",
                stores.resolve("unreachable.db").toString(),
                "bob@localhost",
                "hi");

        assertFailsInOneLine(send, 1, "no server can be reached");
    }

    @Test
    void aBadJidIsOneLine(World world) {
        OmemoCommand send =
                OmemoCommand.start(world, Map.of(), List.of(), "send", "--jid", "alice", "bob@localhost", "hi");

        assertFailsInOneLine(send, 2, "'alice' is not an address");
    }

    @Test
    void theDemoOnAGivenServerShowsBothSides(World world) {
        ClientBuilder.Endpoint endpoint = world.server().endpoint();

        OmemoCommand demo = OmemoCommand.start(
                world,
                Map.of("COLUMNS", "90"),
                List.of(),
                "demo",
                "--insecure",
                "--server",
                endpoint.host() + ":" + endpoint.port(),
                "--domain",
                endpoint.domain());

        assertThat(demo.exitCode()).as("%s", demo).isZero();
        assertThat(demo.out())
                .anySatisfy(line -> assertThat(line).contains("Hello Bob!"))
                .anySatisfy(line -> assertThat(line).contains("| ", "<encrypted xmlns='urn:xmpp:omemo:2'>"))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(90));
    }

    @Test
    void theDemoStartsAServerAndStopsIt(World world) throws IOException {
        Path temporary = TestServer.scratch("demo");

        OmemoCommand demo =
                OmemoCommand.start(world, Map.of(), List.of("-Djava.io.tmpdir=" + temporary.toAbsolutePath()), "demo");

        assertThat(demo.exitCode()).as("%s", demo).isZero();
        assertThat(demo.out()).anySatisfy(line -> assertThat(line).contains("none of the sentences"));
        assertThat(demoFolders(temporary)).isEmpty();
    }

    @Test
    void aDemoThatIsInterruptedStopsItsServer(World world) throws IOException {
        Path temporary = TestServer.scratch("demo");
        OmemoCommand demo =
                OmemoCommand.start(world, Map.of(), List.of("-Djava.io.tmpdir=" + temporary.toAbsolutePath()), "demo");
        demo.awaitErr("making two accounts");

        demo.interrupt();

        assertThat(demo.exitCode()).isNotZero();
        assertThat(demoFolders(temporary)).isEmpty();
    }

    @Test
    void theLauncherRunsTheJarAndPassesItsExitCode(World world) {
        List<String> launcher = List.of(Path.of("omemo").toAbsolutePath().toString());

        OmemoCommand version = OmemoCommand.start(world, Map.of(), append(launcher, "--version"));
        OmemoCommand wrong = OmemoCommand.start(world, Map.of(), append(launcher, "send"));

        assertThat(version.exitCode()).as("%s", version).isZero();
        assertThat(version.out()).singleElement().asString().startsWith("omemo ");
        assertThat(wrong.exitCode()).isEqualTo(2);
    }

    private OmemoCommand chat(World world, Account account) {
        return start(world, account, "chat", "--json");
    }

    private OmemoCommand send(World world, Account account, String to, String text) {
        return start(world, account, "send", to, text);
    }

    /** With the account's own store, the server's address and the password in a file. */
    private OmemoCommand start(World world, Account account, String command, String... more) {
        ClientBuilder.Endpoint endpoint = world.server().endpoint();
        Path password = stores.resolve(account.name() + ".password");
        Smack.run(() -> Files.writeString(password, account.password() + "\n"));
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--jid",
                account.jid().toString(),
                "--insecure",
                "--server",
                endpoint.host() + ":" + endpoint.port(),
                "--password-file",
                password.toString(),
                "--store",
                stores.resolve(account.name() + ".db").toString()));
        arguments.addAll(List.of(more));
        // A UTF-8 locale, for the arguments; the launcher sees to it for people.
        return OmemoCommand.start(world, Map.of("LC_ALL", "C.UTF-8"), List.of(), arguments.toArray(String[]::new));
    }

    /** Everything gets there; but once the message has, nothing comes back any more. Returns when the command has ended. */
    private OmemoCommand sendToADeafServer(World world, Account from, Client to) {
        try (DeafServer server = DeafServer.before(world.server().endpoint(), "<encrypted")) {
            OmemoCommand send = OmemoCommand.start(
                    world,
                    Map.of("OMEMO_PASSWORD", from.password()),
                    List.of(),
                    "send",
                    "--jid",
                    from.jid().toString(),
                    "--insecure",
                    "--server",
                    "127.0.0.1:" + server.port(),
                    "--store",
                    stores.resolve(from.name() + ".db").toString(),
                    "--wait",
                    "10s",
                    to.jid().toString(),
                    "never confirmed");
            assertThat(send.exitCode()).as("%s", send).isNotZero();
            assertThat(server.isDeaf()).as("the message was sent: %s", send).isTrue();
            return send;
        }
    }

    private static String sendLine(Account to, String body) {
        return "{\"command\":\"send\",\"to\":\"" + to.jid() + "\",\"body\":\"" + body + "\"}";
    }

    private static void quit(OmemoCommand chat) {
        chat.ready();
        chat.say("{\"command\":\"quit\"}");
        assertThat(chat.exitCode()).as("%s", chat).isZero();
        assertThat(chat.events()).isNotEmpty();
    }

    private static void assertFailsInOneLine(OmemoCommand command, int exitCode, String says) {
        assertThat(command.exitCode()).as("%s", command).isEqualTo(exitCode);
        assertThat(command.err()).singleElement().asString().contains(says).doesNotContain("Exception");
        assertThat(command.out()).isEmpty();
    }

    private static List<Path> demoFolders(Path temporary) throws IOException {
        try (Stream<Path> all = Files.list(temporary)) {
            return all.filter(path -> path.getFileName().toString().startsWith("omemo-demo"))
                    .toList();
        }
    }

    private static List<String> append(List<String> list, String last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
