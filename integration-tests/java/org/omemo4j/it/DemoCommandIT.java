/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The `omemo demo` command, and the launcher of the checkout. */
@OnServer
class DemoCommandIT {
    @Test
    void theDemoOnAGivenServerShowsBothSides(World world) {
        ClientBuilder.Endpoint endpoint = world.server().endpoint();

        OmemoCommand demo = OmemoCommand.start(
                world,
                Map.of("COLUMNS", "90"),
                List.of(),
                "demo",
                "--insecure",
                "--server",
                endpoint.host() + ":" + endpoint.port(),
                "--domain",
                endpoint.domain());

        assertThat(demo.exitCode()).as("%s", demo).isZero();
        assertThat(demo.out())
                .anySatisfy(line -> assertThat(line).contains("Hello Bob!"))
                .anySatisfy(line -> assertThat(line).contains("| ", "<encrypted xmlns='urn:xmpp:omemo:2'>"))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(90));
    }

    @Test
    void theDemoStartsAServerAndStopsIt(World world) throws IOException {
        Path temporary = TestServer.scratch("demo");

        OmemoCommand demo =
                OmemoCommand.start(world, Map.of(), List.of("-Djava.io.tmpdir=" + temporary.toAbsolutePath()), "demo");

        assertThat(demo.exitCode()).as("%s", demo).isZero();
        assertThat(demo.out()).anySatisfy(line -> assertThat(line).contains("none of the sentences"));
        assertThat(demoFolders(temporary)).isEmpty();
    }

    @Test
    void aDemoThatIsInterruptedStopsItsServer(World world) throws IOException {
        Path temporary = TestServer.scratch("demo");
        OmemoCommand demo =
                OmemoCommand.start(world, Map.of(), List.of("-Djava.io.tmpdir=" + temporary.toAbsolutePath()), "demo");
        demo.awaitErr("making two accounts");

        demo.interrupt();

        assertThat(demo.exitCode()).isNotZero();
        assertThat(demoFolders(temporary)).isEmpty();
    }

    @Test
    void theLauncherRunsTheJarAndPassesItsExitCode(World world) {
        List<String> launcher = List.of(Path.of("omemo").toAbsolutePath().toString());

        OmemoCommand version = OmemoCommand.start(world, Map.of(), append(launcher, "--version"));
        OmemoCommand wrong = OmemoCommand.start(world, Map.of(), append(launcher, "send"));

        assertThat(version.exitCode()).as("%s", version).isZero();
        assertThat(version.out()).singleElement().asString().startsWith("omemo ");
        assertThat(wrong.exitCode()).isEqualTo(2);
    }

    private static List<Path> demoFolders(Path temporary) throws IOException {
        try (Stream<Path> all = Files.list(temporary)) {
            return all.filter(path -> path.getFileName().toString().startsWith("omemo-demo"))
                    .toList();
        }
    }

    private static List<String> append(List<String> list, String last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
