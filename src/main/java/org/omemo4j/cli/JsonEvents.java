/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Logger;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;

/** Events as JSON lines. Other programs rely on the names: fields may be added, never renamed. */
final class JsonEvents implements ChatEvents {
    private static final Logger LOGGER = Logger.getLogger(JsonEvents.class.getName());

    private final JsonFactory json = new JsonFactory();
    private final PrintStream out;

    JsonEvents(PrintStream out) {
        this.out = out;
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
        });
    }

    @Override
    public void sent(SentMessage message, Optional<BareJid> room) {
        print("sent", line -> {
            line.writeStringField("id", message.stanzaId());
            line.writeStringField("to", message.to().toString());
            writeIfThere(line, "room", room);
            line.writeNumberField("devices", message.devices().size());
            if (room.isPresent()) {
                writeUnable(line, message.members());
            }
        });
    }

    @Override
    public void undecryptable(UnreadMessage message, String reason) {
        print("undecryptable", line -> {
            line.writeStringField("from", message.from().toString());
            writeIfThere(line, "room", message.room());
            writeNumber(
                    line,
                    "device",
                    message.device().map(device -> device.device().value()));
            line.writeStringField("reason", reason);
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
    public void error(String message) {
        print("error", line -> line.writeStringField("message", message));
    }

    @Override
    public void note(String sentence) {
        LOGGER.info(sentence);
    }

    /** Writes the line whole and flushes it, so that lines of different threads never mix. */
    private void print(String event, Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator line = json.createGenerator(text)) {
            line.writeStartObject();
            line.writeStringField("event", event);
            fields.write(line);
            line.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        synchronized (out) {
            out.print(text + "\n");
            out.flush();
        }
    }

    private static void writeUnable(JsonGenerator line, List<MemberLeftOut> members) throws IOException {
        line.writeArrayFieldStart("unable");
        for (MemberLeftOut member : members) {
            line.writeStartObject();
            line.writeStringField("jid", member.member().toString());
            line.writeStringField(
                    "reason", member.why().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            line.writeEndObject();
        }
        line.writeEndArray();
    }

    private static void writeIfThere(JsonGenerator line, String field, Optional<BareJid> jid) throws IOException {
        if (jid.isPresent()) {
            line.writeStringField(field, jid.get().toString());
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

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator line) throws IOException;
    }
}
