/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.jxmpp.stringprep.XmppStringprepException;

/**
 * Requests as JSON objects, one a line: {@code {"command":"send","to":"bob@example.org","body":"hi"}}, {@code {"command":"subscribe","to":…}},
 * {@code {"command":"join","room":"r@conference.example.org","nick":"a"}}, {@code {"command":"quit"}}. Unknown fields are passed over.
 */
final class JsonRequests implements ChatRequest.Reader {
    private final JsonFactory json = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private final Optional<EntityBareJid> partner;

    /** @param partner who is meant where a line does not say to whom. */
    JsonRequests(Optional<EntityBareJid> partner) {
        this.partner = partner;
    }

    @Override
    public ChatRequest read(String line) throws ChatRequest.Malformed {
        if (line.isBlank()) {
            return new ChatRequest.Nothing();
        }
        Map<String, String> fields = stringsOf(line);
        String command = required(fields, "command");
        return switch (command) {
            case "send" -> new ChatRequest.Send(recipient(fields), required(fields, "body"));
            case "subscribe" -> new ChatRequest.Subscribe(recipient(fields));
            case "join" -> new ChatRequest.Join(address(fields, "room"), nick(fields));
            case "quit" -> new ChatRequest.Quit();
            default -> throw new ChatRequest.Malformed("unknown command \"" + OneLine.of(command) + "\"");
        };
    }

    private Map<String, String> stringsOf(String line) throws ChatRequest.Malformed {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = json.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ChatRequest.Malformed("the line is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new ChatRequest.Malformed("there is something after the JSON object");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new ChatRequest.Malformed("the line is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ChatRequest.Malformed("the line cannot be read: " + e.getMessage(), e);
        }
    }

    private EntityBareJid recipient(Map<String, String> fields) throws ChatRequest.Malformed {
        if (fields.get("to") == null) {
            return partner.orElseThrow(() -> new ChatRequest.Malformed("\"to\" is missing, or is not a string"));
        }
        return address(fields, "to");
    }

    private static EntityBareJid address(Map<String, String> fields, String name) throws ChatRequest.Malformed {
        try {
            return JidArgument.parse(required(fields, name));
        } catch (XmppStringprepException e) {
            throw new ChatRequest.Malformed("\"" + name + "\" is not an address such as bob@example.org", e);
        }
    }

    private static Resourcepart nick(Map<String, String> fields) throws ChatRequest.Malformed {
        try {
            return Resourcepart.from(required(fields, "nick"));
        } catch (XmppStringprepException e) {
            throw new ChatRequest.Malformed("\"nick\" cannot be a nick in a room", e);
        }
    }

    private static String required(Map<String, String> fields, String name) throws ChatRequest.Malformed {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new ChatRequest.Malformed("\"" + name + "\" is missing, or is not a string with something in it");
        }
        return value;
    }
}
