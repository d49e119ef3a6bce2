/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are those of a running server, which goes on writing while they are searched. */
class ServerFilesTest {
    @TempDir
    private Path data;

    @Test
    void filesThatComeGoAndShrinkDoNotStopASearch() throws Exception {
        for (int i = 0; i < 100; i++) {
            Files.writeString(data.resolve("kept-" + i), "text " + i);
        }
        AtomicBoolean searched = new AtomicBoolean();
        CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
            while (!searched.get()) {
                writeAndRemove(data.resolve("journal"));
            }
        });
        ServerFiles files = new ServerFiles(Optional.of(data), Optional.empty(), 0);

        try {
            for (int search = 0; search < 300; search++) {
                assertThat(files.dataFilesHolding("text 99")).containsExactly(data.resolve("kept-99"));
            }
        } finally {
            searched.set(true);
        }
        server.get(30, TimeUnit.SECONDS);
    }

    @Test
    void theLogIsReadFromAMomentOn() throws Exception {
        Path log = Files.writeString(data.resolve("log"), "before and after");

        ServerFiles files = new ServerFiles(Optional.empty(), Optional.of(log), "before ".length());

        assertThat(files.holding("after")).containsExactly(log);
        assertThat(files.holding("before")).isEmpty();
    }

    private static void writeAndRemove(Path file) {
        try {
            Files.writeString(file, "a step of a transaction");
            Files.writeString(file, "");
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
