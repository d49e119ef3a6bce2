/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;

/** Events as JSON lines. Other programs rely on the names: fields may be added, never renamed. */
final class JsonEvents implements ChatEvents {
    private static final Logger LOGGER = Logger.getLogger(JsonEvents.class.getName());

    private final JsonLines lines;

    JsonEvents(PrintStream out) {
        this.lines = new JsonLines(out);
    }

    @Override
    public void ready(OwnDevice own) {
        print("ready", line -> {
            line.writeStringField("jid", own.address().jid().toString());
            line.writeNumberField("device", own.address().device().value());
            line.writeStringField("fingerprint", own.fingerprint().hex());
        });
    }

    @Override
    public void message(ReceivedMessage message) {
        print("message", line -> {
            line.writeStringField("from", message.from().toString());
            if (message.place().isPresent()) {
                line.writeStringField("room", message.place().get().room().toString());
                line.writeStringField("nick", message.place().get().nick());
                writeIfSo(line, "private", message.place().get().privately());
            }
            if (message.to().isPresent()) {
                line.writeStringField("to", message.to().get().toString());
            }
            line.writeStringField("body", message.body());
            writeNumber(line, "device", message.encryption().map(Protection::device));
            line.writeStringField(
                    "version", message.encryption().map(Protection::version).orElse(null));
            line.writeBooleanField("encrypted", message.encryption().isPresent());
            line.writeStringField(
                    "trust",
                    message.encryption()
                            .map(protection -> Words.of(protection.trust()))
                            .orElse(null));
            line.writeStringField("id", message.id().orElse(null));
            line.writeBooleanField("delayed", message.delayed());
            line.writeBooleanField("carbon", message.carbon());
            writeIfSo(line, "repeated", message.repeated());
        });
    }

    @Override
    public void joined(Resourcepart nick, RoomReaders readers) {
        print("joined", line -> {
            line.writeStringField("room", readers.room().toString());
            line.writeStringField("nick", nick.toString());
            line.writeBooleanField("encrypted", readers.state() == RoomReaders.State.OPEN);
            line.writeArrayFieldStart("members");
            for (BareJid member : readers.members().stream().sorted().toList()) {
                line.writeString(member.toString());
            }
            line.writeEndArray();
            writeUnable(line, readers.leftOut());
            writeUnnamed(line, readers.unnamed());
        });
    }

    @Override
    public void accepted(String id, BareJid to, Optional<BareJid> room) {
        print("accepted", line -> writeDestination(line, id, to, room));
    }

    @Override
    public void sent(SentMessage message, Optional<BareJid> room) {
        print("sent", line -> {
            writeDestination(line, message.stanzaId(), message.to(), room);
            line.writeNumberField("devices", message.devices().size());
            if (room.isPresent()) {
                writeUnable(line, message.members());
                writeUnnamed(line, message.unnamed());
            }
        });
    }

    @Override
    public void sentInClear(BareJid to, String id) {
        print("sent-in-clear", line -> {
            line.writeStringField("id", id);
            line.writeStringField("to", to.toString());
        });
    }

    @Override
    public void withheld(String id, BareJid to, Optional<BareJid> room) {
        print("withheld", line -> writeDestination(line, id, to, room));
    }

    @Override
    public void undecryptable(UnreadMessage message, Decryption.Reason reason) {
        unread(message, Words.of(reason));
    }

    @Override
    public void notForThisDevice(UnreadMessage message) {
        unread(message, "not-for-this-device");
    }

    private void unread(UnreadMessage message, String reason) {
        print("undecryptable", line -> {
            writeOrigin(line, message);
            line.writeStringField("reason", reason);
            writeIfThere(line, "id", message.stanzaId());
            writeIfThere(line, "fingerprint", message.shownKey().map(Fingerprint::hex));
            writeIfThere(
                    line,
                    "proposal",
                    Optional.of(message.proposal())
                            .filter(proposal -> proposal != Decryption.Proposal.NONE)
                            .map(Words::of));
        });
    }

    @Override
    public void duplicate(UnreadMessage message) {
        print("duplicate", line -> {
            writeOrigin(line, message);
            writeIfThere(line, "id", message.stanzaId());
        });
    }

    private static void writeOrigin(JsonGenerator line, UnreadMessage message) throws IOException {
        line.writeStringField("from", message.from().toString());
        writeIfThere(line, "room", message.room());
        writeNumber(
                line, "device", message.device().map(device -> device.device().value()));
    }

    @Override
    public void contentDropped(BareJid from, List<String> names) {
        print("content-dropped", line -> {
            line.writeStringField("from", from.toString());
            line.writeArrayFieldStart("elements");
            for (String name : names) {
                line.writeString(name);
            }
            line.writeEndArray();
        });
    }

    @Override
    public void sessionBegun(DeviceAddress device) {
        print("session-begun", line -> {
            line.writeStringField("jid", device.jid().toString());
            line.writeNumberField("device", device.device().value());
        });
    }

    @Override
    public void refreshed(BareJid of, Optional<BareJid> room) {
        print("refreshed", line -> {
            line.writeStringField("jid", of.toString());
            writeIfThere(line, "room", room);
        });
    }

    @Override
    public void trustRequest(Asked asked, List<String> messages) {
        print("trust-request", line -> JsonTrust.request(line, asked, messages));
    }

    @Override
    public void decided(Asked asked, Map<TrustKey, TrustChange> changes) {
        print("decided", line -> JsonTrust.decided(line, asked, changes));
    }

    @Override
    public void answered(Asked asked, Answer answer) {
        print("answered", line -> JsonTrust.answered(line, asked, answer));
    }

    @Override
    public void verification(VerificationReport report) {
        print("verification", line -> JsonTrust.verification(line, report));
    }

    @Override
    public void keyAccepted(AcceptedKey accepted) {
        print("key-accepted", line -> JsonTrust.accepted(line, accepted));
    }

    @Override
    public void keyDecided(DecidedKey decided) {
        print("key-decided", line -> JsonTrust.decision(line, decided));
    }

    @Override
    public void devices(BareJid of, List<KnownDevice> devices, DeviceAddress own) {
        print("devices", line -> JsonTrust.devices(line, of, devices, own));
    }

    @Override
    public void newKey(OmemoEvent.NewIdentityKey key, boolean asks) {
        print("notice", line -> JsonTrust.newKey(line, key));
    }

    @Override
    public void keyRefused(RefusedKey key, String sentence) {
        print("notice", line -> {
            JsonTrust.refused(line, key);
            line.writeStringField("text", sentence);
        });
    }

    @Override
    public void trustChanged(OmemoEvent.TrustChanged change) {
        print("trust-changed", line -> JsonTrust.changed(line, change));
    }

    @Override
    public void optOut(OmemoEvent.OptedOut optOut) {
        print("opt-out", line -> {
            line.writeStringField("from", optOut.device().jid().toString());
            line.writeNumberField("device", optOut.device().device().value());
            line.writeStringField("fingerprint", optOut.fingerprint().hex());
            line.writeStringField("trust", Words.of(optOut.trust()));
            line.writeBooleanField("blocks", optOut.blocks());
            line.writeStringField("reason", optOut.reason().orElse(null));
        });
    }

    @Override
    public void conversation(BareJid with, boolean encrypted) {
        print("conversation", line -> {
            line.writeStringField("with", with.toString());
            line.writeBooleanField("encrypted", encrypted);
        });
    }

    @Override
    public void notice(String sentence, Optional<BareJid> room) {
        print("notice", line -> {
            writeIfThere(line, "room", room);
            line.writeStringField("text", sentence);
        });
    }

    @Override
    public void error(String message, About about) {
        print("error", line -> {
            line.writeStringField("message", message);
            write(line, about);
        });
    }

    @Override
    public void notSent(String id, BareJid to, boolean isRoom, Exception why) {
        error(
                "the message to " + to + " was not sent: " + Sentence.forPrograms(why),
                About.message(id, to, isRoom, reason(why)));
    }

    @Override
    public void note(String sentence) {
        LOGGER.info(sentence);
    }

    private void print(String event, JsonLines.Fields fields) {
        lines.print(line -> {
            line.writeStringField("event", event);
            fields.write(line);
        });
    }

    private static void write(JsonGenerator line, About about) throws IOException {
        writeIfThere(line, "reason", about.reason());
        writeIfThere(line, "id", about.id());
        writeIfThere(line, "to", about.to());
        writeIfThere(line, "room", about.room());
    }

    private static void writeDestination(JsonGenerator line, String id, BareJid to, Optional<BareJid> room)
            throws IOException {
        line.writeStringField("id", id);
        line.writeStringField("to", to.toString());
        writeIfThere(line, "room", room);
    }

    private static Optional<String> reason(Exception why) {
        if (why instanceof CommandFailure failure) {
            return failure.reason();
        }
        return why instanceof OmemoException refused ? Optional.of(Words.of(refused.reason())) : Optional.empty();
    }

    private static void writeUnable(JsonGenerator line, List<MemberLeftOut> members) throws IOException {
        line.writeArrayFieldStart("unable");
        for (MemberLeftOut member : members) {
            line.writeStartObject();
            line.writeStringField("jid", member.member().toString());
            line.writeStringField("reason", Words.of(member.why()));
            line.writeEndObject();
        }
        line.writeEndArray();
    }

    /** Who cannot read and has no JID to name, if there is somebody: in words. */
    private static void writeUnnamed(JsonGenerator line, List<String> unnamed) throws IOException {
        if (!unnamed.isEmpty()) {
            line.writeArrayFieldStart("unnamed");
            for (String words : unnamed) {
                line.writeString(words);
            }
            line.writeEndArray();
        }
    }

    private static void writeIfThere(JsonGenerator line, String field, Optional<?> text) throws IOException {
        if (text.isPresent()) {
            line.writeStringField(field, text.get().toString());
        }
    }

    private static void writeIfSo(JsonGenerator line, String field, boolean so) throws IOException {
        if (so) {
            line.writeBooleanField(field, true);
        }
    }

    private static void writeNumber(JsonGenerator line, String field, Optional<Integer> number) throws IOException {
        if (number.isPresent()) {
            line.writeNumberField(field, number.get());
        } else {
            line.writeNullField(field);
        }
    }
}
