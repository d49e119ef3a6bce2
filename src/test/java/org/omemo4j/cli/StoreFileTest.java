/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;

class StoreFileTest {
    private static final EntityBareJid ALICE = JidCreate.entityBareFromOrThrowUnchecked("alice@example.org");
    private final CommandRun command = new CommandRun().variable("HOME", "/home/alice");

    @TempDir
    Path folder;

    @Test
    void liesInTheDataHome() {
        command.variable("XDG_DATA_HOME", "/data");

        assertThat(StoreFile.standard(ALICE, command.terminal()))
                .isEqualTo(Path.of("/data/omemo4j/alice@example.org.db"));
    }

    @Test
    void liesInLocalShareWithoutADataHome() {
        assertThat(StoreFile.standard(ALICE, command.terminal()))
                .isEqualTo(Path.of("/home/alice/.local/share/omemo4j/alice@example.org.db"));
    }

    @Test
    void aRelativeDataHomeIsIgnored() {
        command.variable("XDG_DATA_HOME", "data");

        assertThat(StoreFile.standard(ALICE, command.terminal()))
                .isEqualTo(Path.of("/home/alice/.local/share/omemo4j/alice@example.org.db"));
    }

    @Test
    void itsFolderIsForTheOwnerOnly() throws Exception {
        Path store = folder.resolve("share/omemo4j/alice@example.org.db");

        StoreFile.makeFolder(store);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aFileInTheWayIsAFailure() throws Exception {
        Files.writeString(folder.resolve("omemo4j"), "");

        assertThatThrownBy(() -> StoreFile.makeFolder(folder.resolve("omemo4j/alice@example.org.db")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is a file");
    }
}
