/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jivesoftware.smack.packet.Message;
import org.jxmpp.jid.DomainBareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Localpart;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.smack.OmemoInfo;

/** The conversation, and the search for it on the server. */
final class Demo {
    /** No apostrophes and the like: they would be written differently in XML, and not be found. */
    private static final List<String> SENTENCES = List.of(
            "Hello Bob! The spare key lies under the third flower pot.",
            "Found it, thank you. Shall we have coffee on Thursday?",
            "Thursday at three, in the old harbour.",
            "See you there, Alice!");

    private static final Pattern PAYLOAD = Pattern.compile("<payload[^>]*>([^<]+)</payload>");
    private static final Duration SERVER_WRITES = Duration.ofSeconds(5);

    private final Terminal terminal;
    private final DomainBareJid domain;
    private final Route route;
    private final Optional<ServerFiles> files;
    private final Deadline deadline;
    private final SideBySide columns;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param files what the server writes, if it can be read here; else what goes over the wire is looked at.
     * @param time how long it may take.
     */
    Demo(Terminal terminal, DomainBareJid domain, Route route, Optional<ServerFiles> files, Duration time) {
        this.terminal = terminal;
        this.domain = domain;
        this.route = route;
        this.files = files;
        this.deadline = Deadline.in(time);
        this.columns = new SideBySide(terminal.out(), TerminalWidth.of(terminal));
    }

    /** @throws CommandFailure if a message does not arrive encrypted, or is found in clear. */
    void run() throws CommandFailure, InterruptedException, IOException {
        terminal.say("making two accounts and their keys");
        try (DemoPerson alice = new DemoPerson("alice", newAccount("alice"), deadline, terminal);
                DemoPerson bob = new DemoPerson("bob", newAccount("bob"), deadline, terminal)) {
            introduce(alice);
            introduce(bob);
            columns.rule();
            columns.row(
                    "What alice and bob see",
                    files.isPresent() ? files.get().heading() : alice.wire().heading());
            columns.rule();
            List<String> payloads = new ArrayList<>();
            for (int at = 0; at < SENTENCES.size(); at++) {
                DemoPerson writer = at % 2 == 0 ? alice : bob;
                payloads.add(exchange(writer, at % 2 == 0 ? bob : alice, SENTENCES.get(at)));
            }
            List<ServerView> views = files.isPresent()
                    ? List.of(files.get(), alice.wire(), bob.wire())
                    : List.of(alice.wire(), bob.wire());
            search(views, payloads);
        }
    }

    private void introduce(DemoPerson person) {
        OwnDevice device = person.client().omemo().ownDevice();
        terminal.out()
                .println(device.address().jid() + ", device "
                        + device.address().device().value());
        terminal.out().println("  fingerprint " + device.fingerprint());
    }

    /** One message; prints both sides of it and returns its ciphertext. */
    private String exchange(DemoPerson writer, DemoPerson reader, String sentence)
            throws CommandFailure, InterruptedException, IOException {
        String id = writer.write(reader, sentence);
        Message message = reader.read();
        if (!sentence.equals(message.getBody())) {
            throw new CommandFailure(reader.name() + " has read something else than " + writer.name() + " wrote");
        }
        OmemoInfo info = OmemoInfo.of(message)
                .orElseThrow(() -> new CommandFailure("the message for " + reader.name() + " was not encrypted"));
        String stanza = stanza(files.isPresent() ? files.get() : writer.wire(), id);
        columns.row(
                writer.name() + " writes:\n  " + sentence + "\n" + reader.name() + " reads:\n  "
                        + OneLine.of(message.getBody()) + "\n  (encrypted, from device "
                        + info.device().device().value() + ")",
                StanzaText.of(stanza));
        columns.rule();
        Matcher payload = PAYLOAD.matcher(stanza);
        if (!payload.find()) {
            throw new CommandFailure("the server got a message without an encrypted payload");
        }
        return payload.group(1);
    }

    /** The stanza as the server got it. It may write its log a little later. */
    private String stanza(ServerView view, String id) throws CommandFailure, InterruptedException, IOException {
        return view.stanza(id, Deadline.in(SERVER_WRITES))
                .orElseThrow(() -> new CommandFailure("the server has no trace of a message that arrived"));
    }

    /** Looks for each sentence, which must not be there, and for each ciphertext, which must: else the search would be worth nothing. */
    private void search(List<ServerView> views, List<String> payloads)
            throws CommandFailure, InterruptedException, IOException {
        for (ServerView view : views) {
            for (String sentence : SENTENCES) {
                if (view.contains(sentence)) {
                    throw new CommandFailure("FOUND IN CLEAR in " + view.extent() + ": " + sentence);
                }
            }
        }
        for (String payload : payloads) {
            if (!found(payload, views)) {
                throw new CommandFailure("a ciphertext was not found where it must be: the search is worth nothing");
            }
        }
        terminal.out().println("All " + SENTENCES.size() + " messages arrived, encrypted.");
        terminal.out().println("Searched " + views.get(0).extent() + ":");
        terminal.out().println("each message's ciphertext is there, none of the sentences is.");
        terminal.out().println("(Above, [+948] stands for 948 characters that are left out.)");
    }

    private boolean found(String payload, List<ServerView> views) throws InterruptedException, IOException {
        if (files.isEmpty()) {
            return views.stream().anyMatch(wire -> ((WireCapture) wire).contains(payload));
        }
        return files.get().stores(payload, Deadline.in(SERVER_WRITES));
    }

    private Account newAccount(String name) throws CommandFailure {
        try {
            EntityBareJid jid =
                    JidCreate.entityBareFrom(Localpart.from(name + "-" + randomWord(20)), domain.getDomain());
            return new Account(jid, randomWord(130), route);
        } catch (XmppStringprepException e) {
            throw new CommandFailure("no account can be named: " + e.getMessage(), e);
        }
    }

    private String randomWord(int bits) {
        return new BigInteger(bits, random).setBit(bits).toString(32);
    }
}
