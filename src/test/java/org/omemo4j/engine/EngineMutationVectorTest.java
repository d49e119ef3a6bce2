/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.Decryption.Undecryptable;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.StoreDump;
import org.omemo4j.testkit.VectorDevice;
import org.omemo4j.testkit.VectorVersion;

/** Damaged key exchanges: a typed outcome, a store without a trace, and the original reads afterwards. */
class EngineMutationVectorTest {
    @TestFactory
    Stream<DynamicTest> f5_keyMessages() {
        return VectorVersion.mutationTests("cases", (version, file, vector) -> {
            Reader bob = new Reader(version, file);
            XmlElement damaged = bob.message(bytes(vector, "wire"), bytes(file.get("original"), "payload"));
            switch (text(vector, "expect")) {
                case "accept" -> assertThat(bob.read(damaged)).isEqualTo(bob.plaintext());
                case "reject" -> bob.refuses(damaged);
                case "accept_after_session" -> {
                    bob.refuses(damaged);
                    // Its number was used by the original: within the session it is that message again.
                    assertThat(bob.decrypt(damaged)).isInstanceOf(Decryption.Duplicate.class);
                }
                default -> throw new IllegalStateException("an unknown expectation: " + vector);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> payloads() {
        return VectorVersion.mutationTests("payload_cases", (version, file, vector) -> {
            Reader bob = new Reader(version, file);
            assertThat(text(vector, "expect")).isEqualTo("reject");
            Bytes wire = bytes(file.get("original"), "wire");
            bob.refuses(bob.message(wire, bytes(vector, "payload")));
        });
    }

    /** Bob in his initial state. */
    private static final class Reader {
        private final VectorVersion version;
        private final JsonNode original;
        private final DeviceAddress alice;
        private final VectorDevice bob;

        Reader(VectorVersion version, JsonNode file) {
            this.version = version;
            this.original = file.get("original");
            this.alice = VectorDevice.address(file.get("parties").get("alice"));
            this.bob = new VectorDevice(file.get("parties").get("bob"), version.withTexts());
        }

        String plaintext() {
            return text(original, "plaintext");
        }

        XmlElement message(Bytes wire, Bytes payload) {
            EncryptedKey key = new EncryptedKey(
                    Optional.of(bob.address().jid()), bob.address().device(), true, wire);
            Payload sealed = version.payload(original, payload);
            return version.version()
                    .elements()
                    .toXml(new EncryptedMessage(alice.device(), List.of(key), Optional.of(sealed)));
        }

        Decryption decrypt(XmlElement message) {
            return bob.decrypt(alice, message);
        }

        String read(XmlElement message) {
            return ((Decrypted) decrypt(message)).content().get(0).text();
        }

        void refuses(XmlElement damaged) {
            StoreDump before = StoreDump.of(bob.store(), alice.jid());

            assertThat(decrypt(damaged)).isInstanceOf(Undecryptable.class);

            assertThat(StoreDump.of(bob.store(), alice.jid())).isEqualTo(before);
            assertThat(read(message(bytes(original, "wire"), bytes(original, "payload"))))
                    .isEqualTo(plaintext());
        }
    }
}
