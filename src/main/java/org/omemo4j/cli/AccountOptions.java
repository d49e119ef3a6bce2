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
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "The first line of this file is the password. Without it, the environment variable OMEMO_PASSWORD is, or you are asked.")
    private @Nullable Path passwordFile;

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
            names = "--label",
            paramLabel = "TEXT",
            converter = DeviceLabel.class,
            description =
                    "A name for this device that others see, 52 characters at most; none at first. The device keeps it: say it once, and '' to take it back.")
    private @Nullable String label;

    @Option(
            names = "--trust",
            paramLabel = "POLICY",
            defaultValue = "blind-before-verification",
            converter = TrustRule.Converter.class,
            description = {
                "What a device is worth that nobody has decided about; ${DEFAULT-VALUE} by default, which trusts devices until one of their account is verified.",
                "first-use trusts the first devices of an account, manual asks about each device, verified-only writes to verified devices only, and asks nobody. Say it each time: only what waits for a decision keeps it, and leaves by no looser one."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private TrustRule trust;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = WaitTime.class,
            description =
                    "How long to wait for a busy store and the server, for example 30s or 2m; 30s by default, 5s where there is no login.")
    private @Nullable Duration wait;

    EntityBareJid jid() {
        return store.jid();
    }

    /** Without a login. */
    LocalAccount openLocally(String command, Terminal terminal) throws CommandFailure, InterruptedException {
        return store.openLocally(command, Optional.ofNullable(wait), config(), terminal);
    }

    /** The account with its password. Asks for that last, when all else is right. */
    Account account(Terminal terminal) throws CommandFailure {
        EntityBareJid jid = store.jid();
        Route route = server.route(jid.asDomainBareJid());
        return new Account(jid, Password.find(Optional.ofNullable(passwordFile), jid.toString(), terminal), route);
    }

    /** The store's file, in a folder that exists. */
    Path store(Terminal terminal) throws CommandFailure {
        Path file = store.file(terminal);
        StoreFile.makeFolder(file);
        return file;
    }

    OmemoConfig config() {
        OmemoConfig config = version.config().withTrust(trust.policy());
        return label == null ? config : config.withLabel(label);
    }

    Duration waitTime() {
        return wait == null ? LONGEST_WAIT : wait;
    }

    void applyLogging() {
        server.applyLogging();
    }
}
