/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.smack.TestClient;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** A chat with somebody who asks for plain text, and with whom it was agreed on. */
class ChatOptOutsTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@example.org");
    private static final EntityBareJid ROOM = JidCreate.entityBareFromOrThrowUnchecked("r@conference.example.org");

    private final World world = new World();
    private final Lines lines = new Lines();
    private final PlainRequests plain = new PlainRequests(Optional.of(BOB));
    private final JsonRequests json = new JsonRequests(Optional.of(BOB));
    private TestDevice bob;
    private TestClient alice;
    private ChatOptOuts optOuts;

    @BeforeEach
    void meet() throws Exception {
        MemoryStore store = new MemoryStore();
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        bob = world.device("bob@example.org");
        store.close();
        alice = TestClient.started(world, store, OmemoConfig.defaults());
        JsonEvents events = new JsonEvents(lines.stream());
        alice.omemo.addOmemoListener(new ChatOutcomes(events, ROOM::equals, jid -> true, cause -> {}));
        optOuts = new ChatOptOuts(alice.omemo, events, ROOM::equals);
    }

    @AfterEach
    void leave() {
        alice.close();
    }

    @Test
    void anOptOutIsShownWithItsReasonAndNothingLeavesUntilSomebodyAgrees() throws Exception {
        bobOptsOut();

        assertThat(optOuts.allowsClearText(BOB)).isFalse();
        assertThat(alice.omemo.optedOut(BOB)).contains("for compliance");
        assertThatThrownBy(() -> send("m1"))
                .satisfies(refusal ->
                        assertThat(Sentence.of(refusal)).contains("\"for compliance\"", "/plaintext", "/encrypt"));
        say(json, "{\"command\":\"accept-plaintext\",\"to\":\"bob@example.org\"}");

        assertThat(lines.next())
                .isEqualTo("{\"event\":\"conversation\",\"with\":\"bob@example.org\",\"encrypted\":false}");
        assertThat(optOuts.allowsClearText(BOB)).isTrue();
        assertThat(alice.omemo.policy(BOB)).isEqualTo(EncryptionPolicy.OFF);
    }

    @Test
    void whoDeclinesGoesOnEncrypted() throws Exception {
        bobOptsOut();

        say(plain, "/encrypt bob@example.org");

        assertThat(lines.next())
                .isEqualTo("{\"event\":\"conversation\",\"with\":\"bob@example.org\",\"encrypted\":true}");
        assertThat(alice.omemo.optedOut(BOB)).isEmpty();
        assertThat(optOuts.allowsClearText(BOB)).isFalse();
        send("m1");
        assertThat(alice.nextHeard()).isEqualTo("sent m1");
    }

    @Test
    void whoHasAgreedCanGoBackToEncryption() throws Exception {
        bobOptsOut();
        say(plain, "/plaintext bob@example.org");

        say(plain, "/encrypt bob@example.org");

        assertThat(alice.omemo.policy(BOB)).isEqualTo(EncryptionPolicy.REQUIRED);
        assertThat(optOuts.allowsClearText(BOB)).isFalse();
    }

    @Test
    void nobodyGetsPlainTextWhoHasNotAskedForIt() throws Exception {
        for (String line : List.of("/plaintext bob@example.org", "/plaintext " + ROOM)) {
            assertThatThrownBy(() -> say(plain, line))
                    .isInstanceOf(Malformed.class)
                    .hasMessageContaining("has not asked for plain text");
        }

        assertThat(alice.omemo.policy(BOB)).isEqualTo(EncryptionPolicy.REQUIRED);
        assertThat(lines.isEmpty()).isTrue();
    }

    @Test
    void whatAnEarlierChatHasAgreedToIsSaidAgainOrNothingLeaves() throws Exception {
        alice.omemo.setPolicy(BOB, EncryptionPolicy.OFF);

        assertThatThrownBy(() -> optOuts.allowsClearText(BOB))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("/plaintext bob@example.org")
                .satisfies(failure -> assertThat(Sentence.forPrograms(failure))
                        .contains("plain text was agreed on")
                        .doesNotContain("/plaintext"))
                .satisfies(failure ->
                        assertThat(((CommandFailure) failure).reason()).contains("plaintext-agreed"));
        assertThat(alice.omemo.policy(BOB)).isEqualTo(EncryptionPolicy.OFF);

        say(plain, "/plaintext bob@example.org");
        assertThat(optOuts.allowsClearText(BOB)).isTrue();
    }

    @Test
    void aLooserPolicyOfAnotherApplicationIsNotUsed() throws Exception {
        alice.omemo.setPolicy(BOB, EncryptionPolicy.PREFERRED);

        assertThat(optOuts.allowsClearText(BOB)).isFalse();
        assertThat(alice.omemo.policy(BOB)).isEqualTo(EncryptionPolicy.REQUIRED);
    }

    @Test
    void oursIsSentEncryptedAndWhatWeWriteStaysSo() throws Exception {
        say(plain, "/optout bob@example.org for my records");

        String line = lines.next();
        while (line.contains("uses OMEMO")) { // told by the worker, at any time
            line = lines.next();
        }
        assertThat(line).contains("You ask bob@example.org for plain text");
        assertThat(alice.nextHeard()).startsWith("sent ");
        assertThat(TestClient.names(alice.sent())).contains("encrypted").doesNotContain("opt-out");
        assertThat(optOuts.allowsClearText(BOB)).isFalse();
    }

    @Test
    void nobodyAsksThemselvesForPlainText() {
        assertThatThrownBy(() -> say(plain, "/optout " + TestClient.ALICE))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(TestClient.ALICE + " is you");
    }

    @Test
    void aRoomIsNotAskedForPlainText() {
        assertThatThrownBy(() -> say(plain, "/optout " + ROOM)).isInstanceOf(Malformed.class);
    }

    private void bobOptsOut() throws Exception {
        Encryption.Encrypted encrypted = (Encryption.Encrypted) bob.encrypt(OutgoingMessage.toContact(
                World.jid(TestClient.ALICE), List.of(new OptOut(Optional.of("for compliance")).toXml()), false));
        alice.receives("<message xmlns='jabber:client' type='chat' id='b1' to='" + TestClient.ALICE
                + "' from='bob@example.org/x'>" + encrypted.elements().get(0).toXml() + "</message>");
        String line = lines.next();
        while (line.startsWith("{\"event\":\"notice\"")) { // the keys are new
            line = lines.next();
        }
        assertThat(line)
                .isEqualTo("{\"event\":\"opt-out\",\"from\":\"bob@example.org\",\"device\":"
                        + bob.address().device() + ",\"fingerprint\":\""
                        + bob.key().fingerprint().hex()
                        + "\",\"trust\":\"blindly-trusted\",\"blocks\":true,\"reason\":\"for compliance\"}");
        assertThat(alice.nextHeard()).startsWith("opt-out");
    }

    private void send(String id) throws Exception {
        alice.connection.sendStanza(StanzaBuilder.buildMessage(id)
                .to(BOB)
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build());
    }

    private void say(ChatRequest.Reader reader, String line) throws Malformed {
        optOuts.perform((ChatRequest.OfPlaintext) reader.read(line));
    }
}
