/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustRefusal;

/** What a received {@code <encrypted/>} turned out to be. */
public sealed interface Decryption {

    /** What else to do; perform it whatever the result is. */
    Reaction reaction();

    /** The same result with another reaction. */
    Decryption with(Reaction other);

    /**
     * A message. The step is committed.
     *
     * @param origin who sent it.
     * @param content the elements that were inside.
     * @param time when the sender says it was written.
     * @param dropped names of elements that must not travel inside, and were dropped.
     * @param repeated whether this device has read or sent the message before, and it has come again by a way on which that is nothing unusual.
     */
    record Decrypted(
            MessageOrigin origin,
            List<XmlElement> content,
            Optional<Instant> time,
            List<String> dropped,
            boolean repeated,
            Reaction reaction)
            implements Decryption {
        @Override
        public Decryption with(Reaction other) {
            return new Decrypted(origin, content, time, dropped, repeated, other);
        }

        /** The same, which has not come before. */
        Decrypted firstTime() {
            return new Decrypted(origin, content, time, dropped, false, reaction);
        }
    }

    /** An empty message: it moved the session on and says nothing. */
    record KeyTransport(MessageOrigin origin, Reaction reaction) implements Decryption {
        @Override
        public Decryption with(Reaction other) {
            return new KeyTransport(origin, other);
        }
    }

    /**
     * A trust message (XEP-0434), and nothing to show. What it says of each key is in the journal of trust.
     *
     * @param refusal why nothing of it was believed, as yet or for good; {@link TrustRefusal#REPLAYED} also for one that has come again by a way on which that is nothing unusual, and for one of this very
     *     device.
     */
    record TrustMessageRead(MessageOrigin origin, Optional<TrustRefusal> refusal, Reaction reaction)
            implements Decryption {
        @Override
        public Decryption with(Reaction other) {
            return new TrustMessageRead(origin, refusal, other);
        }
    }

    /** Read before. On a way on which messages repeat, also one that is not in the journal any more. */
    record Duplicate(DeviceAddress sender, Reaction reaction) implements Decryption {
        @Override
        public Decryption with(Reaction other) {
            return new Duplicate(sender, other);
        }
    }

    /**
     * Encrypted for others of our devices, or by this very device. {@code sender} is what the stanza claims; its account is the room's JID where a room does not say who it was.
     *
     * @param empty whether there is nothing in it that could be read elsewhere, either: it keeps a session healthy.
     */
    record NotForThisDevice(DeviceAddress sender, boolean empty, Reaction reaction) implements Decryption {
        @Override
        public Decryption with(Reaction other) {
            return new NotForThisDevice(sender, empty, other);
        }
    }

    /**
     * Not readable. No session and no key was changed.
     *
     * @param sender what the stanza claims, empty where even that is malformed.
     * @param reason why.
     * @param proposal what the application may do about it; that of the reason, unless it makes no sense for this message.
     * @param shownKey with {@link Reason#IDENTITY_KEY_CHANGED} and {@link Reason#IDENTITY_KEY_SHARED} the identity key that the message shows; nothing proves that its sender has it.
     */
    record Undecryptable(
            Optional<DeviceAddress> sender,
            Reason reason,
            Proposal proposal,
            Optional<Fingerprint> shownKey,
            Reaction reaction)
            implements Decryption {
        @Override
        public Decryption with(Reaction other) {
            return new Undecryptable(sender, reason, proposal, shownKey, other);
        }
    }

    /** The one sensible thing to do about a message that cannot be read. Nothing of it happens by itself. */
    enum Proposal {
        /** Nothing: it is damaged, forged, or older than what has been done since; or a new session with the device is begun already. */
        NONE,
        /** {@link OmemoEngine#replaceSession}: the next messages of the device can be read then. This one is lost; ask the sender for it. */
        REPLACE_SESSION,
        /**
         * Ask for device lists again: the account's, as the device is not on the one that is known, or those of a room's members, as the author is none whose key is known. Then the archive may
         * bring the message again.
         */
        REFRESH,
        /** {@link OmemoEngine#acceptKey}: the device shows another identity key, or another account's. Only a person can say whether that is right, and never because a message asks for it. */
        ACCEPT_KEY
    }

    /** Why a message is not readable. */
    enum Reason {
        /** The element, a key or the envelope is malformed. */
        MALFORMED(Proposal.NONE, "it is malformed"),
        /** An ordinary message of a listed device, and no session to read it in. Once a day a new one is begun with the device without asking. */
        NO_SESSION(Proposal.REPLACE_SESSION, "this device has no session with the one that sent it"),
        /** An ordinary message, no session to read it in, and the device is not on its account's list, which is asked for once. */
        UNKNOWN_DEVICE(Proposal.REFRESH, "the device that sent it is not on the device list of its account"),
        /** A key exchange with a one-time prekey that we do not have, any more or at all. */
        PREKEY_GONE(
                Proposal.REPLACE_SESSION,
                "it was encrypted with a one-time prekey that this device does not have (any more)"),
        /** A key exchange with a signed prekey that we do not have, any more or at all. */
        SIGNED_PREKEY_GONE(
                Proposal.REPLACE_SESSION,
                "it was encrypted with a signed prekey that this device does not have (any more)"),
        /** The message does not authenticate in its session. */
        BROKEN_SESSION(
                Proposal.REPLACE_SESSION, "it does not authenticate in the session with the device that sent it"),
        /** The device shows another identity key than the one known for it. */
        IDENTITY_KEY_CHANGED(
                Proposal.ACCEPT_KEY, "the device that sent it shows another identity key than the one known for it"),
        /** The device shows an identity key that another account is known by. */
        IDENTITY_KEY_SHARED(
                Proposal.ACCEPT_KEY, "the device that sent it shows an identity key that another account is known by"),
        /** It skips more messages than are allowed. */
        TOO_MANY_SKIPPED(Proposal.REPLACE_SESSION, "it skips more messages than are allowed"),
        /** The envelope names another sender or recipient than the stanza. */
        ENVELOPE_MISMATCH(Proposal.NONE, "it names another sender or recipient inside than outside"),
        /**
         * A room does not say who wrote it, and no identity key that we know does. It may read when the room's archive is asked again once the keys of the room's members are there.
         */
        UNKNOWN_AUTHOR(Proposal.REFRESH, "the room does not say who wrote it"),
        /**
         * It stands in what looks like a carbon, an archived or a forwarded message, and nobody whom we believe says so. There is nothing to show: the sender of the stanza may have made it up. The
         * engine never says this.
         */
        FOREIGN_COPY(Proposal.NONE, "it is a copy, and nobody who may says where it comes from"),
        /** The host's own work on it failed: its store, or the program. The engine never says this. */
        FAILED(Proposal.NONE, "the work on it failed here; the log says why");

        private final Proposal proposal;
        private final String words;

        Reason(Proposal proposal, String words) {
            this.proposal = proposal;
            this.words = words;
        }

        /** What an application may do about it. */
        public Proposal proposal() {
            return proposal;
        }

        /** For the end of a sentence. */
        public String words() {
            return words;
        }
    }
}
