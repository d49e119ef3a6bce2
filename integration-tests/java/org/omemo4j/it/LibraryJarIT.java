/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jar that is published. */
class LibraryJarIT {
    private static final Pattern TIME =
            Pattern.compile("<project.build.outputTimestamp>(.*)Z</project.build.outputTimestamp>");

    @Test
    void everyEntryHasTheTimeOfTheRelease() throws IOException {
        Matcher time = TIME.matcher(Files.readString(Path.of("pom.xml"), StandardCharsets.UTF_8));
        assertThat(time.find()).isTrue();

        assertThat(entries()).extracting(ZipEntry::getTimeLocal).containsOnly(LocalDateTime.parse(time.group(1)));
    }

    @Test
    void theCommandIsNotInIt() throws IOException {
        assertThat(entries())
                .extracting(ZipEntry::getName)
                .contains("org/omemo4j/smack/OmemoManager.class")
                .noneMatch(name -> name.contains("/cli/"));
    }

    /** {@code target/omemo4j-<version>.jar}, beside which the command's jar ends in {@code -cli.jar}. */
    static Path jar() {
        return Path.of(OmemoCommand.jar().toString().replace("-cli.jar", ".jar"));
    }

    private static List<ZipEntry> entries() throws IOException {
        try (JarFile jar = new JarFile(jar().toFile())) {
            return jar.stream().<ZipEntry>map(entry -> entry).toList();
        }
    }
}
