/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.StoreLockedException;

/**
 * The operating system's lock on {@code <file>.lock}, which says who holds a store. The death of the process frees it; the file stays, and its
 * content counts only while somebody holds the lock.
 */
final class StoreLock implements AutoCloseable {

    /**
     * The stores that this process holds, and who holds them. Process-wide, because the lock is: on POSIX systems closing any descriptor of the
     * lock file, by which we would ask for the lock a second time, gives up the lock that the process has.
     */
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    /** Descriptors that must not be closed for the same reason: another class loader of this process holds the lock. */
    private static final List<FileChannel> NOT_TO_BE_CLOSED = new ArrayList<>();

    /** Behind everything that is written there: where locks keep others from reading, the holder's name can still be read. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int MAX_HOLDER_BYTES = 500;

    private final Path lockFile;
    private final FileChannel channel;

    private StoreLock(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * @param file the store's file, resolved.
     * @param holder who we are, for those who come too late.
     */
    static StoreLock take(Path file, String holder) throws StoreException {
        Path lockFile = StoreFile.beside(file, ".lock");
        String ours = HELD.putIfAbsent(lockFile, holder);
        if (ours != null) {
            throw inUse(file, ours);
        }
        boolean taken = false;
        try {
            StoreLock lock = take(file, lockFile, holder);
            taken = true;
            return lock;
        } catch (IOException e) {
            throw new StoreException(lockFile + " cannot be written; look at the permissions of its directory.", e);
        } finally {
            if (!taken) {
                HELD.remove(lockFile);
            }
        }
    }

    private static StoreLock take(Path file, Path lockFile, String holder) throws IOException, StoreException {
        Set<OpenOption> options = new HashSet<>(Arrays.asList(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
        FileChannel channel = FileChannel.open(lockFile, options, StoreFile.ownerOnly(lockFile));
        boolean keep = false;
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw inUse(file, read(channel));
            }
            keep = true;
        } catch (OverlappingFileLockException e) {
            keep = true;
            synchronized (NOT_TO_BE_CLOSED) {
                NOT_TO_BE_CLOSED.add(channel);
            }
            throw inUse(file, read(channel));
        } finally {
            if (!keep) {
                channel.close();
            }
        }
        StoreLock lock = new StoreLock(lockFile, channel);
        boolean written = false;
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            written = true;
            return lock;
        } finally {
            if (!written) {
                channel.close();
            }
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        channel.read(content, 0);
        String holder = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8)
                .replaceAll("\\p{C}", " ")
                .strip();
        return holder.isEmpty() ? "another process" : holder;
    }

    private static StoreLockedException inUse(Path file, String holder) {
        return new StoreLockedException(file.getFileName() + " is in use by " + holder);
    }

    /** Frees the lock. The file stays: who deletes it takes it from under somebody who is just asking for it. */
    @Override
    public void close() throws IOException {
        try (channel) {
            channel.truncate(0);
        } finally {
            HELD.remove(lockFile);
        }
    }
}
