/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code omemo} and its entry point. */
@Command(
        name = "omemo",
        subcommands = {
            DemoCommand.class,
            SendCommand.class,
            ChatCommand.class,
            DevicesCommand.class,
            FingerprintCommand.class,
            VerifyCommand.class,
            TrustCommand.class,
            DistrustCommand.class,
            AcceptKeyCommand.class,
            UndoCommand.class,
            JournalCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Omemo.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "End-to-end encrypted messages (OMEMO) over XMPP.",
        footer = {"", "omemo COMMAND --help says more about each."})
public final class Omemo implements Runnable {
    private static final Logger LOGGER = Logger.getLogger(Omemo.class.getName());

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    Omemo(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Runs one command and ends the process with its exit code: 0 when it did what was asked, 1 when it could not, 2 when it was called wrongly, 3 when a device has another key than it
     * should have.
     */
    public static void main(String[] arguments) {
        Logs.silence();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, problem) -> LOGGER.log(Level.WARNING, "In thread " + thread.getName(), problem));
        int exitCode = run(Terminal.ofProcess(), arguments);
        System.out.flush();
        System.exit(exitCode);
    }

    /** Runs one command. */
    static int run(Terminal terminal, String... arguments) {
        CommandLine line = new CommandLine(new Omemo(terminal));
        line.setOut(new java.io.PrintWriter(terminal.out(), true));
        line.setErr(new java.io.PrintWriter(terminal.err(), true));
        line.setParameterExceptionHandler((problem, all) -> {
            String command = problem.getCommandLine().getCommandSpec().qualifiedName();
            terminal.err().println(command + ": " + OneLine.of(sentence(problem)) + " (see " + command + " --help)");
            return CommandFailure.USAGE;
        });
        line.setExecutionExceptionHandler((problem, at, result) -> {
            LOGGER.log(Level.FINE, "The command failed", problem);
            String command = at.getCommandSpec().qualifiedName();
            terminal.err().println(command + ": " + OneLine.of(Sentence.of(problem)));
            return problem instanceof CommandFailure failure ? failure.exitCode() : CommandFailure.RUNTIME;
        });
        return line.execute(arguments);
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? " + String.join(", ", spec.subcommands().keySet()));
    }

    Terminal terminal() {
        return terminal;
    }

    /** Picocli's sentences begin with a capital; ours follow a colon. */
    private static String sentence(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            boolean command = !problem.getCommandLine().getSubcommands().isEmpty();
            return (command ? "there is no command '" : "there is no place for '")
                    + unmatched.getUnmatched().get(0) + "'";
        }
        String sentence = Sentence.of(problem);
        return sentence.isEmpty() ? sentence : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    /** The version, from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Omemo.class.getPackage().getImplementationVersion();
            return new String[] {"omemo " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
