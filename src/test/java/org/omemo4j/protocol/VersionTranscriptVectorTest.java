/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.testkit.ScriptedParty;
import org.omemo4j.testkit.ScriptedParty.Refused;
import org.omemo4j.testkit.ScriptedParty.Sent;
import org.omemo4j.testkit.ScriptedParty.Session;
import org.omemo4j.testkit.ScriptedRandom;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.VectorVersion;
import org.omemo4j.testkit.Vectors.VectorFile;
import org.omemo4j.x3dh.SignedPreKeyPair;
import org.omemo4j.x3dh.X3dh;

/** Plays every transcript: what is sent is the vector's to the byte, what is received has the vector's result. */
class VersionTranscriptVectorTest {

    @TestFactory
    Stream<DynamicTest> playsLikeTheVector() {
        return VectorVersion.transcriptTests((version, file) -> new Player(version, file).play());
    }

    private static final class Player {

        private final VectorVersion vectors;
        private final OmemoVersion version;
        private final JsonNode file;
        private final boolean libsignalPn;
        private final Map<String, ScriptedParty> parties = new HashMap<>();
        private final Map<String, Bundle> bundles = new HashMap<>();
        private final Map<String, EncryptedMessage> messages = new HashMap<>();
        private final Map<String, Map<Integer, SignedPreKeyPair>> published = new HashMap<>();

        Player(VectorVersion vectors, VectorFile file) {
            this.vectors = vectors;
            this.version = vectors.version();
            this.file = file.json();
            this.libsignalPn = file.name().contains("libsignal");
        }

        void play() throws Exception {
            for (String name : List.of("alice", "bob")) {
                parties.put(name, VectorParties.of(version, file, name));
                publish(name, file.get("parties").get(name), file.get("parties").get(name));
            }
            for (JsonNode event : file.get("events")) {
                switch (text(event, "op")) {
                    case "send" -> send(event, party(text(event, "by")));
                    case "receive" -> receive(event, party(text(event, "by")));
                    case "rotate_signed_pre_key" -> {
                        JsonNode state = event.get("private_state_after");
                        party(text(event, "by")).rotate(VectorParties.signedPreKeys(state));
                        publish(text(event, "by"), state, event);
                    }
                    case "lost" -> {}
                    default -> throw new IllegalStateException("an unknown event: " + event);
                }
            }
        }

        /** The published bundle reads as the party's, is signed, and is written as in the vector. */
        private void publish(String name, JsonNode state, JsonNode event) throws Exception {
            Bundle bundle = version.elements().bundle(VectorParties.xml(event, "bundle_xml"));

            assertThat(bundle.identityKey()).isEqualTo(party(name).bundle().identityKey());
            assertThat(bundle.signedPreKey()).isEqualTo(party(name).bundle().signedPreKey());
            assertThat(bundle.preKeys()).containsAll(party(name).bundle().preKeys());
            bundles.put(name, bundle);
            assertThat(new X3dh(version.x3dh()).verify(bundle.identityKey(), bundle.signedPreKey()))
                    .isTrue();
            assertThat(version.elements().toXml(bundle)).isEqualTo(VectorParties.xml(event, "bundle_xml"));
            VectorParties.signedPreKeys(state)
                    .forEach(key -> published
                            .computeIfAbsent(name, n -> new HashMap<>())
                            .put(key.id(), key));
        }

        private void send(JsonNode event, ScriptedParty by) throws Exception {
            JsonNode expected = event.get("message");
            if (event.has("new_session")) {
                begin(event.get("new_session"), by, text(expected, "recipient"));
            }
            while (by.nextNumber() < expected.get("header").get("n").asLong()) {
                by.send(Secret.of(new byte[32])); // a message that the vector leaves out
            }
            SealedPayload payload = payload(expected);
            Sent sent = by.send(
                    payload.keyMaterial(),
                    libsignalPn ? Optional.of(expected.get("header").get("pn").asLong()) : Optional.empty());

            assertThat(payload.keyMaterial()).isEqualTo(secret(expected, "ratchet_plaintext"));
            assertThat(sent.header().n())
                    .isEqualTo(expected.get("header").get("n").asLong());
            assertThat(sent.header().pn())
                    .isEqualTo(expected.get("header").get("pn").asLong());
            assertThat(sent.header().ratchetKey().bytes()).isEqualTo(bytes(expected.get("header"), "dh_pub"));
            assertThat(sent.messageKey().seed()).isEqualTo(secret(expected, "message_key_seed"));
            MessageKey.Expanded keys =
                    sent.messageKey().expand(version.ratchet().messageKeyInfo());
            assertThat(keys.encryptionKey()).isEqualTo(secret(expected, "message_enc_key"));
            assertThat(keys.authenticationKey()).isEqualTo(secret(expected, "message_auth_key"));
            assertThat(keys.iv()).isEqualTo(secret(expected, "message_iv"));
            assertThat(vectors.macInput(sent.associatedData(), sent.sender()))
                    .isEqualTo(bytes(expected, "mac_associated_data"));
            assertThat(sent.keyExchange())
                    .isEqualTo(expected.get("is_key_exchange").asBoolean());
            assertThat(sent.wire()).isEqualTo(bytes(expected, "wire"));
            ScriptedParty recipient = party(text(expected, "recipient"));
            EncryptedMessage message = new EncryptedMessage(
                    by.address().device(),
                    List.of(new EncryptedKey(
                            Optional.of(recipient.address().jid()),
                            recipient.address().device(),
                            sent.keyExchange(),
                            sent.wire())),
                    payload.payload());
            assertThat(version.elements().toXml(message)).isEqualTo(VectorParties.xml(expected, "encrypted_xml"));
            messages.put(
                    text(event, "msg"),
                    version.elements().encrypted(version.elements().toXml(message)));
        }

        private void begin(JsonNode expected, ScriptedParty by, String with) throws Exception {
            Bundle bundle = found(bundles.get(with));
            SignedPreKeyPair used = found(
                    found(published.get(with)).get(expected.get("used_spk_id").asInt()));
            Session session = by.begin(
                    new Bundle(bundle.identityKey(), used.signedPreKey(), bundle.preKeys()),
                    expected.get("used_pk_id").asInt(),
                    X25519KeyPair.of(secret(expected, "ephemeral_priv")));

            assertThat(session.exchange().ephemeralKey().bytes()).isEqualTo(bytes(expected, "ephemeral_pub"));
            assertThat(session.sharedSecret()).isEqualTo(secret(expected, "shared_secret"));
            assertThat(Bytes.concat(
                            session.associatedData().initiator(),
                            session.associatedData().responder()))
                    .isEqualTo(bytes(expected, "associated_data_initiator_then_responder"));
        }

        private SealedPayload payload(JsonNode expected) {
            ScriptedRandom random = new ScriptedRandom();
            boolean empty = expected.get("empty").asBoolean();
            if (!empty || expected.has("payload_iv")) {
                vectors.drawnFor(expected).forEach(random::then);
            }
            SealedPayload sealed = empty
                    ? version.payloadCipher().empty(random)
                    : version.payloadCipher().seal(utf8(text(expected, "plaintext")), random);
            assertThat(random.isEmpty()).isTrue();
            assertThat(sealed.payload().flatMap(Payload::ciphertext))
                    .isEqualTo(empty ? Optional.empty() : Optional.of(bytes(expected, "payload")));
            return sealed;
        }

        private void receive(JsonNode event, ScriptedParty by) throws Exception {
            EncryptedMessage message = found(messages.get(text(event, "msg")));
            EncryptedKey key = message.keysFor(by.address()).get(0);
            if (text(event, "result").equals("ok")) {
                Optional<Bytes> read = by.receive(key, message.payload());
                assertThat(read)
                        .isEqualTo(Optional.ofNullable(event.get("plaintext"))
                                .filter(JsonNode::isTextual)
                                .map(plaintext -> utf8(plaintext.asText())));
            } else {
                List<Session> before = by.sessions();
                assertThatExceptionOfType(Refused.class)
                        .isThrownBy(() -> by.receive(key, message.payload()))
                        .withMessage(text(event, "reason"));
                assertThat(by.sessions()).isEqualTo(before);
            }
            if (event.has("new_session")) {
                assertThat(by.sessions().get(0).sharedSecret())
                        .isEqualTo(secret(event.get("new_session"), "shared_secret"));
            }
        }

        private ScriptedParty party(String name) {
            return found(parties.get(name));
        }

        private static <T> T found(@Nullable T value) {
            return Objects.requireNonNull(value, "the vector names what it does not have");
        }

        private static Bytes utf8(String text) {
            return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
