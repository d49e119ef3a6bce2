/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import static org.omemo4j.testkit.Vectors.bytes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.Role;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.Vectors.VectorFile;
import org.omemo4j.x3dh.AssociatedData;

/** A version, and how the vectors of its folder describe it. */
public enum VectorVersion {
    OMEMO_2(Omemo2.VERSION, new RawText(false), "omemo2", List.of("payload_key")) {
        @Override
        public Bytes macInput(AssociatedData associatedData, Role sender) {
            return Bytes.concat(associatedData.initiator(), associatedData.responder());
        }
    },
    LEGACY(Axolotl.VERSION, Axolotl.VERSION, "legacy", List.of("payload_key", "payload_iv")) {
        @Override
        public Bytes macInput(AssociatedData associatedData, Role sender) {
            return sender == Role.INITIATOR
                    ? Bytes.concat(associatedData.initiator(), associatedData.responder())
                    : Bytes.concat(associatedData.responder(), associatedData.initiator());
        }
    };

    private final OmemoVersion version;
    private final OmemoVersion withTexts;
    private final String folder;
    private final List<String> drawn;

    VectorVersion(OmemoVersion version, OmemoVersion withTexts, String folder, List<String> drawn) {
        this.version = version;
        this.withTexts = withTexts;
        this.folder = folder;
        this.drawn = drawn;
    }

    /** The version itself. */
    public OmemoVersion version() {
        return version;
    }

    /** The version with nothing but a body's text in its payload, as the transcripts have it. */
    public OmemoVersion withTexts() {
        return withTexts;
    }

    /** The files of the version that match a glob, such as <code>mutations*.json</code>. */
    public List<VectorFile> files(String glob) {
        return Vectors.files("generated/" + folder + "/" + glob);
    }

    /** The key messages that were sent in such files. */
    public List<Bytes> keyMessages(String glob) {
        List<Bytes> messages = new ArrayList<>();
        for (VectorFile file : files(glob)) {
            for (JsonNode event : file.json().get("events")) {
                if (event.has("message")) {
                    messages.add(bytes(event.get("message"), "wire"));
                }
            }
        }
        return messages;
    }

    /** The files of the version with a conversation in them. */
    public Stream<VectorFile> transcripts() {
        return files("*.json").stream().filter(file -> file.json().has("events"));
    }

    /** A test of each conversation of each version. */
    public static Stream<DynamicTest> transcriptTests(TranscriptTest test) {
        return Stream.of(values())
                .flatMap(version -> version.transcripts()
                        .map(file -> DynamicTest.dynamicTest(file.name(), () -> test.run(version, file))));
    }

    /** A test of one conversation. */
    @FunctionalInterface
    public interface TranscriptTest {
        void run(VectorVersion version, VectorFile file) throws Exception;
    }

    /** A test of each case of an array in the files of damaged messages of each version. */
    public static Stream<DynamicTest> mutationTests(String array, MutationTest test) {
        return Stream.of(values())
                .flatMap(version -> Vectors.tests(
                        "generated/" + version.folder + "/mutations*.json",
                        "/" + array,
                        (file, vector) -> test.run(version, file, vector)));
    }

    /** A test of one damaged message. */
    @FunctionalInterface
    public interface MutationTest {
        void run(VectorVersion version, JsonNode file, JsonNode vector) throws Exception;
    }

    /** What stands before the message under a MAC. */
    public abstract Bytes macInput(AssociatedData associatedData, Role sender);

    /** What the payload's cipher draws for a message, in that order. */
    public List<Bytes> drawnFor(JsonNode message) {
        return drawn.stream().map(field -> bytes(message, field)).toList();
    }

    /** A payload with what goes with it in a message. */
    public Payload payload(JsonNode message, Bytes ciphertext) {
        Bytes iv = message.has("payload_iv") ? bytes(message, "payload_iv") : Bytes.EMPTY;
        return new Payload(iv, Optional.of(ciphertext));
    }
}
