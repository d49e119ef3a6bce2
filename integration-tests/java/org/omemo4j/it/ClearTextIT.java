/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.message_correct.element.MessageCorrectExtension;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.EncryptionPolicy;

/** What was said is nowhere but with those who said it: not on the wire, not in the server's archive, data files and log. */
@OnServer
class ClearTextIT {
    @Test
    void theSecretIsNowhereAndThePlainControlIsEverywhere(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        List<String> secrets = new ArrayList<>();

        // The control comes first: a search that does not find it proves nothing.
        String control = World.unique("control \"quoted\" & straße");
        Smack.run(() -> alice.omemo().setPolicy(bob.jid(), EncryptionPolicy.OFF));
        alice.send(bob, control);
        bob.inbox().await(control);
        assertFoundOnTheWire(control, alice, bob);
        if (world.files().areReadable()) {
            Await.until(
                    "the control in the archives of both", () -> world.files().copiesOf(control) >= 2);
            Await.until(
                    "the control in the log",
                    () -> world.files()
                            .holding(control)
                            .contains(world.server().log().orElseThrow()));
        }

        Smack.run(() -> alice.omemo().setPolicy(bob.jid(), EncryptionPolicy.REQUIRED));
        String first = secret(secrets, "the first message, which waits");
        alice.send(bob, first);
        bob.reads(alice, first);
        String answer = secret(secrets, "an answer \"quoted\" & straße");
        bob.send(alice, answer);
        alice.reads(bob, answer);
        String corrected = secret(secrets, "a correction");
        Message correction = StanzaBuilder.buildMessage(World.unique("id"))
                .setBody(corrected)
                .setSubject(secret(secrets, "a subject beside a body"))
                .addExtension(new MessageCorrectExtension("the-first"))
                .build();
        Smack.run(() -> alice.chatWith(bob.jid()).send(correction));
        bob.reads(alice, corrected);
        bob.disconnect();
        String offline = secret(secrets, "kept by the server");
        alice.send(bob, offline);
        alice.awaitSent();
        if (world.files().areReadable()) {
            List<WireLog.Line> sent = alice.wire().encryptedSent();
            String lastId = sent.get(sent.size() - 1).attribute("id").orElseThrow();
            Await.until(
                    "the last message is archived",
                    () -> !world.files().dataFilesHolding(lastId).isEmpty());
        }
        bob.login();
        bob.reads(alice, offline);

        for (String secret : secrets) {
            assertThat(ServerFiles.holds(alice.wire().raw(), secret)).as(secret).isFalse();
            assertThat(ServerFiles.holds(bob.wire().raw(), secret)).as(secret).isFalse();
            assertThat(world.files().holding(secret)).as(secret).isEmpty();
        }
    }

    private static void assertFoundOnTheWire(String text, Client... clients) {
        for (Client client : clients) {
            assertThat(ServerFiles.holds(client.wire().raw(), text)).isTrue();
        }
    }

    private static String secret(List<String> secrets, String text) {
        String secret = World.unique(text);
        secrets.add(secret);
        return secret;
    }
}
