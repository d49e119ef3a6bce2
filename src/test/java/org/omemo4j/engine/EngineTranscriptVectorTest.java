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
import java.util.Objects;
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
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.RawText;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.VectorDevice;
import org.omemo4j.testkit.VectorParties;
import org.omemo4j.testkit.VectorVersion;
import org.omemo4j.testkit.Vectors.VectorFile;

/** Two engines play the transcripts: what they send is the vector's to the byte, what they read has the vector's result. */
class EngineTranscriptVectorTest {

    /** All but those with empty messages that nobody owes: the engine never sends such. */
    @TestFactory
    Stream<DynamicTest> enginesPlayLikeTheVector() {
        return Stream.of(VectorVersion.values())
                .flatMap(version -> version.transcripts()
                        .filter(file -> !hasEmptyMessages(file.json()))
                        .map(file -> DynamicTest.dynamicTest(file.name(), () -> new Player(version, file).play())));
    }

    private static boolean hasEmptyMessages(JsonNode file) {
        for (JsonNode event : file.get("events")) {
            if (event.path("message").path("empty").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    /** One of the two. */
    private static final class Side {
        private final VectorDevice device;
        private final Deque<Secret> ratchetKeys = new ArrayDeque<>();
        private XmlElement bundle;
        private Bytes chain = Bytes.EMPTY;
        private long sent;

        Side(JsonNode party, JsonNode ratchetKeys, OmemoVersion version) throws MalformedMessageException {
            this.device = new VectorDevice(party, version);
            this.bundle = VectorParties.xml(party, "bundle_xml");
            ratchetKeys.forEach(key -> this.ratchetKeys.add(Secret.of(Bytes.ofHex(key.asText()))));
        }

        Bytes nextRatchetKey() {
            Secret next = ratchetKeys.remove();
            while (!X25519KeyPair.of(next).publicKey().bytes().equals(chain)) {
                next = ratchetKeys.remove();
            }
            return Bytes.of(next.reveal());
        }
    }

    private static final class Player {
        private final VectorVersion vectors;
        private final JsonNode file;
        private final boolean libsignalPn;
        private final boolean envelopes;
        private final OmemoVersion version;
        private final Side alice;
        private final Side bob;
        private final Map<String, XmlElement> messages = new HashMap<>();
        private Optional<Bytes> afterPayloadKey = Optional.empty();

        Player(VectorVersion vectors, VectorFile file) throws MalformedMessageException {
            this.vectors = vectors;
            this.file = file.json();
            this.libsignalPn = file.name().contains("libsignal");
            this.envelopes = file.name().contains("sce_envelope");
            this.version = envelopes ? new RawText(true) : vectors.withTexts();
            this.alice = side("alice");
            this.bob = side("bob");
        }

        private Side side(String name) throws MalformedMessageException {
            return new Side(
                    file.get("parties").get(name),
                    file.path("ratchet_private_keys").path(name),
                    version);
        }

        void play() throws MalformedMessageException {
            for (JsonNode event : file.get("events")) {
                Side by = event.path("by").asText().equals("alice") ? alice : bob;
                Side other = by == alice ? bob : alice;
                switch (text(event, "op")) {
                    case "send" -> send(by, other, event);
                    case "receive" -> receive(by, other, event);
                    case "rotate_signed_pre_key" -> {
                        by.device.rotate(event.get("private_state_after"));
                        by.bundle = VectorParties.xml(event, "bundle_xml");
                    }
                    case "lost" -> {}
                    default -> throw new IllegalStateException("an unknown event: " + event);
                }
            }
        }

        private void send(Side by, Side to, JsonNode event) throws MalformedMessageException {
            JsonNode expected = event.get("message");
            tellLists(by.device);
            if (event.has("new_session")) {
                begin(by.device, to, event.get("new_session"));
            }
            startChain(by, expected, event.path("new_session"));
            while (by.sent < expected.get("header").get("n").asLong()) {
                encrypt(by, to, vectors.drawnFor(expected), "a message that the vector leaves out");
            }
            EncryptedMessage message = encrypt(by, to, vectors.drawnFor(expected), text(expected, "plaintext"));

            if (!libsignalPn) {
                assertThat(message.keys().get(0).content()).isEqualTo(bytes(expected, "wire"));
                assertThat(message.payload().flatMap(Payload::ciphertext)).contains(bytes(expected, "payload"));
            }
            messages.put(text(event, "msg"), VectorParties.xml(expected, "encrypted_xml"));
        }

        private void tellLists(VectorDevice sender) {
            for (Side side : List.of(alice, bob)) {
                DeviceAddress listed = side.device.address();
                DeviceList list = DeviceList.of(List.of(new Device(listed.device(), Optional.empty())));
                attempt(() -> sender.engine()
                        .deviceList(listed.jid(), version, version.elements().toXml(list)));
            }
        }

        /** The other side's bundle is there; of its prekeys, only the one that the vector used. */
        private void begin(VectorDevice sender, Side to, JsonNode session) throws MalformedMessageException {
            sender.forgetsSessionsWith(to.device.address());
            tellLists(sender);
            int used = session.get("used_pk_id").asInt();
            Bundle full = version.elements().bundle(to.bundle);
            Bundle bundle = new Bundle(
                    full.identityKey(),
                    full.signedPreKey(),
                    full.preKeys().stream()
                            .filter(preKey -> preKey.id() == used)
                            .toList());
            attempt(() -> sender.engine()
                    .bundle(to.device.address(), version, version.elements().toXml(bundle)));
        }

        /** What the first message of a chain draws beside its payload's key: the session's keys before it, the ratchet's after it. */
        private void startChain(Side by, JsonNode expected, JsonNode newSession) {
            Bytes chain = bytes(expected.get("header"), "dh_pub");
            if (chain.equals(by.chain) && newSession.isMissingNode()) {
                return;
            }
            by.chain = chain;
            by.sent = 0;
            if (newSession.isMissingNode()) {
                afterPayloadKey = Optional.of(by.nextRatchetKey());
            } else {
                by.device.random().then(bytes(newSession, "ephemeral_priv"));
                by.device.random().then(by.nextRatchetKey());
            }
        }

        private EncryptedMessage encrypt(Side by, Side to, List<Bytes> drawn, String text)
                throws MalformedMessageException {
            drawn.forEach(by.device.random()::then);
            afterPayloadKey.ifPresent(by.device.random()::then);
            afterPayloadKey = Optional.empty();
            OutgoingMessage message =
                    OutgoingMessage.toContact(to.device.address().jid(), List.of(TestDevice.body(text)), false);
            Encryption encryption = attempt(() -> by.device.engine().encrypt(message));
            assertThat(encryption).isInstanceOf(Encryption.Encrypted.class);
            assertThat(by.device.random().isEmpty()).isTrue();
            by.sent++;
            return version.elements()
                    .encrypted(((Encryption.Encrypted) encryption).elements().get(0));
        }

        private void receive(Side by, Side from, JsonNode event) {
            XmlElement message = Objects.requireNonNull(messages.get(text(event, "msg")));
            Decryption decryption = by.device.decrypt(from.device.address(), message);
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
