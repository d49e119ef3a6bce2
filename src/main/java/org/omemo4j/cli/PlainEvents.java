/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;

/** Events as text for a person. What others wrote cannot steer the terminal. */
final class PlainEvents implements ChatEvents {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");

    private final PrintStream out;

    PlainEvents(PrintStream out) {
        this.out = out;
    }

    @Override
    public void ready(OwnDevice own) {
        print("* You are " + own.address().jid() + ", device "
                + own.address().device().value() + ".");
        print("* Fingerprint: " + own.fingerprint());
    }

    @Override
    public void message(ReceivedMessage message) {
        StringBuilder line =
                new StringBuilder(LocalTime.now().format(CLOCK)).append(' ').append(message.from());
        message.place()
                .ifPresent(place -> line.append(place.privately() ? " privately in " : " in ")
                        .append(place.room()));
        message.to().ifPresent(to -> line.append(" -> ").append(to));
        if (message.encryption().isEmpty()) {
            line.append(" [NOT ENCRYPTED]");
        }
        if (message.delayed()) {
            line.append(" [sent earlier]");
        }
        if (message.repeated()) {
            line.append(" [seen before]");
        }
        print(line.append(": ").append(OneLine.lines(message.body())).toString());
    }

    @Override
    public void joined(Resourcepart nick, RoomReaders readers) {
        print("* You are in " + readers.room() + " as " + OneLine.of(nick.toString()) + ", with "
                + readers.members().size() + " members.");
        readers.leftOut().forEach(member -> print("* " + member.words() + "."));
    }

    @Override
    public void sent(SentMessage message, Optional<BareJid> room) {
        int devices = message.devices().size();
        print("* Sent to " + message.to() + ", encrypted for " + devices + (devices == 1 ? " device." : " devices."));
        message.members().forEach(member -> print("* " + member.words() + "."));
    }

    @Override
    public void undecryptable(UnreadMessage message, String reason) {
        print("* A message of " + message.from()
                + message.device()
                        .map(device -> ", device " + device.device().value() + ",")
                        .orElse("")
                + message.room()
                        .filter(room -> !room.equals(message.from()))
                        .map(room -> " in " + room)
                        .orElse("")
                + " cannot be read (" + reason + ").");
    }

    @Override
    public void notice(String sentence, Optional<BareJid> room) {
        note(sentence);
    }

    @Override
    public void error(String message) {
        print("! " + OneLine.of(message));
    }

    @Override
    public void note(String sentence) {
        print("* " + OneLine.of(sentence));
    }

    private void print(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}
