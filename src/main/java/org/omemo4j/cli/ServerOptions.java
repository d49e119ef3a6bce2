/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.DomainBareJid;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command takes: how to get to the server, and whether to show logs. */
final class ServerOptions {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            converter = ServerAddress.Converter.class,
            description = "Where the server listens, if it is not where DNS says.")
    private @Nullable ServerAddress server;

    @Option(
            names = "--insecure",
            description =
                    "Talk without TLS. Only to a server on this machine. With TLS, its certificate must be trusted by Java.")
    private boolean insecure;

    @Mixin
    private final LogOption log = new LogOption();

    /** Where the server listens, if that was said. */
    Optional<ServerAddress> server() {
        return Optional.ofNullable(server);
    }

    /** The way to that server, or to the one that the domain names. */
    Route route(DomainBareJid domain) throws CommandFailure {
        return Route.to(domain, server(), insecure);
    }

    void applyLogging() {
        log.apply();
    }
}
