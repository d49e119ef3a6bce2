/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;

/** What a person or a program asks of a chat. */
sealed interface ChatRequest {

    /** Send this text. @param id what the stanza's id is to be. */
    record Send(EntityBareJid to, String body, Optional<String> id) implements ChatRequest {}

    /** Ask to see somebody's presence, and let them see ours. */
    record Subscribe(EntityBareJid to) implements ChatRequest {}

    /** Enter a room under this nick; what is sent there is encrypted from then on. */
    record Join(EntityBareJid room, Resourcepart nick) implements ChatRequest {}

    /** Show what can be asked. */
    record Help() implements ChatRequest {}

    /** Nothing: an empty line, or one that changed only how later lines are read. */
    record Nothing() implements ChatRequest {}

    /** Let what waits leave, and end. */
    record Quit() implements ChatRequest {}

    /** What concerns the trust in devices. */
    sealed interface OfTrust extends ChatRequest {}

    /** Decide about devices of the open request with this number. */
    record Decide(int request, List<Choice> choices) implements OfTrust {
        public Decide {
            choices = List.copyOf(choices);
        }
    }

    /** Let what waits leave without the devices of this request. */
    record Without(int request) implements OfTrust {}

    /** Send nothing of what waits for this request. */
    record Refuse(int request) implements OfTrust {}

    /** Tell the open requests again. */
    record Requests() implements OfTrust {}

    /** Verify the keys of a URI that was scanned or pasted. @param expected whose they are to be, unless they are our own. */
    record Verify(Optional<EntityBareJid> expected, String uri) implements OfTrust {}

    /** Accept that a device shows this key. */
    record AcceptKey(DeviceAddress device, Fingerprint shown, String reason) implements OfTrust {}

    /** Decide about a key, whether a request asks about it or not. */
    record DecideKey(TrustKey key, Decision decision, String reason) implements OfTrust {}

    /** Take the newest decision about a key back. */
    record Undo(TrustKey key, String reason) implements OfTrust {}

    /** Tell the devices of an account, or ours. */
    record Devices(Optional<EntityBareJid> of) implements OfTrust {}

    /** What concerns plain text that one side asks for. */
    sealed interface OfPlaintext extends ChatRequest {}

    /** Agree to plain text that a contact has asked for. */
    record AcceptPlaintext(EntityBareJid to) implements OfPlaintext {}

    /** Decline that, or take the agreement back. */
    record Encrypt(EntityBareJid to) implements OfPlaintext {}

    /** Ask a contact for plain text. */
    record OptOut(EntityBareJid to, Optional<String> reason) implements OfPlaintext {}

    /** What lets later messages be read where one could not be. */
    sealed interface OfReading extends ChatRequest {}

    /** Begin a new session with a device. */
    record ReplaceSession(DeviceAddress device) implements OfReading {}

    /** Ask again which devices an account has, or the members of a room. */
    record Refresh(EntityBareJid of) implements OfReading {}

    /** One decision, and about which devices of a request. */
    record Choice(Which which, Decision decision) {}

    /** Some devices of a request. */
    sealed interface Which {
        /** All of them. */
        record All() implements Which {}

        /** The one that was shown with this number, from 1 on. */
        record Numbered(int device) implements Which {}

        /** Those with this key. */
        record Keyed(TrustKey key) implements Which {}
    }

    /** Reads the lines of one input, in order. */
    interface Reader {
        /** @throws Malformed if the line asks for nothing that can be done. */
        ChatRequest read(String line) throws Malformed;

        /** The id that a line has for its message, if it has one, also where it cannot be read or done. */
        Optional<String> id(String line);
    }

    /** A line that cannot be understood, or asks for what cannot be done. Nothing was changed. The message is a sentence. */
    final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final @Nullable Enum<?> reason;

        Malformed(String sentence) {
            super(sentence);
            this.reason = null;
        }

        Malformed(String sentence, Throwable cause) {
            super(sentence, cause);
            this.reason = null;
        }

        /** @param reason why it cannot be done, for programs. */
        Malformed(String sentence, Enum<?> reason) {
            super(sentence);
            this.reason = reason;
        }

        /** As programs read it, where there is more than one. */
        Optional<String> reason() {
            return Optional.ofNullable(reason).map(Words::of);
        }
    }
}
