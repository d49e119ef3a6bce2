/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.OmemoConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that logs in. */
final class AccountOptions {
    @Option(
            names = "--jid",
            required = true,
            paramLabel = "JID",
            converter = JidArgument.class,
            description =
                    "Your account, for example alice@example.org. DNS says where its server is, unless --server does.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private EntityBareJid jid;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "The first line of this file is the password. Without it, the environment variable OMEMO_PASSWORD is, or you are asked.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description =
                    "Where this device keeps its keys; by default omemo4j/<jid>.db in $XDG_DATA_HOME, which is ~/.local/share if it is not set.")
    private @Nullable Path store;

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            defaultValue = "auto",
            converter = SpokenVersion.Converter.class,
            description =
                    "The version of OMEMO to write in: omemo2, legacy, or auto, the best that all devices of a conversation speak; ${DEFAULT-VALUE} by default. Everything is read.")
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private SpokenVersion version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = WaitTime.class,
            description =
                    "How long to wait for a busy store and the server, for example 30s or 2m; ${DEFAULT-VALUE} by default.")
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private Duration wait;

    /** The account with its password. Asks for that last, when all else is right. */
    Account account(Terminal terminal) throws CommandFailure {
        Route route = server.route(jid.asDomainBareJid());
        return new Account(jid, Password.find(Optional.ofNullable(passwordFile), jid.toString(), terminal), route);
    }

    /** The store's file, in a folder that exists. */
    Path store(Terminal terminal) throws CommandFailure {
        Path file = store != null ? store : StoreFile.standard(jid, terminal);
        StoreFile.makeFolder(file);
        return file;
    }

    OmemoConfig config() {
        return version.config();
    }

    Duration waitTime() {
        return wait;
    }

    void applyLogging() {
        server.applyLogging();
    }
}
