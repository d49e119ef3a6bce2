/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.doubleratchet.RatchetException.Reason;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

/** Headers and message keys of whole conversations, of both namespaces, without any wire format. */
class TranscriptVectorTest {

    private static final RatchetParameters OMEMO_2 =
            RatchetParameters.of("OMEMO Root Chain", "OMEMO Message Key Material");
    private static final RatchetParameters LEGACY =
            new RatchetParameters("WhisperRatchet", "WhisperMessageKeys", 1000, 1000, 5);

    @TestFactory
    Stream<DynamicTest> omemo2() {
        return transcripts("generated/omemo2/*.json", OMEMO_2);
    }

    @TestFactory
    Stream<DynamicTest> legacy() {
        return transcripts("generated/legacy/*.json", LEGACY);
    }

    private static Stream<DynamicTest> transcripts(String glob, RatchetParameters parameters) {
        return Vectors.files(glob).stream()
                .filter(file -> file.json().has("events"))
                .map(file -> DynamicTest.dynamicTest(file.name(), () -> new Replay(file, parameters).run()));
    }

    /** What a key exchange settles. */
    private record Begun(Secret sharedSecret, X25519KeyPair signedPreKey) {}

    private static final class Session {
        private final SkippedMessageKeys keys = new SkippedMessageKeys();
        private final Begun begun;
        private RatchetState state;
        /** The vectors' senders take a new ratchet key when they read a new one, we when we answer. */
        private final Deque<X25519KeyPair> fresh = new ArrayDeque<>();

        Session(Begun begun, RatchetState state) {
            this.begun = begun;
            this.state = state;
        }
    }

    private static final class Party {
        /** Newest first. */
        private final Deque<Session> sessions = new ArrayDeque<>();

        private final Deque<X25519KeyPair> fresh = new ArrayDeque<>();
        private final Map<Integer, X25519KeyPair> signedPreKeys = new HashMap<>();
    }

    private static final class Replay {
        private final DoubleRatchet ratchet;
        private final VectorFile file;
        private final Map<String, Party> parties = new HashMap<>();
        private final Map<String, JsonNode> messages = new HashMap<>();
        private final Map<String, Begun> sessionOfMessage = new HashMap<>();
        /** Senders that write pn as libsignal does are played by their headers only. */
        private final boolean exactPn;

        Replay(VectorFile file, RatchetParameters parameters) {
            this.file = file;
            this.ratchet = new DoubleRatchet(parameters);
            this.exactPn = !file.name().contains("previous_counter");
        }

        void run() throws Exception {
            for (String name : List.of("alice", "bob")) {
                Party party = new Party();
                file.json()
                        .at("/ratchet_private_keys/" + name)
                        .forEach(key -> party.fresh.add(X25519KeyPair.of(Secret.of(Bytes.ofHex(key.asText())))));
                learnSignedPreKeys(party, file.json().at("/parties/" + name + "/signed_pre_keys"));
                parties.put(name, party);
            }
            for (JsonNode event : file.json().get("events")) {
                switch (text(event, "op")) {
                    case "send" -> send(event);
                    case "receive" -> receive(event);
                    default -> learnSignedPreKeys(party(event), event.path("signed_pre_keys"));
                }
            }
        }

        private void send(JsonNode event) throws Exception {
            Party party = party(event);
            JsonNode message = event.get("message");
            JsonNode begins = event.get("new_session");
            if (begins != null) {
                X25519KeyPair signedPreKey = Objects.requireNonNull(parties.get(text(message, "recipient")))
                        .signedPreKeys
                        .get(begins.get("used_spk_id").asInt());
                Begun begun = new Begun(secret(begins, "shared_secret"), Objects.requireNonNull(signedPreKey));
                party.sessions.addFirst(new Session(
                        begun,
                        ratchet.initiator(
                                begun.sharedSecret(), begun.signedPreKey().publicKey(), party.fresh.remove())));
            }
            Session session = party.sessions.getFirst();
            RatchetHeader expected = header(message);
            Outgoing step = ratchet.send(session.state, session.fresh::remove);
            while (step.header().n() < expected.n()) {
                step = ratchet.send(step.next(), session.fresh::remove); // The vector left lost messages out.
            }
            session.state = step.next();

            assertThat(step.header().ratchetKey()).isEqualTo(expected.ratchetKey());
            assertThat(step.header().n()).isEqualTo(expected.n());
            if (exactPn) {
                assertThat(step.header().pn()).isEqualTo(expected.pn());
            }
            assertThat(step.messageKey().seed()).isEqualTo(secret(message, "message_key_seed"));
            messages.put(text(event, "msg"), message);
            sessionOfMessage.put(text(event, "msg"), session.begun);
        }

        private void receive(JsonNode event) throws Exception {
            Party party = party(event);
            JsonNode message = Objects.requireNonNull(messages.get(text(event, "msg")));
            Begun begun = Objects.requireNonNull(sessionOfMessage.get(text(event, "msg")));
            if (text(event, "result").equals("ok")) {
                Session session = party.sessions.stream()
                        .filter(known -> known.begun.equals(begun))
                        .findFirst()
                        .orElseGet(() -> {
                            Session added =
                                    new Session(begun, ratchet.responder(begun.sharedSecret(), begun.signedPreKey()));
                            party.sessions.addFirst(added);
                            return added;
                        });
                Incoming step = step(session, header(message));
                assertThat(step.messageKey().seed()).isEqualTo(secret(message, "message_key_seed"));
                if (!step.next().remoteRatchetKey().equals(session.state.remoteRatchetKey())) {
                    session.fresh.clear();
                    session.fresh.add(party.fresh.remove());
                }
                session.state = step.next();
                session.keys.commit(step);
            } else if (text(event, "reason").equals("duplicate")) {
                for (Session session : new ArrayList<>(party.sessions)) {
                    assertThatExceptionOfType(RatchetException.class)
                            .isThrownBy(() -> step(session, header(message)))
                            .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DUPLICATE));
                }
            }
        }

        private Incoming step(Session session, RatchetHeader header) throws RatchetException {
            return ratchet.receive(session.state, header, session.keys.find(ratchet.lookup(session.state, header)));
        }

        private Party party(JsonNode event) {
            return Objects.requireNonNull(parties.get(text(event, "by")));
        }

        private static RatchetHeader header(JsonNode message) throws InvalidKeyException {
            JsonNode header = message.get("header");
            return new RatchetHeader(
                    X25519PublicKey.of(bytes(header, "dh_pub")),
                    header.get("n").asLong(),
                    header.get("pn").asLong());
        }

        private static void learnSignedPreKeys(Party party, JsonNode keys) {
            for (JsonNode key : keys) {
                party.signedPreKeys.put(key.get("id").asInt(), X25519KeyPair.of(secret(key, "priv")));
            }
        }
    }
}
