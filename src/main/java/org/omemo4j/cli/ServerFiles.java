/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
        return read(log).contains(text) || stores(text);
    }

    /** Whether this text is in one of the data files, stored and not only logged; waits for it, but not longer than that. */
    boolean stores(String text, Deadline deadline) throws IOException, InterruptedException {
        return Poll.until(deadline, stored -> stored, () -> stores(text));
    }

    private boolean stores(String text) throws IOException {
        for (Path file : dataFiles().keySet()) {
            if (readUnlessGone(file).contains(text)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String extent() throws IOException {
        Map<Path, Long> files = dataFiles();
        long bytes = Files.size(log)
                + files.values().stream().mapToLong(size -> size).sum();
        return "the server's log and " + files.size() + " data files (" + (bytes + 999) / 1000 + " kB)";
    }

    /** The data files and their sizes in bytes; a running server makes and removes some of them meanwhile. */
    private Map<Path, Long> dataFiles() throws IOException {
        Map<Path, Long> files = new LinkedHashMap<>();
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.put(file, attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException && !file.equals(data)) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return files;
    }

    private static String readUnlessGone(Path file) throws IOException {
        try {
            return read(file);
        } catch (NoSuchFileException e) {
            return ""; // removed since it was listed
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
