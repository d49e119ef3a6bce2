/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;

/** Where an account's keys and sessions are kept. */
final class StoreFile {
    private StoreFile() {}

    /** {@code $XDG_DATA_HOME/omemo4j/<jid>.db}, below {@code ~/.local/share} where the variable is not set (XDG Base Directory Specification). */
    static Path standard(EntityBareJid jid, Terminal terminal) {
        // A relative path is to be ignored, says the specification.
        Optional<Path> data = terminal.variable("XDG_DATA_HOME").map(Path::of).filter(Path::isAbsolute);
        Path home = Path.of(terminal.variable("HOME").orElseGet(() -> System.getProperty("user.home")));
        return data.orElse(home.resolve(".local/share")).resolve("omemo4j").resolve(jid + ".db");
    }

    /** Makes the folder of a store, for its owner only, if it is not there yet. */
    static void makeFolder(Path store) throws CommandFailure {
        Path folder = store.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        try {
            if (folder.getParent() != null) {
                Files.createDirectories(folder.getParent());
            }
            boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] ownerOnly = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                    }
                    : new FileAttribute<?>[0];
            Files.createDirectory(folder, ownerOnly);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new CommandFailure("the store's folder " + folder + " is a file", e);
            }
        } catch (IOException e) {
            throw new CommandFailure("the store's folder " + folder + " cannot be made: " + Sentence.of(e), e);
        }
    }
}
