/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jxmpp.jid.EntityBareJid;
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

/** Requests as a person types them: a line is a message to the current partner, unless it begins with a slash. */
final class PlainRequests implements ChatRequest.Reader {
    static final String HELP = """
            A line is a message. These begin with a slash:
              /to JID          talk to JID from now on
              /subscribe JID   ask for JID's presence, and grant yours
              /quit            end (so does the end of input)
              //text           a message that begins with a slash
            When messages wait for a decision about devices:
              /trust 1         trust all devices of request 1; /trust 1.2 only the second
              /verify 1.2      the same, and you have compared its fingerprint with the contact
              /distrust 1.2    never encrypt for it
              /compromise 1.2  the same, and its key is in wrong hands: that is told to others, for good
                               one line may have several of these four
              /without 1       what waits leaves without these devices, and nothing is decided
              /refuse 1        what waits is not sent
              /requests        show again what is to be decided
            At any time:
              /trust JID FINGERPRINT
                               trust this key of JID's; in the same way /distrust and /compromise
              /undo JID FINGERPRINT
                               take the newest decision about it back
              /devices JID     show JID's devices, with their keys; yours without a JID
              /verify URI      verify the keys in a URI that you have scanned or pasted, in one line:
                               those of the person you talk to, or of your own other devices
              /accept-key JID DEVICE FINGERPRINT
                               accept that JID's device has another key than before; ask JID first
              /replace JID DEVICE
                               begin a new session with JID's device, whose messages cannot be read
              /refresh JID     ask again which devices JID has, or the members of a room
              /plaintext JID   agree to plain text that JID has asked for: servers can read it
              /encrypt JID     decline that, or encrypt again
              /optout JID WHY  ask JID for plain text, for this reason""";

    private static final Pattern DEVICES = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?");

    private Optional<EntityBareJid> partner;

    PlainRequests(Optional<EntityBareJid> partner) {
        this.partner = partner;
    }

    @Override
    public ChatRequest read(String line) throws Malformed {
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
            case "/trust", "/distrust", "/compromise" ->
                words.length > 1 && words[1].contains("@")
                        ? new ChatRequest.DecideKey(key(words), decision(words[0]), "")
                        : decide(words);
            case "/undo" -> new ChatRequest.Undo(key(words), "");
            case "/devices" ->
                new ChatRequest.Devices(words.length == 1 ? Optional.empty() : Optional.of(address(words)));
            case "/verify" ->
                words.length == 1 || DEVICES.matcher(words[1]).matches()
                        ? decide(words)
                        : new ChatRequest.Verify(
                                partner, Pasted.uri(line.strip().substring(words[0].length())));
            case "/accept-key" -> acceptKey(words);
            case "/replace" -> replace(words);
            case "/refresh" -> new ChatRequest.Refresh(address(words));
            case "/without" -> new ChatRequest.Without(request(words));
            case "/refuse" -> new ChatRequest.Refuse(request(words));
            case "/requests" -> new ChatRequest.Requests();
            case "/plaintext" -> new ChatRequest.AcceptPlaintext(address(words));
            case "/encrypt" -> new ChatRequest.Encrypt(address(words));
            case "/optout" -> optOut(line.strip());
            default -> throw new Malformed("unknown command " + words[0] + "; try /help");
        };
    }

    @Override
    public Optional<String> id(String line) {
        return Optional.empty();
    }

    private ChatRequest message(String text) throws Malformed {
        return new ChatRequest.Send(
                partner.orElseThrow(() -> new Malformed("to whom? say /to JID first")), text, Optional.empty());
    }

    /** {@code /trust 1.1 1.3 /distrust 1.2}: all of one request, so that nobody decides about another one by accident. */
    private static ChatRequest decide(String[] words) throws Malformed {
        List<Choice> choices = new ArrayList<>();
        Set<Integer> requests = new HashSet<>();
        Decision decision = decision(words[0]);
        for (int i = 0; i < words.length; i++) {
            if (words[i].startsWith("/")) {
                decision = decision(words[i]);
                if (i + 1 == words.length || words[i + 1].startsWith("/")) {
                    throw notUnderstood(words[i]);
                }
            } else {
                Matcher devices = DEVICES.matcher(words[i]);
                if (!devices.matches()) {
                    throw notUnderstood(words[i]);
                }
                requests.add(Integer.valueOf(devices.group(1)));
                Which which = devices.group(2) == null
                        ? new Which.All()
                        : new Which.Numbered(Integer.parseInt(devices.group(2)));
                choices.add(new Choice(which, decision));
            }
        }
        if (requests.size() != 1) {
            throw new Malformed("one line answers one request: nothing was decided");
        }
        return new ChatRequest.Decide(requests.iterator().next(), choices);
    }

    private static Decision decision(String word) throws Malformed {
        return switch (word) {
            case "/trust" -> Decision.TRUST;
            case "/verify" -> Decision.VERIFY;
            case "/distrust" -> Decision.DISTRUST;
            case "/compromise" -> Decision.COMPROMISE;
            default -> throw notUnderstood(word);
        };
    }

    private static Malformed notUnderstood(String word) {
        return new Malformed(
                "nothing was decided, as '" + word
                        + "' is not understood: say /trust 1 for all devices of request 1, /trust 1.2 for its second one, or /trust JID FINGERPRINT for a key");
    }

    private static int request(String[] words) throws Malformed {
        if (words.length == 2 && words[1].matches("\\d{1,9}")) {
            return Integer.parseInt(words[1]);
        }
        throw new Malformed(words[0] + " takes the number of a request, such as 1");
    }

    private static ChatRequest acceptKey(String[] words) throws Malformed {
        if (words.length < 4) {
            throw new Malformed(
                    "nothing was accepted: /accept-key takes an address, the number of a device, and the key that it shows");
        }
        return new ChatRequest.AcceptKey(
                device(words, "nothing was accepted"), fingerprint(words, 3, "nothing was accepted"), "");
    }

    private static ChatRequest replace(String[] words) throws Malformed {
        if (words.length != 3) {
            throw new Malformed("nothing was replaced: /replace takes an address and the number of a device");
        }
        return new ChatRequest.ReplaceSession(device(words, "nothing was replaced"));
    }

    private static DeviceAddress device(String[] words, String otherwise) throws Malformed {
        DeviceId device = DeviceId.parse(words[2])
                .orElseThrow(() -> new Malformed(otherwise + ", as '" + words[2] + "' is not the number of a device"));
        return new DeviceAddress(firstAddress(words), device);
    }

    private static TrustKey key(String[] words) throws Malformed {
        if (words.length < 3) {
            throw new Malformed("nothing was decided: " + words[0] + " takes an address and a fingerprint");
        }
        return new TrustKey(firstAddress(words), fingerprint(words, 2, "nothing was decided"));
    }

    private static Fingerprint fingerprint(String[] words, int from, String otherwise) throws Malformed {
        try {
            return Fingerprint.parse(String.join(" ", List.of(words).subList(from, words.length)));
        } catch (MalformedFingerprintException e) {
            throw new Malformed(otherwise + ": " + Sentence.of(e), e);
        }
    }

    /** Where more follows. */
    private static EntityBareJid firstAddress(String[] words) throws Malformed {
        return address(new String[] {words[0], words[1]});
    }

    private static ChatRequest optOut(String line) throws Malformed {
        String[] parts = line.split("\\s+", 3);
        EntityBareJid contact = parts.length == 3 ? firstAddress(parts) : address(parts);
        return new ChatRequest.OptOut(contact, parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
    }

    private static EntityBareJid address(String[] words) throws Malformed {
        try {
            if (words.length == 2) {
                return JidArgument.parse(words[1]);
            }
        } catch (XmppStringprepException e) {
            throw new Malformed("'" + words[1] + "' is not an address such as bob@example.org", e);
        }
        throw new Malformed(words[0] + " takes one address, such as bob@example.org");
    }
}
