/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.roster.RosterEntry;
import org.junit.jupiter.api.Test;

/** The `omemo chat` command as programs run it. */
@OnServer
class ChatCommandIT {
    @Test
    void whatIsSentArrivesAtAChat(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand chat = shell.chat(bob);
        JsonNode ready = chat.ready();
        String text = World.unique("Gr\u00fc\u00dfe \ud83d\ude00");

        OmemoCommand send = shell.send(alice, bob.jid().toString(), text);

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
        chat.quit();
    }

    @Test
    void twoChatsTalkAndTellWhatWasSent(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = shell.chat(alice);
        OmemoCommand bobChat = shell.chat(bob);
        aliceChat.ready();
        bobChat.ready();

        for (int round = 1; round <= 3; round++) {
            aliceChat.send(bob, "question " + round);
            bobChat.event("message", "body", "question " + round);
            bobChat.send(alice, "answer " + round);
            aliceChat.event("message", "body", "answer " + round);
        }

        JsonNode sent = aliceChat.event("sent", "to", bob.jid().toString());
        assertThat(sent.path("devices").asInt()).isEqualTo(1);
        assertThat(bobChat.event("message", "id", sent.path("id").asText())
                        .path("body")
                        .asText())
                .isEqualTo("question 1");
        aliceChat.quit();
        bobChat.quit();
    }

    @Test
    void aProgramFollowsItsMessagesByTheirIds(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand aliceChat = shell.chat(alice);
        OmemoCommand bobChat = shell.chat(bob);
        aliceChat.ready();
        bobChat.ready();

        aliceChat.say("{\"command\":\"send\",\"to\":\"" + bob.jid() + "\",\"body\":\"first\",\"id\":\"ours\"}");
        bobChat.event("message", "id", "ours");
        aliceChat.event("sent", "id", "ours");
        aliceChat.send(bob, "second");
        String made = bobChat.event("message", "body", "second").path("id").asText();
        aliceChat.event("sent", "id", made);

        assertThat(aliceChat.events().stream()
                        .filter(event -> event.has("id"))
                        .map(event -> event.path("event").asText() + " "
                                + event.path("id").asText()))
                .containsExactly("accepted ours", "sent ours", "accepted " + made, "sent " + made);
        aliceChat.quit();
        bobChat.quit();
    }

    @Test
    void theVersionToWriteInCanBeChosenAndEachIsTold(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Account bob = world.account("bob");
        OmemoCommand legacy = shell.run(alice, "chat", "--json", "--version", "legacy");
        OmemoCommand omemo2 = shell.run(bob, "chat", "--json", "--version", "omemo2");
        legacy.ready();
        omemo2.ready();

        legacy.send(bob, "in legacy");
        omemo2.send(alice, "in OMEMO 2");

        assertThat(omemo2.event("message", "body", "in legacy").path("version").asText())
                .isEqualTo("eu.siacs.conversations.axolotl");
        assertThat(legacy.event("message", "body", "in OMEMO 2").path("version").asText())
                .isEqualTo("urn:xmpp:omemo:2");
        legacy.quit();
        omemo2.quit();
    }

    @Test
    void aMalformedLineIsAnErrorAndTheChatGoesOn(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        OmemoCommand chat = shell.chat(alice);
        chat.ready();

        chat.say("no JSON");
        chat.say("{\"command\":\"send\",\"to\":\"@\",\"body\":\"hi\",\"id\":\"m1\"}");

        chat.event("error", "message", "not JSON");
        assertThat(chat.event("error", "message", "\"to\"").path("id").asText()).isEqualTo("m1");
        chat.quit();
    }

    @Test
    void theEndOfInputEndsAChatAfterItsMessagesHaveLeft(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        OmemoCommand chat = shell.chat(alice);

        chat.send(bob.account(), "last words");
        chat.endInput();

        assertThat(chat.exitCode()).as("%s", chat).isZero();
        bob.awaitAnywhere("last words");
    }

    @Test
    void aMessageInClearIsMarked(World world) {
        Shell shell = new Shell(world);
        Account bob = world.account("bob");
        Client plain = world.client(world.account("plain"))
                .start(ClientBuilder.Start.NEVER)
                .open();
        OmemoCommand chat = shell.chat(bob);
        chat.ready();

        plain.send(bob.jid(), "in clear");

        JsonNode message = chat.event("message", "body", "in clear");
        assertThat(message.path("encrypted").asBoolean()).isFalse();
        assertThat(message.path("device").isNull()).isTrue();
        chat.quit();
    }

    @Test
    void aSessionThatABackupHasBrokenIsReplacedAsItsEventProposes(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client bob = world.person("bob");
        talk(shell, alice, bob, 1);
        Path backup = shell.store(alice).resolveSibling("backup.db");
        Smack.run(() -> Files.copy(shell.store(alice), backup));
        talk(shell, alice, bob, 3);
        Smack.run(() -> Files.move(backup, shell.store(alice), StandardCopyOption.REPLACE_EXISTING));
        OmemoCommand chat = shell.chat(alice);
        chat.ready();

        bob.send(alice.jid(), "cannot be read");

        JsonNode unread = chat.event("undecryptable", "proposal", "replace-session");
        assertThat(unread.path("id").asText())
                .isEqualTo(bob.outcomes().of(Outcomes.Sent.class).stream()
                        .reduce((first, last) -> last)
                        .orElseThrow()
                        .message()
                        .stanzaId());
        String replace = "{\"command\":\"replace-session\",\"jid\":" + unread.path("from") + ",\"device\":"
                + unread.path("device") + ",\"id\":\"r\"}";
        chat.say(replace);
        JsonNode begun = chat.event("session-begun", "jid", bob.jid().toString());
        assertThat(begun.path("device").asInt()).isEqualTo(bob.deviceId());
        chat.say(replace);
        assertThat(chat.event("error", "reason", "too-soon").path("id").asText())
                .isEqualTo("r");
        chat.send(bob.account(), "in the new session");
        bob.awaitAnywhere("in the new session");
        bob.send(alice.jid(), "can be read");
        chat.event("message", "body", "can be read");
        chat.quit();
    }

    /** So many questions of alice and answers of bob. */
    private static void talk(Shell shell, Account alice, Client bob, int rounds) {
        OmemoCommand chat = shell.chat(alice);
        chat.ready();
        for (int round = 1; round <= rounds; round++) {
            String question = World.unique("question");
            chat.send(bob.account(), question);
            bob.awaitAnywhere(question);
            bob.send(alice.jid(), "answer to " + question);
            chat.event("message", "body", "answer to " + question);
        }
        chat.quit();
    }

    @Test
    void whatHasWaitedAtTheServerComesBehindReady(World world) {
        Shell shell = new Shell(world);
        Account bob = world.account("bob");
        Client plain = world.client(world.account("plain"))
                .start(ClientBuilder.Start.NEVER)
                .open();
        plain.sendStanza(StanzaBuilder.buildMessage("nonsense")
                .to(bob.jid())
                .ofType(Message.Type.chat)
                .setBody("I sent you an OMEMO encrypted message")
                .addExtension(new RawXml("encrypted", "urn:xmpp:omemo:2", "<encrypted xmlns='urn:xmpp:omemo:2'/>"))
                .build());
        plain.send(bob.jid(), "while bob was away");

        OmemoCommand chat = shell.chat(bob);

        chat.event("message", "body", "while bob was away");
        chat.event("undecryptable", "id", "nonsense");
        assertThat(chat.events())
                .extracting(event -> event.path("event").asText())
                .startsWith("ready")
                .contains("message", "undecryptable");
        chat.quit();
    }

    @Test
    void aChatIsNotReadyBeforeTheServerHasItsPresence(World world) {
        Account bob = world.account("bob");
        DeafServer deaf = new DeafServer("<presence");

        try (Relay server = Relay.before(world.server().endpoint(), deaf)) {
            OmemoCommand chat = new Shell(world).at(server.address()).run(bob, "chat", "--json", "--wait", "15s");

            assertThat(chat.exitCode()).as("%s", chat).isEqualTo(1);
            assertThat(deaf.isDeaf()).as("it has sent its presence: %s", chat).isTrue();
            assertThat(chat.events())
                    .extracting(event -> event.path("event").asText())
                    .contains("error")
                    .doesNotContain("ready");
        }
    }

    @Test
    void subscriptionsAreAskedForAndGranted(World world) {
        Shell shell = new Shell(world);
        Client alice = world.person("alice");
        Account bob = world.account("bob");
        OmemoCommand chat = shell.chat(bob);
        chat.ready();

        chat.say("{\"command\":\"subscribe\",\"to\":\"" + alice.jid() + "\"}");
        alice.awaitInRoster(bob, RosterEntry::canSeeMyPresence);
        alice.subscribe(bob);

        alice.awaitSubscribed(bob);
        chat.quit();
    }
}
