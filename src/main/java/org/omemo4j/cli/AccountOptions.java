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
import picocli.CommandLine.Option;

/** The options of a command that logs in. */
final class AccountOptions {
    @Option(
            names = "--jid",
            required = true,
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "The account, for example alice@example.org.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private EntityBareJid jid;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            converter = ServerAddress.Converter.class,
            description = "Where the server listens; by default the domain's DNS records say it.")
    private @Nullable ServerAddress server;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The first line of this file is the password. Without it: OMEMO_PASSWORD, or a prompt.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description = "The account's keys and sessions; $XDG_DATA_HOME/omemo4j/<jid>.db by default.")
    private @Nullable Path store;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = WaitTime.class,
            description =
                    "How long to wait for a busy store and the server, for example 30s or 2m; ${DEFAULT-VALUE} by default.")
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private Duration wait;

    @Option(names = "--insecure", description = "Talk without TLS. Only to a server on this machine.")
    private boolean insecure;

    @Option(names = "--verbose", description = "Show logs on stderr.")
    private boolean verbose;

    /** The account with its password. Asks for that last, when all else is right. */
    Account account(Terminal terminal) throws CommandFailure {
        Route route = Route.to(jid.asDomainBareJid(), Optional.ofNullable(server), insecure);
        return new Account(jid, Password.find(Optional.ofNullable(passwordFile), jid.toString(), terminal), route);
    }

    /** The store's file, in a folder that exists. */
    Path store(Terminal terminal) throws CommandFailure {
        Path file = store != null ? store : StoreFile.standard(jid, terminal);
        StoreFile.makeFolder(file);
        return file;
    }

    Duration waitTime() {
        return wait;
    }

    void applyLogging() {
        if (verbose) {
            Logs.toStandardError();
        }
    }
}
