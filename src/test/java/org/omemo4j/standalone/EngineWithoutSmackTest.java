/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoEngine;

/** {@code docs/engine-without-smack.md} shows a program that runs. */
class EngineWithoutSmackTest {
    private final EngineExample example = new EngineExample();

    @Test
    void theExampleRuns() throws Exception {
        OmemoEngine alice = example.start("alice@example.org");
        OmemoEngine bob = example.start("bob@example.org");

        assertThat(example.decrypt(bob, alice, example.encrypt(alice, bob, "Hello Bob")))
                .isEqualTo("Hello Bob");
        assertThat(example.decrypt(alice, bob, example.encrypt(bob, alice, "Hello Alice")))
                .isEqualTo("Hello Alice");
    }

    @Test
    void theDocumentQuotesTheExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/org/omemo4j/standalone/EngineExample.java"));
        String program = source.substring(source.indexOf("import "));

        assertThat(Files.readString(Path.of("docs/engine-without-smack.md"))).contains("```java\n" + program + "```\n");
    }
}
