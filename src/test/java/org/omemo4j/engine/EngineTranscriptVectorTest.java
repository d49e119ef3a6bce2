/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.RawText;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.VectorDevice;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.Vectors;

/** Two engines play the transcripts: what they send is the vector's to the byte, what they read has the vector's result. */
class EngineTranscriptVectorTest {

    private static final Bytes SOME_KEY = Bytes.ofHex("55".repeat(32));

    /** All but those with empty messages that nobody owes: the engine never sends such. */
    @TestFactory
    Stream<DynamicTest> enginesPlayLikeTheVector() {
        return Vectors.files("generated/omemo2/*.json").stream()
                .filter(file -> file.json().has("events"))
                .filter(file -> !hasEmptyMessages(file.json()))
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> new Player(file.name(), file.json()).play()));
    }

    private static boolean hasEmptyMessages(JsonNode file) {
        for (JsonNode event : file.get("events")) {
            if (event.path("message").path("empty").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private static final class Player {
        private final JsonNode file;
        private final boolean libsignalPn;
        private final boolean envelopes;
        private final OmemoVersion version;
        private final Map<String, VectorDevice> devices = new HashMap<>();
        private final Map<String, XmlElement> bundles = new HashMap<>();
        private final Map<String, Deque<Secret>> ratchetKeys = new HashMap<>();
        private final Map<String, Bytes> chains = new HashMap<>();
        private final Map<String, Long> sent = new HashMap<>();
        private final Map<String, XmlElement> messages = new HashMap<>();
        private Optional<Bytes> afterPayloadKey = Optional.empty();

        Player(String name, JsonNode file) {
            this.file = file;
            this.libsignalPn = name.contains("libsignal");
            this.envelopes = name.contains("sce_envelope");
            this.version = new RawText(envelopes);
        }

        void play() throws Exception {
            for (String name : List.of("alice", "bob")) {
                JsonNode party = file.get("parties").get(name);
                devices.put(name, new VectorDevice(party, version));
                bundles.put(name, VectorParties.xml(party, "bundle_xml"));
                Deque<Secret> keys = new ArrayDeque<>();
                file.path("ratchet_private_keys")
                        .path(name)
                        .forEach(key -> keys.add(Secret.of(Bytes.ofHex(key.asText()))));
                ratchetKeys.put(name, keys);
            }
            for (JsonNode event : file.get("events")) {
                String by = event.path("by").asText();
                switch (text(event, "op")) {
                    case "send" -> send(by, event);
                    case "receive" -> receive(by, event);
                    case "rotate_signed_pre_key" -> {
                        devices.get(by).rotate(event.get("private_state_after"));
                        bundles.put(by, VectorParties.xml(event, "bundle_xml"));
                    }
                    case "lost" -> {}
                    default -> throw new IllegalStateException("an unknown event: " + event);
                }
            }
        }

        private void send(String by, JsonNode event) throws Exception {
            JsonNode expected = event.get("message");
            VectorDevice sender = devices.get(by);
            VectorDevice reader = devices.get(text(expected, "recipient"));
            tellLists(sender);
            if (event.has("new_session")) {
                begin(sender, reader, text(expected, "recipient"), event.get("new_session"));
            }
            startChain(by, sender, expected, event.path("new_session"));
            while (sent.get(by) < expected.get("header").get("n").asLong()) {
                encrypt(by, sender, reader, SOME_KEY, "a message that the vector leaves out");
            }
            EncryptedMessage message =
                    encrypt(by, sender, reader, bytes(expected, "payload_key"), text(expected, "plaintext"));

            if (!libsignalPn) {
                assertThat(message.keys().get(0).content()).isEqualTo(bytes(expected, "wire"));
                assertThat(message.payload().flatMap(Payload::ciphertext)).contains(bytes(expected, "payload"));
            }
            messages.put(text(event, "msg"), VectorParties.xml(expected, "encrypted_xml"));
        }

        private void tellLists(VectorDevice sender) {
            for (VectorDevice device : devices.values()) {
                DeviceList list =
                        DeviceList.of(List.of(new Device(device.address().device(), Optional.empty())));
                attempt(() -> sender.engine()
                        .deviceList(
                                device.address().jid(),
                                version,
                                version.elements().toXml(list)));
            }
        }

        /** The other side's bundle is there; of its prekeys, only the one that the vector used. */
        private void begin(VectorDevice sender, VectorDevice reader, String recipient, JsonNode session)
                throws Exception {
            sender.forgetsSessionsWith(reader.address());
            tellLists(sender);
            Bundle full = Omemo2.VERSION.elements().bundle(bundles.get(recipient));
            Bundle bundle = new Bundle(
                    full.identityKey(),
                    full.signedPreKey(),
                    full.preKeys().stream()
                            .filter(preKey ->
                                    preKey.id() == session.get("used_pk_id").asInt())
                            .toList());
            attempt(() -> sender.engine()
                    .bundle(reader.address(), version, version.elements().toXml(bundle)));
        }

        /** What the first message of a chain draws beside its payload's key: the session's keys before it, the ratchet's after it. */
        private void startChain(String by, VectorDevice sender, JsonNode expected, JsonNode newSession) {
            Bytes chain = bytes(expected.get("header"), "dh_pub");
            if (chain.equals(chains.put(by, chain)) && newSession.isMissingNode()) {
                return;
            }
            sent.put(by, 0L);
            if (newSession.isMissingNode()) {
                afterPayloadKey = Optional.of(nextRatchetKey(by, chain));
            } else {
                sender.random().then(bytes(newSession, "ephemeral_priv"));
                sender.random().then(nextRatchetKey(by, chain));
            }
        }

        private Bytes nextRatchetKey(String by, Bytes expected) {
            Secret next = ratchetKeys.get(by).remove();
            while (!X25519KeyPair.of(next).publicKey().bytes().equals(expected)) {
                next = ratchetKeys.get(by).remove();
            }
            return Bytes.of(next.reveal());
        }

        private EncryptedMessage encrypt(
                String by, VectorDevice sender, VectorDevice reader, Bytes payloadKey, String text) throws Exception {
            sender.random().then(payloadKey);
            afterPayloadKey.ifPresent(sender.random()::then);
            afterPayloadKey = Optional.empty();
            OutgoingMessage message =
                    new OutgoingMessage(reader.address().jid(), false, List.of(TestDevice.body(text)), false);
            Encryption encryption = attempt(() -> sender.engine().encrypt(message));
            assertThat(encryption).isInstanceOf(Encryption.Encrypted.class);
            assertThat(sender.random().isEmpty()).isTrue();
            sent.merge(by, 1L, Long::sum);
            return Omemo2.VERSION
                    .elements()
                    .encrypted(((Encryption.Encrypted) encryption).elements().get(0));
        }

        private void receive(String by, JsonNode event) {
            VectorDevice reader = devices.get(by);
            VectorDevice sender = devices.get(by.equals("bob") ? "alice" : "bob");
            Decryption decryption = reader.decrypt(sender.address(), messages.get(text(event, "msg")));
            if (text(event, "result").equals("fail")) {
                assertFailed(decryption, text(event, "reason"));
            } else if (envelopes) {
                assertEnvelope(decryption, event.path("note").asText());
            } else {
                assertThat(((Decrypted) decryption).content().get(0).text()).isEqualTo(text(event, "plaintext"));
            }
        }

        private static void assertFailed(Decryption decryption, String reason) {
            if (reason.equals("duplicate")) {
                Outcomes.assertDuplicate(decryption);
            } else {
                assertThat(reason).isEqualTo("unknown signed prekey");
                Outcomes.assertRefused(decryption, Reason.SIGNED_PREKEY_GONE);
            }
        }

        private static void assertEnvelope(Decryption decryption, String note) {
            if (note.contains("SCE must reject")) {
                Outcomes.assertRefused(decryption, Reason.ENVELOPE_MISMATCH);
            } else if (note.contains("DTD")) {
                Outcomes.assertRefused(decryption, Reason.MALFORMED);
            } else {
                boolean body = ((Decrypted) decryption)
                        .content().stream().anyMatch(element -> element.is("body", "jabber:client"));
                boolean noBody = note.contains("is not a message body")
                        || ((Decrypted) decryption)
                                .content().stream().anyMatch(it -> it.name().equals("opt-out"));
                assertThat(body).isNotEqualTo(noBody);
            }
        }
    }
}
