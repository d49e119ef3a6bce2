/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;

/** Events as text for a person. What others wrote cannot steer the terminal. */
final class PlainEvents implements ChatEvents {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");

    private final PrintStream out;
    private final TerminalColors colors;
    private final PlainTrust trust;

    /** @param colors those that are seen there. */
    PlainEvents(PrintStream out, TerminalColors colors) {
        this.out = out;
        this.colors = colors;
        this.trust = new PlainTrust(colors);
    }

    @Override
    public void ready(OwnDevice own) {
        print("* You are " + own.address().jid() + ", device "
                + own.address().device().value() + ".");
        print("* Fingerprint: " + colors.paint(own.fingerprint()));
    }

    @Override
    public void message(ReceivedMessage message) {
        StringBuilder line = new StringBuilder(LocalTime.now().format(CLOCK))
                .append(' ')
                .append(OneLine.of(message.from().toString()));
        message.place()
                .ifPresent(place -> line.append(place.privately() ? " privately in " : " in ")
                        .append(place.room()));
        message.to().ifPresent(to -> line.append(" -> ").append(to));
        line.append(message.encryption()
                .map(protection -> PlainTrust.mark(protection.trust()))
                .orElse(" [NOT ENCRYPTED]"));
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
        readers.leftOut()
                .forEach(member -> note(
                        member.why() == MemberLeftOut.Why.DEVICE_LIST_UNKNOWN
                                ? "It is not known yet whether " + member.member() + " can read you."
                                : member.words() + "."));
        readers.unnamed().forEach(words -> note(words + "."));
    }

    /** A person has typed it. */
    @Override
    public void accepted(String id, BareJid to, Optional<BareJid> room) {}

    @Override
    public void sent(SentMessage message, Optional<BareJid> room) {
        int devices = message.devices().size();
        print("* Sent to " + message.to() + ", encrypted for " + devices + (devices == 1 ? " device." : " devices."));
        message.members().forEach(member -> note(member.words() + "."));
        message.unnamed().forEach(words -> note(words + "."));
    }

    @Override
    public void sentInClear(BareJid to, String id) {
        print("* Sent to " + to + " NOT ENCRYPTED.");
    }

    /** It is nothing that a person types. */
    @Override
    public void withheld(String id, BareJid to, Optional<BareJid> room) {}

    @Override
    public void undecryptable(UnreadMessage message, Decryption.Reason reason) {
        unread(
                message,
                reason.words() + message.shownKey().map(key -> ", " + key).orElse(""));
    }

    @Override
    public void notForThisDevice(UnreadMessage message) {
        unread(message, "its sender did not encrypt it for this device");
    }

    private void unread(UnreadMessage message, String why) {
        List<String> lines = new ArrayList<>();
        lines.add("* A message of " + message.from()
                + message.device()
                        .map(device ->
                                ", by its own word of device " + device.device().value() + ",")
                        .orElse("")
                + message.room()
                        .filter(room -> !room.equals(message.from()))
                        .map(room -> " in " + room)
                        .orElse("")
                + " cannot be read: " + why + ".");
        remedy(message).ifPresent(lines::add);
        print(lines);
    }

    private static Optional<String> remedy(UnreadMessage message) {
        return switch (message.proposal()) {
            case NONE -> Optional.empty();
            case REPLACE_SESSION ->
                message.device()
                        .map(device -> "!   It has to be sent again. For the next ones to be read: /replace "
                                + device.jid() + " " + device.device());
            case REFRESH -> Optional.of("!   For the next ones to be read: /refresh " + message.from());
            case ACCEPT_KEY -> RefusedKey.of(message).map(PlainTrust::remedy);
        };
    }

    /** A person has read it. */
    @Override
    public void duplicate(UnreadMessage message) {}

    @Override
    public void contentDropped(BareJid from, List<String> names) {
        note("Parts of a message of " + from + " were left out: " + String.join(", ", names) + ".");
    }

    @Override
    public void sessionBegun(DeviceAddress device) {
        print("* A new session with " + device.jid() + ", device " + device.device()
                + ", is begun. What could not be read has to be sent again.");
    }

    @Override
    public void refreshed(BareJid of, Optional<BareJid> room) {
        print(
                room.isPresent()
                        ? "* The members of " + of + " were asked which devices they have."
                        : "* It is known again which devices " + of + " has: /devices " + of);
    }

    @Override
    public void trustRequest(Asked asked, List<String> messages) {
        print(trust.request(asked));
    }

    @Override
    public void decided(Asked asked, Map<TrustKey, TrustChange> changes) {
        print(trust.decided(changes));
    }

    @Override
    public void answered(Asked asked, Answer answer) {
        print(PlainTrust.answered(asked, answer));
    }

    @Override
    public void verification(VerificationReport report) {
        print(PlainTrust.verification(report));
    }

    @Override
    public void keyAccepted(AcceptedKey accepted) {
        print(trust.accepted(accepted));
    }

    @Override
    public void keyDecided(DecidedKey decided) {
        print(trust.decided(decided));
    }

    @Override
    public void devices(BareJid of, List<KnownDevice> devices, DeviceAddress own) {
        print(trust.devices(of, devices, own));
    }

    @Override
    public void newKey(OmemoEvent.NewIdentityKey key, boolean asks) {
        note(
                asks
                        ? key.device()
                                + " is new here, and nobody has decided about its key: you are asked when you write."
                        : key.sentence());
    }

    @Override
    public void keyRefused(RefusedKey key, String sentence) {
        print(List.of("! " + OneLine.of(sentence), PlainTrust.remedy(key)));
    }

    @Override
    public void trustChanged(OmemoEvent.TrustChanged change) {
        note(change.sentence());
    }

    @Override
    public void optOut(OmemoEvent.OptedOut optOut) {
        print(PlainTrust.optOut(optOut));
    }

    @Override
    public void conversation(BareJid with, boolean encrypted) {
        print(PlainTrust.conversation(with, encrypted));
    }

    @Override
    public void notice(String sentence, Optional<BareJid> room) {
        note(sentence);
    }

    @Override
    public void error(String message, About about) {
        print("! " + OneLine.of(message));
    }

    @Override
    public void notSent(String id, BareJid to, boolean isRoom, Exception why) {
        error("the message to " + to + " was not sent: " + Sentence.of(why));
    }

    @Override
    public void note(String sentence) {
        print("* " + OneLine.of(sentence));
    }

    private void print(String line) {
        print(List.of(line));
    }

    /** Nothing comes between these lines. */
    private void print(List<String> lines) {
        synchronized (out) {
            lines.forEach(out::println);
            out.flush();
        }
    }
}
