/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.qr.QrCode;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.OmemoUri;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what others compare, paste or scan to verify this account. */
@Command(
        name = "fingerprint",
        description = {
            "Shows the fingerprint of this device, and the URI that verifies your account.",
            "Others paste the URI or scan it. It has this device and your other ones that are verified here. It needs no login."
        },
        footer = {
            "",
            "With --json, it is one line with \"jid\", \"device\", \"fingerprint\" and \"uri\".",
            "For example:",
            "  omemo fingerprint --jid alice@example.org --qr"
        })
final class FingerprintCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Option(
            names = "--qr",
            description =
                    "Show the URI as a QR code, too. Without colours it is for terminals with light letters on a dark ground.")
    private boolean qr;

    @ArgGroup(exclusive = false)
    private @Nullable Picture picture;

    /** What is written. */
    static final class Picture {
        @Option(
                names = "--png",
                required = true,
                paramLabel = "FILE",
                description = "Write the QR code to this file, as PNG.")
        @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
        private Path file;

        @Option(names = "--force", description = "Replace that file if it is there.")
        private boolean force;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        Terminal terminal = options.terminal();
        if (qr && options.json()) {
            throw CommandFailure.usage("--qr and --json do not go together");
        }
        OwnDevice own;
        OmemoUri uri;
        try (LocalAccount local = options.open()) {
            own = local.omemo().ownDevice();
            uri = local.omemo().trust().ownUri();
        }
        if (options.json()) {
            new JsonLines(terminal.outForPrograms()).print(line -> {
                line.writeStringField("jid", own.address().jid().toString());
                line.writeNumberField("device", own.address().device().value());
                line.writeStringField("fingerprint", own.fingerprint().hex());
                line.writeStringField("uri", uri.toString());
            });
        } else {
            terminal.out()
                    .println(own.address().jid() + ", device " + own.address().device());
            terminal.out().println(TerminalColors.of(terminal).paint(own.fingerprint()));
            terminal.out().println(uri);
        }
        if (qr) {
            show(code(uri), terminal);
        }
        if (picture != null) {
            write(code(uri), picture, terminal);
        }
        return 0;
    }

    private static QrCode code(OmemoUri uri) throws CommandFailure {
        return QrCode.of(uri.toString())
                .orElseThrow(() -> new CommandFailure(
                        "the URI of " + uri.devices().size() + " devices is too long for a QR code: paste it instead"));
    }

    private static void show(QrCode code, Terminal terminal) throws CommandFailure {
        boolean colored = TerminalColors.of(terminal) != TerminalColors.NONE;
        QrCode.Ground ground = colored ? QrCode.Ground.COLORED : QrCode.Ground.DARK;
        List<String> lines = code.lines(ground);
        int width = code.width();
        if (!lines.stream().allMatch(terminal.charset().newEncoder()::canEncode)) {
            lines = code.asciiLines(ground);
            width = 2 * width;
        }
        if (terminal.tty().getAsBoolean() && width > TerminalWidth.of(terminal)) {
            throw new CommandFailure(
                    "the QR code is " + width + " columns wide, and the terminal is not: make it wider, or use --png");
        }
        lines.forEach(terminal.out()::println);
        terminal.out().flush();
    }

    private static void write(QrCode code, Picture picture, Terminal terminal) throws CommandFailure {
        Path file = picture.file;
        OpenOption[] how = picture.force
                ? new OpenOption[] {
                    StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING
                }
                : new OpenOption[] {StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW};
        try {
            Files.write(file, code.png(), how);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(file + " is there already: choose another name, or say --force to replace it", e);
        } catch (IOException e) {
            throw new CommandFailure("the QR code cannot be written to " + file + ": " + Sentence.of(e), e);
        }
        terminal.say("the QR code is in " + file);
    }
}
