/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustRefusal;

/** Something an application may want to show or log. */
public sealed interface OmemoEvent {

    /** A sentence for a person. */
    String sentence();

    /** An identity key was seen for the first time. */
    record NewIdentityKey(DeviceAddress device, Fingerprint fingerprint, TrustLevel level) implements OmemoEvent {
        @Override
        public String sentence() {
            return device + " has the identity key " + fingerprint + " (" + level.words() + ").";
        }
    }

    /**
     * What a key is worth has changed without a decision of this device's person: another device has sent a trust message.
     *
     * @param by who that was.
     */
    record TrustChanged(TrustKey key, TrustLevel from, TrustLevel to, TrustMeans means, TrustEntry.Sender by)
            implements OmemoEvent {
        @Override
        public String sentence() {
            return "The key " + key.fingerprint() + " of " + key.jid() + " is " + to.words() + " now (" + from.words()
                    + " before), as " + by.device() + " says.";
        }
    }

    /**
     * A trust message has changed nothing, and will not. What is only kept until its sender is verified or its key known is not told.
     *
     * @param account from where it came.
     * @param by which device has sent it; empty where nothing proves that any has.
     * @param refusal why.
     */
    record TrustMessageRefused(BareJid account, Optional<TrustEntry.Sender> by, TrustRefusal refusal)
            implements OmemoEvent {
        @Override
        public String sentence() {
            String sender = by.map(one -> one.device().toString()).orElse(account.toString());
            return "A trust message of " + sender + " was refused: " + words() + ".";
        }

        private String words() {
            return switch (refusal) {
                case FORGED -> "it came in clear, or was written by or for somebody else";
                case SENDER_DISTRUSTED -> "the key of its sender is distrusted";
                case NOT_ITS_KEY -> "it is about keys that its sender has no say in";
                case REPLAYED -> "it is no newer than one that was read before";
                case OWN_KEY -> "nobody else decides about the key of this device";
                case DISTRUST_WINS -> "its keys are distrusted, and only an undo on this device leaves that";
                case TOO_MUCH -> "too much of what its sender has said waits already";
                default -> "it is of no use here";
            };
        }
    }

    /** Messages of a conversation wait for a person's decision. Told once for the same devices. */
    record DecisionNeeded(TrustRequest request) implements OmemoEvent {
        @Override
        public String sentence() {
            return "Messages to " + request.conversation() + " wait for a decision about "
                    + request.devices().stream()
                            .map(device -> device.address() + " ("
                                    + device.fingerprint().orElseThrow() + ")")
                            .collect(Collectors.joining(", "))
                    + ".";
        }
    }

    /** A device's bundle has another identity key than the one known for it. The old one stays; the bundle was refused. Of a message that shows another one, its own outcome tells ({@link Decryption.Reason#IDENTITY_KEY_CHANGED}). */
    record IdentityKeyChanged(DeviceAddress device, Fingerprint known, Fingerprint shown) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The bundle of " + device + " has the identity key " + shown + " instead of " + known
                    + ". It was refused.";
        }
    }

    /**
     * A device's bundle has an identity key that another account is known by; the bundle was refused. Of a message that shows one, its own outcome tells ({@link Decryption.Reason#IDENTITY_KEY_SHARED}).
     *
     * @param known the account that has shown it first, or whose it was verified as; ours if it is this device's.
     */
    record IdentityKeyShared(DeviceAddress device, BareJid known, Fingerprint fingerprint) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The bundle of " + device + " has the identity key " + fingerprint + ", which is known as a key of "
                    + known + ". It was refused.";
        }
    }

    /** A bundle could not be used; the device is left out. */
    record BundleUnusable(DeviceAddress device, String why) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The bundle of " + device + " cannot be used: " + why;
        }
    }

    /** A device has answered none of so many messages. The next one begins a new session with it; if it does not answer in that either, it is left out while others of its account answer. */
    record DeviceSilent(DeviceAddress device, int unanswered) implements OmemoEvent {
        @Override
        public String sentence() {
            return device + " has answered none of the last " + unanswered
                    + " messages. It may not be in use any more; a new session is begun with it.";
        }
    }

    /** A device list had more entries than are kept. */
    record DeviceListTruncated(BareJid jid, int kept) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The device list of " + jid + " is too long; " + kept + " devices are kept.";
        }
    }

    /** The first sign that a contact reads OMEMO: from now on its conversation is encrypted under every policy but OFF. */
    record ConversationEncrypted(BareJid jid) implements OmemoEvent {
        @Override
        public String sentence() {
            return jid + " uses OMEMO; the conversation is encrypted from now on.";
        }
    }

    /**
     * A contact has asked, in an encrypted message, for plain text from now on. If that blocks, nothing is sent to them until {@link OmemoEngine#setPolicy} with {@link EncryptionPolicy#OFF} agrees or
     * {@link OmemoEngine#declineOptOut} does not, or all devices that have asked are distrusted. Where the policy is OFF already, nobody is told.
     *
     * @param device which has sent it.
     * @param fingerprint of its identity key.
     * @param trust what that key is worth.
     * @param blocks whether the wish counts: only that of a device which may read our messages does. Anybody who can add a device to the account could ask otherwise.
     * @param reason in words, safe to show.
     */
    record OptedOut(
            DeviceAddress device, Fingerprint fingerprint, TrustLevel trust, boolean blocks, Optional<String> reason)
            implements OmemoEvent {
        @Override
        public String sentence() {
            return device.jid() + " (device " + device.device() + ", whose key " + fingerprint + " is "
                    + trust.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + ") would like to receive plain text instead of encrypted messages"
                    + reason.map(words -> ": \"" + words + "\"").orElse("") + "."
                    + (blocks ? "" : " That key is not trusted, so it changes nothing.");
        }
    }

    /** Our id was missing from our own device list and is added again. */
    record OwnDeviceListHealed() implements OmemoEvent {
        @Override
        public String sentence() {
            return "This device was missing from the account's device list and is added again.";
        }
    }

    /**
     * Our id has vanished again from our own device list, soon after it was put back.
     *
     * @param publisher the client that has published that list. It is our server's word, and few servers say it.
     * @param candidates the devices that were on every list without us. Nothing proves who has published these lists; most likely one of them has, as a client puts itself on the list that it writes.
     * @param until when it is added again.
     */
    record OwnDeviceListContested(Optional<EntityFullJid> publisher, List<KnownDevice> candidates, Instant until)
            implements OmemoEvent {
        public OwnDeviceListContested {
            candidates = List.copyOf(candidates);
        }

        @Override
        public String sentence() {
            return who() + " keeps removing this device from the account's device list; it is left alone until " + until
                    + ".";
        }

        private String who() {
            if (publisher.isPresent()) {
                return "The client " + publisher.get();
            }
            String devices = candidates.stream()
                    .map(device -> device.address().device()
                            + device.label().map(label -> " (" + label + ")").orElse(""))
                    .collect(Collectors.joining(" or "));
            return devices.isEmpty() ? "Another client" : "Another client, likely device " + devices + ",";
        }
    }

    /** Our own device id was taken by another key when we first looked; a new one was drawn. */
    record OwnDeviceIdReplaced(int before, int now) implements OmemoEvent {
        @Override
        public String sentence() {
            return "Device id " + before + " was taken; this device is " + now + ".";
        }
    }

    /** Somebody has published another key's bundle under our own device id. Ours is published again. */
    record OwnBundleForeign(Fingerprint shown) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The account's bundle for this device had the identity key " + shown
                    + ", which is not ours; it is replaced.";
        }
    }

    /** A room does not tell who belongs to it: of its members, only those who are there read what we write. */
    record RoomMembersUnknown(BareJid room) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The room " + room
                    + " does not show its lists of members: only who is in the room can read what you write.";
        }
    }

    /**
     * Messages to a room wait until these members have a device that can read them.
     *
     * @param unnamed what else they wait for: members whom the room does not tell, or its word that it is still non-anonymous; as parts of a sentence.
     */
    record RoomMessageHeld(BareJid room, List<MemberLeftOut> members, List<String> unnamed) implements OmemoEvent {
        public RoomMessageHeld {
            members = List.copyOf(members);
            unnamed = List.copyOf(unnamed);
        }

        @Override
        public String sentence() {
            return "Messages to the room " + room + " wait: "
                    + Stream.concat(members.stream().map(MemberLeftOut::words), unnamed.stream())
                            .collect(Collectors.joining("; "))
                    + ".";
        }
    }

    /** Something could not be published. It is tried again at the next login or after a while. */
    record PublicationFailed(String what, String why) implements OmemoEvent {
        @Override
        public String sentence() {
            return "The " + what + " could not be published: " + why;
        }
    }
}
