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
import picocli.CommandLine.Option;

/** What every command for an account takes: whose it is, and where its keys are. */
final class StoreOptions {
    /** Another short run ends meanwhile; a chat need not be waited for. */
    private static final Duration LOCAL_WAIT = Duration.ofSeconds(5);

    @Option(
            names = "--jid",
            required = true,
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "Your account, for example alice@example.org.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private EntityBareJid jid;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description =
                    "Where this device keeps its keys; by default omemo4j/<jid>.db in $XDG_DATA_HOME, which is ~/.local/share if it is not set.")
    private @Nullable Path store;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    EntityBareJid jid() {
        return jid;
    }

    Path file(Terminal terminal) {
        return store != null ? store : StoreFile.standard(jid, terminal);
    }

    /**
     * Without a login.
     *
     * @param command for others who want the store meanwhile: who has it.
     * @param wait for a store that is in use; a little if it is empty.
     */
    LocalAccount openLocally(String command, Optional<Duration> wait, OmemoConfig config, Terminal terminal)
            throws CommandFailure, InterruptedException {
        LocalAccount account = new LocalAccount(jid, Deadline.in(wait.orElse(LOCAL_WAIT)));
        account.start(file(terminal), command, config, terminal);
        return account;
    }
}
