/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.store.sql.SqlStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A conversation, for a person or for a program. */
@Command(
        name = "chat",
        description = "Sends and shows messages until the end of input. What leaves is encrypted, or does not leave.",
        footer = {
            "",
            "Each line that you type is a message to TO; /help lists what else there is, Ctrl-D ends. For example:",
            "  omemo chat --jid alice@example.org bob@example.org",
            "",
            "With --json, each line of input is one of",
            "  {\"command\":\"send\",\"to\":\"bob@example.org\",\"body\":\"hi\"}",
            "  {\"command\":\"subscribe\",\"to\":\"bob@example.org\"}    ask for and grant presence",
            "  {\"command\":\"join\",\"room\":\"r@conference.example.org\",\"nick\":\"a\"}    then \"send\" goes there, too",
            "  {\"command\":\"quit\"}",
            "and each line of output is an event: ready, joined, message, sent, undecryptable, notice or error.",
            "A message with \"repeated\":true has come before; one with \"private\":true came through a room, to you alone."
        })
final class ChatCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Omemo parent;

    @Mixin
    private final AccountOptions options = new AccountOptions();

    @Option(names = "--json", description = "Speak JSON lines on standard input and output.")
    private boolean json;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TO",
            converter = JidArgument.class,
            description = "Whom to talk to, for example bob@example.org.")
    private @Nullable EntityBareJid to;

    /** What the main thread waits for: lines, the end of input, or the end of everything. */
    private final BlockingQueue<Input> inputs = new LinkedBlockingQueue<>();

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        options.applyLogging();
        Terminal terminal = parent.terminal();
        Account account = options.account(terminal);
        Path store = options.store(terminal);
        ChatEvents events = json ? new JsonEvents(terminal.outForPrograms()) : new PlainEvents(terminal.out());
        try {
            chat(terminal, account, store, events);
        } catch (CommandFailure failure) {
            if (json) {
                events.error(Sentence.of(failure));
            }
            throw failure;
        }
        return 0;
    }

    private void chat(Terminal terminal, Account account, Path store, ChatEvents events)
            throws CommandFailure, InterruptedException {
        Deadline deadline = Deadline.in(options.waitTime());
        try (Client client = new Client(
                        account, Client.configuration(account, deadline).build(), deadline);
                AtExit atExit = new AtExit(client::close)) {
            ChatSession session = new ChatSession(client, events);
            client.omemo()
                    .addOmemoListener(
                            new ChatOutcomes(events, session::isRoom, cause -> inputs.add(new Input.Broken(cause))));
            client.start(() -> SqlStore.open(store, "omemo chat"), options.config(), terminal);
            client.connect();
            client.logIn();
            if (!client.omemo().awaitReady(deadline.remaining())) {
                throw new CommandFailure(
                        "this device could not be announced within " + deadline + ": nobody could write to it");
            }
            events.ready(client.omemo().ownDevice());
            session.goOnline();
            converse(session, events, terminal);
            letLeave(client, options.waitTime());
        }
    }

    private void converse(ChatSession session, ChatEvents events, Terminal terminal)
            throws CommandFailure, InterruptedException {
        Optional<EntityBareJid> partner = Optional.ofNullable(to);
        ChatRequest.Reader reader = json ? new JsonRequests(partner) : new PlainRequests(partner);
        if (!json) {
            events.note(
                    partner.map(jid -> "What you type goes to " + jid + ". ").orElse("") + "/help lists the commands.");
        }
        readInput(terminal);
        while (true) {
            Input input = inputs.take();
            if (input instanceof Input.Broken broken) {
                throw new CommandFailure(Sentence.of(broken.cause()), broken.cause());
            }
            if (input instanceof Input.End) {
                return;
            }
            if (input instanceof Input.Line line) {
                try {
                    ChatRequest request = reader.read(line.text());
                    if (request instanceof ChatRequest.Quit) {
                        return;
                    } else if (request instanceof ChatRequest.Send send) {
                        session.send(send.to(), send.body());
                    } else if (request instanceof ChatRequest.Subscribe subscribe) {
                        session.subscribe(subscribe.to());
                    } else if (request instanceof ChatRequest.Join join) {
                        session.join(join.room(), join.nick(), options.waitTime());
                    } else if (request instanceof ChatRequest.Help) {
                        PlainRequests.HELP.lines().forEach(terminal.out()::println);
                    }
                } catch (ChatRequest.Malformed e) {
                    events.error(Sentence.of(e));
                }
            }
        }
    }

    /** On a thread of its own: a read cannot be interrupted, and the chat may have to end meanwhile. */
    private void readInput(Terminal terminal) {
        Thread thread = new Thread(
                () -> {
                    try {
                        BufferedReader lines =
                                new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            inputs.add(new Input.Line(line));
                        }
                        inputs.add(new Input.End());
                    } catch (IOException e) {
                        inputs.add(new Input.Broken(e));
                    }
                },
                "omemo input");
        thread.setDaemon(true);
        thread.start();
    }

    /** What was asked for leaves before the end, if it can. */
    private static void letLeave(Client client, Duration time) throws CommandFailure, InterruptedException {
        if (!client.omemo().awaitSent(time)) {
            throw new CommandFailure("some messages could not leave within " + WaitTime.text(time)
                    + "; they wait in the store and leave the next time");
        }
    }

    /** What the main thread waits for. */
    private sealed interface Input {
        record Line(String text) implements Input {}

        record End() implements Input {}

        record Broken(Exception cause) implements Input {}
    }
}
