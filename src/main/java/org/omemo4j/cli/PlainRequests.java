/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.stringprep.XmppStringprepException;

/** Requests as a person types them: a line is a message to the current partner, unless it begins with a slash. */
final class PlainRequests implements ChatRequest.Reader {
    static final String HELP = """
            A line is a message. These begin with a slash:
              /to JID          talk to JID from now on
              /subscribe JID   ask for JID's presence, and grant yours
              /quit            end (so does the end of input)
              //text           a message that begins with a slash""";

    private Optional<EntityBareJid> partner;

    PlainRequests(Optional<EntityBareJid> partner) {
        this.partner = partner;
    }

    @Override
    public ChatRequest read(String line) throws ChatRequest.Malformed {
        if (line.isBlank()) {
            return new ChatRequest.Nothing();
        }
        if (line.startsWith("//")) {
            return message(line.substring(1));
        }
        if (!line.startsWith("/")) {
            return message(line);
        }
        String[] words = line.strip().split("\\s+");
        return switch (words[0]) {
            case "/quit" -> new ChatRequest.Quit();
            case "/help" -> new ChatRequest.Help();
            case "/subscribe" -> new ChatRequest.Subscribe(address(words));
            case "/to" -> {
                partner = Optional.of(address(words));
                yield new ChatRequest.Nothing();
            }
            default -> throw new ChatRequest.Malformed("unknown command " + words[0] + "; try /help");
        };
    }

    private ChatRequest message(String text) throws ChatRequest.Malformed {
        return new ChatRequest.Send(
                partner.orElseThrow(() -> new ChatRequest.Malformed("to whom? say /to JID first")), text);
    }

    private static EntityBareJid address(String[] words) throws ChatRequest.Malformed {
        try {
            if (words.length == 2) {
                return JidArgument.parse(words[1]);
            }
        } catch (XmppStringprepException e) {
            throw new ChatRequest.Malformed("'" + words[1] + "' is not an address such as bob@example.org", e);
        }
        throw new ChatRequest.Malformed(words[0] + " takes one address, such as bob@example.org");
    }
}
