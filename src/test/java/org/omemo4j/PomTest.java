/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a consumer's build meets when it resolves the library. */
class PomTest {
    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");

    @Test
    void noDependencyIsAVersionRange() throws IOException {
        assertThat(pom()).doesNotContainPattern("<version>\\s*[\\[(]");
    }

    @Test
    void smacksRangedDependenciesAreExcludedAndFixedOnesStandInTheirPlace() throws IOException {
        List<String> smack = dependencies("org.igniterealtime.smack");

        assertThat(smack)
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(dependency -> assertThat(dependency)
                        .containsPattern("<exclusion>\\s*<groupId>org.jxmpp</groupId>\\s*<artifactId>\\*</artifactId>")
                        .containsPattern(
                                "<exclusion>\\s*<groupId>org.minidns</groupId>\\s*<artifactId>\\*</artifactId>"));
        assertThat(dependencies("org.jxmpp")).isNotEmpty();
        assertThat(dependencies("org.minidns")).isNotEmpty();
    }

    @Test
    void nothingUnderTheGplIsThere() throws IOException {
        assertThat(pom())
                .doesNotContainIgnoringCase("libsignal")
                .doesNotContain("smack-omemo-signal", "signal-protocol");
    }

    private static List<String> dependencies(String group) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher matcher = DEPENDENCY.matcher(pom());
        while (matcher.find()) {
            String before = matcher.group(1).replaceAll("(?s)<exclusions>.*", "");
            if (before.contains("<groupId>" + group + "</groupId>") && !before.contains("<scope>test</scope>")) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }

    private static String pom() throws IOException {
        return Files.readString(Path.of("pom.xml"), StandardCharsets.UTF_8);
    }
}
