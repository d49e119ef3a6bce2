/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.omemo4j.engine.OmemoConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What each command takes that works on the store alone, without a login. */
final class LocalOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Mixin
    private final LogOption log = new LogOption();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = WaitTime.class,
            description = "How long to wait for a store that another omemo has, for example 30s or 2m; 5s by default.")
    private @Nullable Duration wait;

    @Option(names = "--json", description = "Print JSON objects instead, each on a line of its own.")
    private boolean json;

    Terminal terminal() {
        return ((Omemo) command.root().userObject()).terminal();
    }

    boolean json() {
        return json;
    }

    LocalAccount open() throws CommandFailure, InterruptedException {
        log.apply();
        return store.openLocally(
                command.qualifiedName(), Optional.ofNullable(wait), OmemoConfig.defaults(), terminal());
    }
}
