/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * The test vectors below {@code src/test/resources/vectors}.  A test names a kind of file by a glob, so that a new file of the kind is
 * tested by being there.
 */
public final class Vectors {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One file: its path below the vectors' folder, and its content. */
    public record VectorFile(String name, JsonNode json) {}

    /** A test of one case. */
    @FunctionalInterface
    public interface CaseTest {
        void run(JsonNode vector) throws Exception;
    }

    /** A test of one case, with the whole file. */
    @FunctionalInterface
    public interface CaseOfFileTest {
        void run(JsonNode file, JsonNode vector) throws Exception;
    }

    private Vectors() {}

    /** All files that match a glob, such as <code>generated/x3dh*.json</code>, by name; at least one. */
    public static List<VectorFile> files(String glob) {
        Path root = root();
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        List<VectorFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all.sorted()::iterator) {
                Path relative = root.relativize(path);
                if (Files.isRegularFile(path) && matcher.matches(relative)) {
                    files.add(new VectorFile(relative.toString(), JSON.readTree(path.toFile())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (files.isEmpty()) {
            throw new IllegalStateException("no vectors match " + glob + " below " + root);
        }
        return files;
    }

    /**
     * A test for each element of an array in each file that matches; its name tells file, place and the case's own name.
     *
     * @param pointer where the array is, as a JSON pointer, such as <code>/cases</code>
     */
    public static Stream<DynamicTest> tests(String glob, String pointer, CaseTest test) {
        return tests(glob, pointer, (file, vector) -> test.run(vector));
    }

    /** The same for cases that need something else of their file. */
    public static Stream<DynamicTest> tests(String glob, String pointer, CaseOfFileTest test) {
        List<DynamicTest> tests = new ArrayList<>();
        for (VectorFile file : files(glob)) {
            JsonNode cases = file.json().at(pointer);
            if (!cases.isArray() || cases.isEmpty()) {
                throw new IllegalStateException("no array at " + pointer + " in " + file.name());
            }
            for (int i = 0; i < cases.size(); i++) {
                JsonNode vector = cases.get(i);
                String name = file.name() + " " + pointer + "/" + i + label(vector);
                tests.add(DynamicTest.dynamicTest(name, () -> test.run(file.json(), vector)));
            }
        }
        return tests.stream();
    }

    /** A test for each case of each group of a Wycheproof file; the case carries its group's other fields as well. */
    public static Stream<DynamicTest> wycheproof(String glob, WycheproofTest test) {
        List<DynamicTest> tests = new ArrayList<>();
        for (VectorFile file : files(glob)) {
            for (JsonNode group : file.json().get("testGroups")) {
                for (JsonNode vector : group.get("tests")) {
                    String name = file.name() + " tcId " + vector.get("tcId").asInt() + label(vector);
                    tests.add(DynamicTest.dynamicTest(name, () -> test.run(group, vector)));
                }
            }
            if (tests.size() < file.json().get("numberOfTests").asInt()) {
                throw new IllegalStateException(file.name() + " says it has more tests than were found");
            }
        }
        return tests.stream();
    }

    /** A test of one Wycheproof case. */
    @FunctionalInterface
    public interface WycheproofTest {
        void run(JsonNode group, JsonNode vector) throws Exception;
    }

    /** The text of a field that must be there. */
    public static String text(JsonNode vector, String field) {
        JsonNode value = vector.get(field);
        if (value == null || !value.isTextual()) {
            throw new IllegalStateException("no text " + field + " in " + vector);
        }
        return value.asText();
    }

    /** The bytes of a field in hexadecimal. */
    public static Bytes bytes(JsonNode vector, String field) {
        return Bytes.ofHex(text(vector, field));
    }

    /** The bytes of a field in hexadecimal, as a secret. */
    public static Secret secret(JsonNode vector, String field) {
        return Secret.of(bytes(vector, field));
    }

    private static String label(JsonNode vector) {
        for (String field : List.of("name", "comment", "label", "namespace")) {
            JsonNode value = vector.get(field);
            if (value != null && !value.asText().isEmpty()) {
                return " " + value.asText();
            }
        }
        return "";
    }

    private static Path root() {
        URL url = Objects.requireNonNull(Vectors.class.getResource("/vectors"), "no folder vectors on the class path");
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
