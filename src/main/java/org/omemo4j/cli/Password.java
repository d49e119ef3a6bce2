/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a password comes from: a file, the environment, or a prompt. Never from an argument, which every user of the machine can read. */
final class Password {
    /** The environment variable. */
    static final String VARIABLE = "OMEMO_PASSWORD";

    private Password() {}

    /**
     * The first line of the file, if one is given; else the variable; else what a person types.
     *
     * @throws CommandFailure if there is none.
     */
    static String find(Optional<Path> file, String account, Terminal terminal) throws CommandFailure {
        if (file.isPresent()) {
            return firstLine(file.get());
        }
        Optional<String> variable = terminal.variable(VARIABLE);
        if (variable.isPresent()) {
            return variable.get();
        }
        return terminal.prompt()
                .apply("Password of " + account + ": ")
                .filter(typed -> !typed.isEmpty())
                .orElseThrow(() -> new CommandFailure(
                        "no password: give --password-file, set " + VARIABLE + ", or run it on a terminal"));
    }

    private static String firstLine(Path file) throws CommandFailure {
        String line;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            line = reader.readLine();
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no password file " + file, e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure("the password file " + file + " may not be read", e);
        } catch (CharacterCodingException e) {
            throw new CommandFailure("the password file " + file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new CommandFailure("the password file " + file + " cannot be read: " + Sentence.of(e), e);
        }
        if (line == null || line.isEmpty()) {
            throw new CommandFailure("the first line of the password file " + file + " is empty");
        }
        return line;
    }
}
