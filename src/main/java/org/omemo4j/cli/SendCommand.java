/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.packet.Message;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.store.sql.SqlStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Sends one message, encrypted or not at all. */
@Command(
        name = "send",
        description = {
            "Sends one message, encrypted or not at all.",
            "The exit code is 0 only when the server has the encrypted message. This client does not become available:"
                    + " messages for the account keep going to its other clients.",
            "It asks nothing: a message that needs a decision about devices waits in the store, until a login whose --trust lets it leave.",
            "What keeps this device's sessions healthy and says nothing, such as answers to key exchanges, is read from"
                    + " the account's archive first, where the server has one, from the last run on (the time is kept"
                    + " in a file beside the store, <store>.read). Texts stay unread; how many came is told on standard"
                    + " error. Run `omemo chat` with the same store to read what the server has kept."
        },
        footer = {"", "For example:", "  omemo send --jid alice@example.org bob@example.org \"See you at three\""})
final class SendCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Omemo parent;

    @Mixin
    private final AccountOptions options = new AccountOptions();

    @Parameters(
            index = "0",
            paramLabel = "TO",
            converter = JidArgument.class,
            description = "Who gets it, for example bob@example.org.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private EntityBareJid to;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TEXT",
            description = "The message; from standard input (UTF-8) if it is - or missing.")
    private @Nullable String text;

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        options.applyLogging();
        Terminal terminal = parent.terminal();
        Account account = options.account(terminal);
        Path store = options.store(terminal);
        String body = body(terminal);
        Deadline deadline = Deadline.in(options.waitTime());
        try (Client client =
                new Client(account, Client.configuration(account, deadline).build(), deadline)) {
            client.omemo().addOmemoListener(new RefusedKeys(account.jid(), terminal));
            client.start(() -> SqlStore.open(store, "omemo send"), options.config(), terminal);
            client.connect();
            client.logIn();
            KeyTraffic keyTraffic = new KeyTraffic(client.connection(), client.omemo(), store);
            keyTraffic.read(deadline, terminal);
            Client.requireEncryption(client.omemo(), to);
            send(client, body, deadline, store);
            tellOfUnread(keyTraffic.left(), terminal);
            if (!client.omemo().awaitReady(deadline.remaining())) {
                terminal.say("sent, but this device could not be announced: answers to it may not be readable here");
            }
        }
        return 0;
    }

    private static void tellOfUnread(int messages, Terminal terminal) {
        if (messages > 0) {
            terminal.say(
                    (messages == 1 ? "a message has" : messages + " messages have")
                            + " come for this device since omemo send was last here; what no chat has shown yet, the next `omemo chat` shows, if the server has kept it");
        }
    }

    private void send(Client client, String body, Deadline deadline, Path store)
            throws CommandFailure, InterruptedException {
        Message message = client.message(to, body);
        try (Receipt receipt = new Receipt(client, to, message.getStanzaId())) {
            client.send(to, message);
            receipt.await(deadline, store);
        } catch (OmemoException | NotConnectedException e) {
            throw new CommandFailure(Sentence.of(e), e);
        }
    }

    private String body(Terminal terminal) throws CommandFailure {
        String body;
        if (text == null || text.equals("-")) {
            body = StandardInput.text(terminal);
        } else {
            if (text.indexOf('\uFFFD') >= 0) {
                throw CommandFailure.usage(
                        "the text is not readable in this locale: use a UTF-8 locale, or standard input");
            }
            body = text;
        }
        if (body.isEmpty()) {
            throw CommandFailure.usage("there is nothing to send: the text is empty");
        }
        return body;
    }
}
