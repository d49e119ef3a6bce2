/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * What lies in a directory, read as anybody could who got hold of the disk. Reading a file that SQLite has open takes SQLite's locks from it
 * (POSIX); these tests have nobody to lock out.
 */
final class StoreFiles {

    /** Of a secret that we look for, this much is enough to find it: what has lost its edges is found as well. */
    private static final int PART = 16;

    private final Path directory;

    StoreFiles(Path directory) {
        this.directory = directory;
    }

    /** All files and their content. */
    Map<String, Bytes> read() throws IOException {
        Map<String, Bytes> contents = new HashMap<>();
        for (Path file : list()) {
            contents.put(file.getFileName().toString(), Bytes.of(Files.readAllBytes(file)));
        }
        return contents;
    }

    byte[] read(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Those of the secrets whose middle is in any of the files. */
    List<Secret> find(List<Secret> secrets) throws IOException {
        Map<Bytes, Secret> parts = new HashMap<>();
        for (Secret secret : secrets) {
            int from = (secret.size() - PART) / 2;
            parts.put(Bytes.of(secret.slice(from, from + PART).reveal()), secret);
        }
        List<Secret> found = new ArrayList<>();
        for (Bytes content : read().values()) {
            for (int at = 0; at + PART <= content.size(); at++) {
                Secret secret = parts.remove(content.slice(at, at + PART));
                if (secret != null) {
                    found.add(secret);
                }
            }
        }
        return found;
    }
}
