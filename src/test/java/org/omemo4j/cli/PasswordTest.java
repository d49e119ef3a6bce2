/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {
    private final CommandRun command = new CommandRun();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"p\u00e4ss word", "p\u00e4ss word\n", "p\u00e4ss word\r\n", "p\u00e4ss word\nsecond line\n"})
    void isTheFirstLineOfTheFile(String content) throws Exception {
        command.variable("OMEMO_PASSWORD", "another");

        assertThat(find(Optional.of(file(content)))).isEqualTo("p\u00e4ss word");
    }

    @Test
    void comesFromTheEnvironmentWithoutAFile() throws Exception {
        command.variable("OMEMO_PASSWORD", "from the environment").prompt(question -> Optional.of("typed"));

        assertThat(find(Optional.empty())).isEqualTo("from the environment");
    }

    @Test
    void isAskedForLast() throws Exception {
        command.prompt(question -> Optional.of("typed after " + question));

        assertThat(find(Optional.empty())).isEqualTo("typed after Password of alice@example.org: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\nsecond line"})
    void isNeverEmpty(String content) throws IOException {
        Path file = file(content);
        command.variable("OMEMO_PASSWORD", "another");

        assertThatThrownBy(() -> find(Optional.of(file)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("empty");
    }

    @Test
    void aMissingFileIsNotReplacedByAnotherSource() {
        command.variable("OMEMO_PASSWORD", "another");

        assertThatThrownBy(() -> find(Optional.of(folder.resolve("nothing"))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("nothing");
    }

    @Test
    void nobodyToAskIsAFailure() {
        assertThatThrownBy(() -> find(Optional.empty()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no password");
    }

    private String find(Optional<Path> file) throws CommandFailure {
        return Password.find(file, "alice@example.org", command.terminal());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("password"), content);
    }
}
