/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.cli.ChatEvents.Answer;
import org.omemo4j.cli.ChatEvents.Asked;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.VerificationResult;

/** The fields that concern trust, in the events of a chat and in what other commands print. Times are in ISO-8601, in UTC. Other programs rely on the names: fields may be added, never renamed. */
final class JsonTrust {
    /** The values of {@code result} where somebody decides about a key. */
    static final String HELP_OF_RESULTS =
            "\"result\" is changed (with \"from\", \"trust\" and the \"means\": person, undo or acceptance; a \"warning\" is for people),"
                    + " unchanged (with \"trust\"), or refused (with a \"reason\" such as distrust-wins, and \"text\")."
                    + " \"decided\":false means that an undo has left no decision: \"trust\" is then the policy's.";

    /** The values of {@code result} where a URI is verified. */
    static final String HELP_OF_VERIFICATION =
            "The \"result\" of a key is verified, pre-verified, already, distrusted, refused (with a \"reason\"), or mismatch (with"
                    + " \"known\", the key that the device is known with).";

    /** The values of {@code trust}. */
    static final String HELP_OF_LEVELS =
            "\"trust\" is undecided, blindly-trusted (by the policy, or by somebody without a comparison; people read: trusted), verified,"
                    + " distrusted or compromised.";

    private JsonTrust() {}

    static void request(JsonGenerator line, Asked asked, List<String> messages) throws IOException {
        writeRequest(line, asked);
        line.writeArrayFieldStart("devices");
        for (KnownDevice device : asked.request().devices()) {
            line.writeStartObject();
            writeDevice(line, device.address());
            line.writeStringField("label", device.label().orElse(null));
            line.writeStringField(
                    "fingerprint", device.fingerprint().map(Fingerprint::hex).orElse(null));
            line.writeStringField("firstSeen", device.firstSeen().toString());
            line.writeStringField("lastSeen", device.lastSeen().toString());
            line.writeEndObject();
        }
        line.writeEndArray();
        line.writeArrayFieldStart("messages");
        for (String id : messages) {
            line.writeString(id);
        }
        line.writeEndArray();
    }

    static void decided(JsonGenerator line, Asked asked, Map<TrustKey, TrustChange> changes) throws IOException {
        writeRequest(line, asked);
        line.writeArrayFieldStart("decisions");
        for (Map.Entry<TrustKey, TrustChange> one : changes.entrySet()) {
            line.writeStartObject();
            decision(
                    line,
                    new DecidedKey(
                            one.getKey(), asked.devicesWith(one.getKey()), one.getValue(), TrustMeans.PERSON, false));
            line.writeEndObject();
        }
        line.writeEndArray();
    }

    static void decision(JsonGenerator line, DecidedKey decided) throws IOException {
        writeKey(line, decided.key(), decided.devices());
        writeChange(line, decided.change(), decided.means());
        if (decided.policy()) {
            line.writeBooleanField("decided", false);
        }
    }

    static void devices(JsonGenerator line, BareJid of, List<KnownDevice> devices, DeviceAddress own)
            throws IOException {
        line.writeStringField("jid", of.toString());
        line.writeArrayFieldStart("devices");
        for (KnownDevice device : devices) {
            line.writeStartObject();
            DeviceReport.write(line, device, own);
            line.writeEndObject();
        }
        line.writeEndArray();
    }

    static void accepted(JsonGenerator line, AcceptedKey accepted) throws IOException {
        writeKey(line, accepted.key(), List.of(accepted.device().device()));
        JsonLines.writeOrNull(line, "known", accepted.known().map(Fingerprint::hex));
        writeChange(line, accepted.change(), TrustMeans.ACCEPTANCE);
    }

    static void answered(JsonGenerator line, Asked asked, Answer answer) throws IOException {
        writeRequest(line, asked);
        line.writeStringField("answer", Words.of(answer));
    }

    static void verification(JsonGenerator line, VerificationReport report) throws IOException {
        JsonLines.writeOrNull(line, "jid", report.of().map(Object::toString));
        line.writeStringField("result", report.word());
        writeUnusable(line, report.result());
        line.writeArrayFieldStart("keys");
        for (VerificationReport.Key key : report.keys()) {
            line.writeStartObject();
            verified(line, key);
            line.writeEndObject();
        }
        line.writeEndArray();
        line.writeStringField("text", report.result().sentence());
    }

    /** A URI that verifies nothing. */
    static void unusable(JsonGenerator line, VerificationReport report) throws IOException {
        line.writeStringField("result", report.word());
        writeUnusable(line, report.result());
        line.writeStringField("text", report.result().sentence());
    }

    /** What became of one key of a URI. */
    static void verified(JsonGenerator line, VerificationReport.Key key) throws IOException {
        writeKey(line, key.key(), key.devices());
        line.writeStringField("result", Words.of(key.outcome()));
        if (key.refusal().isPresent()) {
            line.writeStringField("reason", Words.of(key.refusal().get()));
        }
        if (key.known().isPresent()) {
            line.writeStringField("known", key.known().get().hex());
        }
    }

    static void changed(JsonGenerator line, OmemoEvent.TrustChanged change) throws IOException {
        line.writeStringField("jid", change.key().jid().toString());
        line.writeStringField("fingerprint", change.key().fingerprint().hex());
        line.writeStringField("from", Words.of(change.from()));
        line.writeStringField("trust", Words.of(change.to()));
        line.writeStringField("means", Words.of(change.means()));
        writeSender(line, Optional.of(change.by()));
        line.writeStringField("text", change.sentence());
    }

    static void newKey(JsonGenerator line, OmemoEvent.NewIdentityKey key) throws IOException {
        writeDevice(line, key.device());
        line.writeStringField("fingerprint", key.fingerprint().hex());
        line.writeStringField("trust", Words.of(key.level()));
        line.writeStringField("text", key.sentence());
    }

    /** A key that waits for somebody to accept it. {@code proposal} is the command that does. */
    static void refused(JsonGenerator line, RefusedKey key) throws IOException {
        writeDevice(line, key.device());
        line.writeStringField("fingerprint", key.shown().hex());
        line.writeStringField("proposal", Words.of(Decryption.Proposal.ACCEPT_KEY));
    }

    /** Who has sent a trust message. */
    static void writeSender(JsonGenerator line, Optional<TrustEntry.Sender> by) throws IOException {
        if (by.isPresent()) {
            line.writeObjectFieldStart("by");
            writeDevice(line, by.get().device());
            line.writeStringField("fingerprint", by.get().fingerprint().hex());
            line.writeEndObject();
        } else {
            line.writeNullField("by");
        }
    }

    private static void writeChange(JsonGenerator line, TrustChange change, TrustMeans means) throws IOException {
        if (change instanceof TrustChange.Changed changed) {
            line.writeStringField("result", "changed");
            line.writeStringField("from", Words.of(changed.from()));
            line.writeStringField("trust", Words.of(changed.to()));
            line.writeStringField("means", Words.of(means));
            if (changed.warning().isPresent()) {
                line.writeStringField("warning", changed.warning().get());
            }
        } else if (change instanceof TrustChange.Unchanged unchanged) {
            line.writeStringField("result", "unchanged");
            line.writeStringField("trust", Words.of(unchanged.level()));
        } else if (change instanceof TrustChange.Refused refused) {
            line.writeStringField("result", "refused");
            line.writeStringField("reason", Words.of(refused.reason()));
            line.writeStringField("text", refused.sentence());
        }
    }

    private static void writeUnusable(JsonGenerator line, VerificationResult result) throws IOException {
        if (result instanceof VerificationResult.Unusable unusable) {
            line.writeStringField("reason", Words.of(unusable.reason()));
        }
    }

    private static void writeRequest(JsonGenerator line, Asked asked) throws IOException {
        line.writeStringField("to", asked.request().conversation().toString());
        if (asked.room().isPresent()) {
            line.writeStringField("room", asked.room().get().toString());
        }
        line.writeNumberField("request", asked.number());
    }

    private static void writeKey(JsonGenerator line, TrustKey key, List<DeviceId> devices) throws IOException {
        line.writeStringField("jid", key.jid().toString());
        line.writeArrayFieldStart("devices");
        for (DeviceId device : devices) {
            line.writeNumber(device.value());
        }
        line.writeEndArray();
        line.writeStringField("fingerprint", key.fingerprint().hex());
    }

    private static void writeDevice(JsonGenerator line, DeviceAddress device) throws IOException {
        line.writeStringField("jid", device.jid().toString());
        line.writeNumberField("device", device.device().value());
    }
}
