/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The log of a server, which has each stanza as it came, and all files that it stores. */
final class ServerFiles implements ServerView {
    private final Path log;
    private final Path data;

    ServerFiles(Path log, Path data) {
        this.log = log;
        this.data = data;
    }

    @Override
    public String heading() {
        return "What the server logged";
    }

    @Override
    public Optional<String> stanza(String id, Deadline deadline) throws IOException, InterruptedException {
        return Poll.until(deadline, Optional::isPresent, () -> ServerView.findStanza(read(log), id));
    }

    @Override
    public boolean contains(String text) throws IOException {
        for (Path file : files()) {
            if (read(file).contains(text)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this text is in one of the data files, stored and not only logged; waits for it, but not longer than that. */
    boolean stores(String text, Deadline deadline) throws IOException, InterruptedException {
        return Poll.until(deadline, stored -> stored, () -> stores(text));
    }

    private boolean stores(String text) throws IOException {
        for (Path file : files()) {
            if (!file.equals(log) && read(file).contains(text)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String extent() throws IOException {
        long bytes = 0;
        List<Path> files = files();
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return "the server's log and " + (files.size() - 1) + " data files (" + (bytes + 999) / 1000 + " kB)";
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        files.add(log);
        try (Stream<Path> below = Files.walk(data)) {
            below.filter(Files::isRegularFile).forEach(files::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return files;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
