/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.cli.ChatRequest.Choice;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.cli.ChatRequest.Which;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.MalformedFingerprintException;
import org.omemo4j.trust.TrustKey;

/** Requests as JSON objects, one a line, as {@code omemo chat --help} lists them. Unknown fields are passed over. */
final class JsonRequests implements ChatRequest.Reader {
    /** More than anybody's UUID; servers may store it with each message. */
    private static final int LONGEST_ID = 100;

    private final Optional<EntityBareJid> partner;

    /** @param partner who is meant where a line does not say to whom. */
    JsonRequests(Optional<EntityBareJid> partner) {
        this.partner = partner;
    }

    @Override
    public ChatRequest read(String line) throws Malformed {
        if (line.isBlank()) {
            return new ChatRequest.Nothing();
        }
        JsonFields fields = JsonFields.of(line);
        String command = fields.required("command");
        return switch (command) {
            case "send" -> new ChatRequest.Send(recipient(fields), fields.required("body"), id(fields));
            case "subscribe" -> new ChatRequest.Subscribe(recipient(fields));
            case "join" -> new ChatRequest.Join(address(fields, "room"), nick(fields));
            case "decide" -> new ChatRequest.Decide(fields.number("request"), choices(fields));
            case "without" -> new ChatRequest.Without(fields.number("request"));
            case "refuse" -> new ChatRequest.Refuse(fields.number("request"));
            case "requests" -> new ChatRequest.Requests();
            case "verify" -> new ChatRequest.Verify(expected(fields), Pasted.uri(fields.required("uri")));
            case "accept-key" -> new ChatRequest.AcceptKey(device(fields), fingerprint(fields), reason(fields));
            case "replace-session" -> new ChatRequest.ReplaceSession(device(fields));
            case "refresh" -> new ChatRequest.Refresh(address(fields, "jid"));
            case "trust" -> new ChatRequest.DecideKey(key(fields), Decision.TRUST, reason(fields));
            case "distrust" -> new ChatRequest.DecideKey(key(fields), Decision.DISTRUST, reason(fields));
            case "compromise" -> new ChatRequest.DecideKey(key(fields), Decision.COMPROMISE, reason(fields));
            case "undo" -> new ChatRequest.Undo(key(fields), reason(fields));
            case "devices" ->
                new ChatRequest.Devices(
                        fields.text("jid").isPresent() ? Optional.of(address(fields, "jid")) : Optional.empty());
            case "accept-plaintext" -> new ChatRequest.AcceptPlaintext(address(fields, "to"));
            case "encrypt" -> new ChatRequest.Encrypt(address(fields, "to"));
            case "opt-out" -> new ChatRequest.OptOut(address(fields, "to"), fields.text("reason"));
            case "quit" -> new ChatRequest.Quit();
            default -> throw new Malformed("unknown command \"" + OneLine.of(command) + "\"");
        };
    }

    @Override
    public Optional<String> id(String line) {
        try {
            return id(JsonFields.of(line));
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private static Optional<String> id(JsonFields fields) throws Malformed {
        Optional<String> id = fields.text("id");
        if (id.filter(text -> text.isEmpty()
                        || text.length() > LONGEST_ID
                        || text.codePoints().anyMatch(point -> !isPrintable(point)))
                .isPresent()) {
            throw new Malformed("\"id\" is not a string of 1 to " + LONGEST_ID + " printable characters");
        }
        return id;
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private EntityBareJid recipient(JsonFields fields) throws Malformed {
        return expected(fields).orElseThrow(() -> new Malformed("\"to\" is missing"));
    }

    private Optional<EntityBareJid> expected(JsonFields fields) throws Malformed {
        return fields.text("to").isPresent() ? Optional.of(address(fields, "to")) : partner;
    }

    private static List<Choice> choices(JsonFields fields) throws Malformed {
        List<Choice> choices = new ArrayList<>();
        for (JsonFields each : fields.list("decisions")) {
            choices.add(new Choice(new Which.Keyed(key(each)), decision(each)));
        }
        return choices;
    }

    private static TrustKey key(JsonFields fields) throws Malformed {
        return new TrustKey(address(fields, "jid"), fingerprint(fields));
    }

    private static String reason(JsonFields fields) throws Malformed {
        return fields.text("reason").orElse("");
    }

    private static DeviceAddress device(JsonFields fields) throws Malformed {
        EntityBareJid jid = address(fields, "jid");
        return DeviceId.parse(Integer.toString(fields.number("device")))
                .map(device -> new DeviceAddress(jid, device))
                .orElseThrow(() -> new Malformed("\"device\" is not the number of a device"));
    }

    private static Fingerprint fingerprint(JsonFields fields) throws Malformed {
        try {
            return Fingerprint.parse(fields.required("fingerprint"));
        } catch (MalformedFingerprintException e) {
            throw new Malformed("\"fingerprint\" is none: " + Sentence.of(e), e);
        }
    }

    private static Decision decision(JsonFields fields) throws Malformed {
        String word = fields.required("decision");
        return Arrays.stream(Decision.values())
                .filter(decision -> Words.of(decision).equals(word))
                .findFirst()
                .orElseThrow(() -> new Malformed("\"decision\" is none of trust, verify, distrust and compromise"));
    }

    private static EntityBareJid address(JsonFields fields, String name) throws Malformed {
        try {
            return JidArgument.parse(fields.required(name));
        } catch (XmppStringprepException e) {
            throw new Malformed("\"" + name + "\" is not an address such as bob@example.org", e);
        }
    }

    private static Resourcepart nick(JsonFields fields) throws Malformed {
        try {
            return Resourcepart.from(fields.required("nick"));
        } catch (XmppStringprepException e) {
            throw new Malformed("\"nick\" cannot be a nick in a room", e);
        }
    }
}
