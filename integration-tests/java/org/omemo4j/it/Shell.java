/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the `omemo` command for the accounts of a test: each has a store of its own, and its password in a file. */
final class Shell {
    private final World world;
    private final Path files;
    private final String server;
    private final List<String> jvmOptions;
    private final List<String> options;

    private Shell(World world, Path files, String server, List<String> jvmOptions, List<String> options) {
        this.world = world;
        this.files = files;
        this.server = server;
        this.jvmOptions = jvmOptions;
        this.options = options;
    }

    /** At the test's server, without TLS. */
    Shell(World world) {
        this(
                world,
                TestServer.scratch("cli"),
                world.server().endpoint().host() + ":"
                        + world.server().endpoint().port(),
                List.of(),
                List.of("--insecure"));
    }

    /** At another address. */
    Shell at(String otherServer) {
        return new Shell(world, files, otherServer, jvmOptions, options);
    }

    /** With TLS, as is usual, and trusting whom the JVM trusts. */
    Shell withTls(String... moreJvmOptions) {
        return new Shell(world, files, server, List.of(moreJvmOptions), List.of());
    }

    /** The file that has the keys and sessions of an account. */
    Path store(Account account) {
        return files.resolve(account.name() + ".db");
    }

    OmemoCommand chat(Account account) {
        return run(account, "chat", "--json");
    }

    OmemoCommand send(Account account, String to, String text) {
        return run(account, "send", to, text);
    }

    OmemoCommand run(Account account, String command, String... more) {
        Path password = files.resolve(account.name() + ".password");
        Smack.run(() -> Files.writeString(password, account.password() + "\n"));
        List<String> arguments = new ArrayList<>(List.of("--server", server, "--password-file", password.toString()));
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        return runLocally(account, command, arguments.toArray(String[]::new));
    }

    /** One that logs in nowhere. */
    OmemoCommand runLocally(Account account, String command, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--jid", account.jid().toString()));
        arguments.addAll(List.of("--store", store(account).toString()));
        arguments.addAll(List.of(more));
        // A UTF-8 locale, for the arguments; the launcher sees to it for people.
        return OmemoCommand.start(world, Map.of("LC_ALL", "C.UTF-8"), jvmOptions, arguments.toArray(String[]::new));
    }
}
