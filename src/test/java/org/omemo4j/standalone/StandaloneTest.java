/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.omemo4j.crypto.Bytes;

class StandaloneTest {

    @Test
    void x3dhAndDoubleRatchetNeedNothingButBouncyCastle(@TempDir Path folder) throws Exception {
        copyProgram(folder);
        Path output = folder.resolve("output");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                folder.toString(),
                                origin(Bytes.class).toString(),
                                origin(X25519.class).toString()),
                        Conversation.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }

        assertThat(Files.readString(output, StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "org.jspecify.annotations.NullMarked is absent",
                        "org.jivesoftware.smack.XMPPConnection is absent",
                        "com.google.protobuf.Message is absent",
                        "org.junit.jupiter.api.Test is absent",
                        "bob reads: hello",
                        "alice reads: hello yourself",
                        "bob reads: goodbye");
        assertThat(program.exitValue()).isZero();
    }

    /** The program alone: the folder of the test classes would bring the test kit with it. */
    private static void copyProgram(Path folder) throws IOException, URISyntaxException {
        Path inside = Path.of(Conversation.class.getPackageName().replace('.', '/'));
        Path target = Files.createDirectories(folder.resolve(inside));
        try (DirectoryStream<Path> classes =
                Files.newDirectoryStream(origin(Conversation.class).resolve(inside), "Conversation*.class")) {
            for (Path file : classes) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    private static Path origin(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
