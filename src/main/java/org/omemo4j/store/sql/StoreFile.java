/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.omemo4j.store.StoreException;

/**
 * The file of a store, before SQLite opens it: made for its owner only, and looked at without changing it.
 *
 * <p>None of this may happen while SQLite has the file open in this process: on POSIX systems, closing any descriptor of a file drops all
 * locks that the process holds on it, those of SQLite too.
 */
final class StoreFile {

    /** In the file's header, so that {@code file} and we can tell: "OMEM". */
    static final int APPLICATION_ID = 0x4f4d454d;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    /** SQLite, "Database File Format", 1.3: the header, and where it holds its magic, the user version and the application id. */
    private static final int HEADER_BYTES = 100;

    private static final String MAGIC = "SQLite format 3\0";
    private static final int USER_VERSION_AT = 60;
    private static final int APPLICATION_ID_AT = 68;

    private StoreFile() {}

    /** The same path for the same file, whatever link leads there. Makes its directory, for the owner only, if there is none. */
    static Path resolve(Path file) throws StoreException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new StoreException(file + " is not a file.");
        }
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(directory, attributes(directory, OWNER_ONLY_DIRECTORY));
            }
            if (Files.exists(file)) {
                return file.toRealPath();
            }
            return directory.toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            throw new StoreException("The directory " + directory + " cannot be made or read.", e);
        }
    }

    /** Makes the file if there is none, else takes it from everybody but its owner, as far as the file system knows owners. */
    static void create(Path file) throws StoreException {
        try {
            Files.createFile(file, attributes(file, OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            restrict(file);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be made; look at the permissions of its directory.", e);
        }
    }

    private static void restrict(Path file) throws StoreException {
        if (!Files.isRegularFile(file)) {
            throw new StoreException(file + " is not a file.");
        }
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view != null && !OWNER_ONLY.containsAll(view.readAttributes().permissions())) {
                Set<PosixFilePermission> permissions = view.readAttributes().permissions();
                permissions.retainAll(OWNER_ONLY);
                view.setPermissions(permissions);
            }
        } catch (IOException e) {
            throw new StoreException(file + " cannot be taken from other users; look at its owner.", e);
        }
    }

    /** Creates for the owner only, where the file system knows owners. */
    static FileAttribute<?>[] ownerOnly(Path file) {
        return attributes(file, OWNER_ONLY);
    }

    private static FileAttribute<?>[] attributes(Path near, Set<PosixFilePermission> permissions) {
        return near.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /**
     * Refuses what is not a store of ours by the header of its file, which is left as it is.
     *
     * @param knownSchema the newest schema that this release knows.
     */
    static void inspect(Path file, int knownSchema) throws StoreException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try {
            if (Files.exists(beside(file, "-journal"))) {
                return; // Its first schema was not written to the end: SQLite takes it back, and Schema looks again.
            }
            if (Files.size(file) == 0) {
                if (Files.exists(beside(file, "-wal")) && Files.size(beside(file, "-wal")) > 0) {
                    throw Failures.damaged(file);
                }
                return;
            }
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                while (header.hasRemaining() && channel.read(header) >= 0) {}
            }
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read; look at its permissions.", e);
        }
        if (header.hasRemaining()) {
            throw Failures.damaged(file);
        }
        if (!new String(header.array(), 0, MAGIC.length(), StandardCharsets.ISO_8859_1).equals(MAGIC)
                || header.getInt(APPLICATION_ID_AT) != APPLICATION_ID) {
            throw Failures.foreign(file);
        }
        if (header.getInt(USER_VERSION_AT) > knownSchema) {
            throw Failures.newer(file, header.getInt(USER_VERSION_AT), knownSchema);
        }
    }

    /** The file of this name with something added to it. */
    static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
