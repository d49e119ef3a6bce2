/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The server of a checkout: {@code integration-tests/prosody/server up} with a folder of its own, and {@code down} at the end. */
final class TestServer implements AutoCloseable {
    private final Path script;
    private final Path folder;
    private boolean closed;

    private TestServer(Path script, Path folder) {
        this.script = script;
        this.folder = folder;
    }

    /** The script of the checkout that this program was built in, if it still lies there. */
    static Optional<Path> script() {
        CodeSource source = TestServer.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            Path built = Path.of(source.getLocation().toURI()); // <checkout>/target/<jar or classes>
            Path target = built.getParent();
            return Optional.ofNullable(target == null ? null : target.getParent())
                    .map(checkout -> checkout.resolve("integration-tests/prosody/server"))
                    .filter(Files::isExecutable);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Not started yet, so that {@link #close} can be promised first. */
    static TestServer of(Path script) throws CommandFailure {
        try {
            return new TestServer(script, Files.createTempDirectory("omemo-demo"));
        } catch (IOException e) {
            throw new CommandFailure("no temporary folder can be made: " + e.getMessage(), e);
        }
    }

    /**
     * Starts it; it ends with this process at the latest. What goes on is said on stderr by the script.
     *
     * @return what the script prints: HOST, PORT, DOMAIN, and if they are readable DATA and LOG.
     */
    Map<String, String> start() throws CommandFailure, InterruptedException {
        List<String> lines =
                run("up", "--owner", Long.toString(ProcessHandle.current().pid()));
        return lines.stream()
                .filter(line -> line.indexOf('=') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')),
                        line -> line.substring(line.indexOf('=') + 1),
                        (first, second) -> second));
    }

    /** Stops it and removes its files. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            run("down");
            removeFolder();
        } catch (CommandFailure | IOException | UncheckedIOException e) {
            // It ends with this process anyway, and what is left of it lies in the temporary folder.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> run(String command, String... options) throws CommandFailure, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(script.toString(), command, "--run-dir", folder.toString());
        builder.command().addAll(List.of(options));
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CommandFailure("the server could not be started (" + script + " " + command + " failed)");
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new CommandFailure(script + " cannot be run: " + e.getMessage(), e);
        }
    }

    private void removeFolder() throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
