/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.sql.SqlStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The engine reads an archive into a store on the disk: in batches, as it does while catching up, or with a commit of its own for each message. */
@State(Scope.Thread)
public class ArchiveBenchmark {

    private final Path directory;
    private final Path file;
    private final Archive archive;
    private @Nullable SqlStore store;
    private @Nullable OmemoEngine engine;

    /** The archive, and the store as it is before it is read. */
    public ArchiveBenchmark() {
        try {
            directory = Files.createTempDirectory(Path.of(System.getProperty("benchmark.directory", ".")), "archive");
            file = directory.resolve("store.db");
            SqlStore empty = SqlStore.open(file);
            empty.lock();
            archive = new Archive(empty);
            empty.close();
        } catch (IOException | StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy of the store. */
    @Setup(Level.Invocation)
    public void open() throws IOException, StoreException {
        Path copy = directory.resolve("copy.db");
        Files.copy(file, copy);
        SqlStore opened = SqlStore.open(copy);
        opened.lock();
        store = opened;
        engine = archive.open(opened);
    }

    @Benchmark
    @OperationsPerInvocation(Archive.MESSAGES)
    public int batched() throws StoreException {
        OmemoEngine reading = Objects.requireNonNull(engine);
        reading.catchUp();
        int read = archive.read(reading);
        reading.settle();
        return read;
    }

    @Benchmark
    @OperationsPerInvocation(Archive.MESSAGES)
    public int oneByOne() throws StoreException {
        return archive.read(Objects.requireNonNull(engine));
    }

    /** Takes the copy away. */
    @TearDown(Level.Invocation)
    public void close() throws IOException, StoreException {
        Objects.requireNonNull(store).close();
        for (String name : new String[] {"copy.db", "copy.db-wal", "copy.db-shm", "copy.db.lock"}) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    /** Takes the files away. */
    @TearDown(Level.Trial)
    public void clear() throws IOException {
        try (var files = Files.list(directory)) {
            for (Path left : files.toList()) {
                Files.delete(left);
            }
        }
        Files.delete(directory);
    }
}
