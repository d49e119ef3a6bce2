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
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.store.sql.SqlStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A conversation, for a person or for a program. */
@Command(
        name = "chat",
        description =
                "Sends and shows messages until the end of input. What leaves is encrypted, or does not leave, unless you agree to plain text that the other side has asked for.",
        footer = {
            "",
            "Each line that you type is a message to TO; /help lists what else there is, Ctrl-D ends. For example:",
            "  omemo chat --jid alice@example.org bob@example.org",
            "",
            "With --json, each line of input is one of",
            "  {\"command\":\"send\",\"to\":\"bob@example.org\",\"body\":\"hi\",\"id\":\"m1\"}",
            "      the \"id\" may be missing: accepted tells it",
            "  {\"command\":\"subscribe\",\"to\":\"bob@example.org\"}",
            "      asks for and grants presence",
            "  {\"command\":\"join\",\"room\":\"r@conference.example.org\",\"nick\":\"a\"}",
            "      then \"send\" goes there, too",
            "  {\"command\":\"decide\",\"request\":1,\"decisions\":[{\"jid\":\"bob@example.org\",",
            "      \"fingerprint\":\"...\",\"decision\":\"trust\"}]}",
            "      or \"verify\", \"distrust\", \"compromise\": answers a trust-request",
            "  {\"command\":\"without\",\"request\":1}",
            "      what waits leaves without these devices",
            "  {\"command\":\"refuse\",\"request\":1}",
            "      what waits is not sent",
            "  {\"command\":\"requests\"}",
            "      tells again what is to be decided",
            "  {\"command\":\"verify\",\"to\":\"bob@example.org\",\"uri\":\"xmpp:...\"}",
            "      the keys in a URI that was scanned or pasted",
            "  {\"command\":\"distrust\",\"jid\":\"bob@example.org\",\"fingerprint\":\"...\"}",
            "      or \"trust\", \"compromise\", \"undo\": about any known key, also with a \"reason\"",
            "  {\"command\":\"devices\",\"jid\":\"bob@example.org\"}",
            "      lists devices, yours without a \"jid\"",
            "  {\"command\":\"accept-key\",\"jid\":\"bob@example.org\",\"device\":5,",
            "      \"fingerprint\":\"...\"}",
            "      if a person has asked bob: the answer to a \"proposal\" accept-key",
            "  {\"command\":\"replace-session\",\"jid\":\"bob@example.org\",\"device\":5}",
            "      a new session with a device: the answer to a \"proposal\" replace-session",
            "  {\"command\":\"refresh\",\"jid\":\"bob@example.org\"}",
            "      asks again which devices bob has, or the members of a room: the answer to a",
            "      \"proposal\" refresh; its \"from\" is whose",
            "  {\"command\":\"accept-plaintext\",\"to\":\"bob@example.org\"}",
            "      after an opt-out: servers can read what you send from then on",
            "  {\"command\":\"encrypt\",\"to\":\"bob@example.org\"}",
            "      declines an opt-out, or ends plain text",
            "  {\"command\":\"opt-out\",\"to\":\"bob@example.org\",\"reason\":\"...\"}",
            "      asks for plain text",
            "  {\"command\":\"quit\"}",
            "and each line of output is an event: ready, joined, message, accepted, sent, sent-in-clear, withheld,"
                    + " trust-request, decided, answered, verification, key-decided, key-accepted, devices, trust-changed, opt-out, conversation, undecryptable, duplicate, content-dropped, session-begun, refreshed, notice or error.",
            "Events of different threads come in no fixed order: the next trust-request may come before the decided that it follows from.",
            "A message that was accepted waits until sent, sent-in-clear or error names its \"id\"; \"messages\" of trust-request are those that wait for it."
                    + " An error about a line names its \"id\", too.",
            "In the \"decisions\" of decided, in key-decided and in key-accepted, " + JsonTrust.HELP_OF_RESULTS,
            "In verification, \"result\" is verified, mismatch, refused or unusable (with a \"reason\"); either all \"keys\" count or none. "
                    + JsonTrust.HELP_OF_VERIFICATION,
            JsonTrust.HELP_OF_LEVELS,
            "A message with \"repeated\":true has come before; one with \"private\":true came through a room, to you alone.",
            "In a room, \"sent\" and \"joined\" name who cannot read: members in \"unable\", in \"unnamed\" whom the room hides.",
            "The \"proposal\" of undecryptable is what can be done about it, by the command of that name; without one there is nothing to do."
                    + " A notice or an undecryptable with the \"proposal\" accept-key tells of a key that was refused.",
            "The \"device\" of an undecryptable message is what the message claims; nothing proves it."
        })
final class ChatCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Omemo parent;

    @Mixin
    private final AccountOptions options = new AccountOptions();

    @Option(names = "--json", description = "Speak JSON lines on standard input and output.")
    private boolean json;

    @Option(
            names = "--decide-within",
            paramLabel = "TIME",
            converter = WaitTime.class,
            description =
                    "How long a message waits for your decision about devices, for example 5m; it is not sent then. For ever by default.")
    private @Nullable Duration decideWithin;

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
        ChatEvents events = json
                ? new JsonEvents(terminal.outForPrograms())
                : new PlainEvents(terminal.out(), TerminalColors.of(terminal));
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
            HeldBack incoming = new HeldBack();
            ChatSession session = new ChatSession(client, events, incoming);
            OmemoConfig config = config();
            OmemoListener outcomes = new ChatOutcomes(
                    events,
                    session::isRoom,
                    jid -> config.trust(jid).asks(),
                    cause -> inputs.add(new Input.Broken(cause)));
            client.omemo().addOmemoListener(new HeldOutcomes(outcomes, incoming));
            try {
                client.start(() -> SqlStore.open(store, "omemo chat"), config, terminal);
                client.connect();
                client.logIn();
                if (!client.omemo().awaitReady(deadline.remaining())) {
                    throw new CommandFailure(
                            "this device could not be announced within " + deadline + ": nobody could write to it");
                }
                session.begin();
            } finally {
                incoming.release(); // also what may say why it is not ready
            }
            converse(session, events, terminal);
            session.letLeave(options.waitTime());
        }
    }

    private OmemoConfig config() {
        OmemoConfig config = options.config();
        return decideWithin == null ? config : config.withDecisionTimeout(decideWithin);
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
                    } else if (request instanceof ChatRequest.Help) {
                        PlainRequests.HELP.lines().forEach(terminal.out()::println);
                    } else {
                        session.perform(request, options.waitTime());
                    }
                } catch (ChatRequest.Malformed e) {
                    events.error(Sentence.of(e), ChatEvents.About.line(reader.id(line.text()), e.reason()));
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

    /** What the main thread waits for. */
    private sealed interface Input {
        record Line(String text) implements Input {}

        record End() implements Input {}

        record Broken(Exception cause) implements Input {}
    }
}
