/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.DomainBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A short conversation of two people, with what their server has of it beside it. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Omemo.Version.class,
        description = {
            "Runs a short encrypted conversation between two new accounts, and shows side by side what the people see and what"
                    + " their server got.",
            "In a checkout of the project it starts a server of its own, and stops it. Elsewhere it needs --server: one that lets"
                    + " anybody make an account. The exit code is 0 only when every message arrived and nothing was found in clear."
        })
final class DemoCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Omemo parent;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description =
                    "The XMPP domain of that server; its host name by default, localhost for one on this machine.")
    private @Nullable String domain;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = WaitTime.class,
            description = "How long the conversation may take, for example 30s or 2m; ${DEFAULT-VALUE} by default.")
    @SuppressWarnings("NullAway.Init") // picocli sets it: it has a default
    private Duration wait;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, IOException {
        options.applyLogging();
        Optional<ServerAddress> server = options.server();
        if (server.isPresent()) {
            DomainBareJid served = domain(domain != null ? domain : standardDomain(server.get()));
            new Demo(parent.terminal(), served, options.route(served), Optional.empty(), wait).run();
            return 0;
        }
        Path script = TestServer.script()
                .orElseThrow(() -> CommandFailure.usage(
                        "outside a checkout of the project there is no server to start: give --server HOST:PORT"));
        parent.terminal().say("starting a server");
        try (TestServer own = TestServer.of(script);
                AtExit atExit = new AtExit(own::close)) {
            Map<String, String> started = own.start();
            ServerAddress address = new ServerAddress(value(started, "HOST"), Integer.parseInt(value(started, "PORT")));
            DomainBareJid served = domain(value(started, "DOMAIN"));
            Route route =
                    Route.to(served, Optional.of(address), address.loopback().isPresent());
            Optional<ServerFiles> files = started.containsKey("LOG") && started.containsKey("DATA")
                    ? Optional.of(new ServerFiles(Path.of(value(started, "LOG")), Path.of(value(started, "DATA"))))
                    : Optional.empty();
            new Demo(parent.terminal(), served, route, files, wait).run();
            parent.terminal().say("stopping the server");
        }
        return 0;
    }

    private static String standardDomain(ServerAddress address) {
        return address.loopback().isPresent() ? "localhost" : address.host();
    }

    private static DomainBareJid domain(String text) throws CommandFailure {
        try {
            return JidCreate.domainBareFrom(text);
        } catch (XmppStringprepException e) {
            throw CommandFailure.usage("'" + text + "' is no XMPP domain");
        }
    }

    private static String value(Map<String, String> started, String key) throws CommandFailure {
        String value = started.get(key);
        if (value == null) {
            throw new CommandFailure("the server's script has not said its " + key);
        }
        return value;
    }
}
