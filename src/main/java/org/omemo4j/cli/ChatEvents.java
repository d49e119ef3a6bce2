/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;

/** What a chat tells: to a program as JSON lines, or to a person as text. Called from several threads. */
interface ChatEvents {

    /** Logged in, and others can write to this device. */
    void ready(OwnDevice own);

    /** Somebody wrote, or another client of this account did. */
    void message(ReceivedMessage message);

    /** We are in a room, and it has told who belongs to it. Whose keys are not there yet counts as unable to read. */
    void joined(Resourcepart nick, RoomReaders readers);

    /** A message was taken, with this id. It waits until {@code sent}, {@code sentInClear} or {@code notSent} says what became of it. {@code room} is where it is to go to, if that is a room. */
    void accepted(String id, BareJid to, Optional<BareJid> room);

    /** A message left encrypted. {@code room} is where it went to, if that is a room. */
    void sent(SentMessage message, Optional<BareJid> room);

    /** A message left in clear, as the contact has asked for and the person has agreed to, or as another application had allowed that left it waiting in the store. */
    void sentInClear(BareJid to, String id);

    /** Something without a text was dropped, as it could not be encrypted. {@code room} is where it was to go to, if that is a room. */
    void withheld(String id, BareJid to, Optional<BareJid> room);

    /** A message could not be read. */
    void undecryptable(UnreadMessage message, Decryption.Reason reason);

    /** Its sender has not encrypted it for this device. */
    void notForThisDevice(UnreadMessage message);

    /** A message came again: it was read the first time. */
    void duplicate(UnreadMessage message);

    /** Elements with these names were left out of a message that was read. */
    void contentDropped(BareJid from, List<String> names);

    /** A new session with a device is begun, as it was asked for. */
    void sessionBegun(DeviceAddress device);

    /** It was found out again which devices an account has; or it was tried for each member of {@code room}. */
    void refreshed(BareJid of, Optional<BareJid> room);

    /** What waits in a conversation, messages with these ids, needs decisions about devices. Instead of an earlier request for the same conversation, if there is one. */
    void trustRequest(Asked asked, List<String> messages);

    /** Decisions were made about devices of a request. What became of each: a refused one has changed nothing. */
    void decided(Asked asked, Map<TrustKey, TrustChange> changes);

    /** A request was answered, and nothing decided. */
    void answered(Asked asked, Answer answer);

    /** What became of a URI that was scanned or pasted. */
    void verification(VerificationReport report);

    /** What became of the acceptance of a key. */
    void keyAccepted(AcceptedKey accepted);

    /** What became of a decision about a key that no request asks about, or of an undo. */
    void keyDecided(DecidedKey decided);

    /** The devices of an account, as far as they are known. {@code own} is this device. */
    void devices(BareJid of, List<KnownDevice> devices, DeviceAddress own);

    /** A key was seen for the first time. {@code asks} is whether a message to its device waits for a decision about it, with a request that shows it. */
    void newKey(OmemoEvent.NewIdentityKey key, boolean asks);

    /** A device has shown a key that is refused until somebody accepts it. */
    void keyRefused(RefusedKey key, String sentence);

    /** A trust message of another device has changed what a key is worth. */
    void trustChanged(OmemoEvent.TrustChanged change);

    /** A contact has asked for plain text, and if that blocks, nothing is sent to them until somebody answers. */
    void optOut(OmemoEvent.OptedOut optOut);

    /** What is sent to this contact leaves encrypted, or in clear, from now on. */
    void conversation(BareJid with, boolean encrypted);

    /** Something happened to keys, devices or a room. {@code room} is the one that it is about, if it is about one. */
    void notice(String sentence, Optional<BareJid> room);

    /** Something failed; the chat goes on unless it says otherwise. */
    void error(String message, About about);

    /** The same about nothing in particular. */
    default void error(String message) {
        error(message, About.NOTHING);
    }

    /** A message to somebody was not sent. */
    void notSent(String id, BareJid to, boolean isRoom, Exception why);

    /** Something that is good to know for a person. */
    void note(String sentence);

    /**
     * What failed, as far as it is known.
     *
     * @param id of a message that was not sent, or of a line that was not understood.
     * @param to to whom something was not sent.
     * @param room the room where it was to go, or that was to be entered.
     * @param reason why, as a word.
     */
    record About(Optional<String> id, Optional<BareJid> to, Optional<BareJid> room, Optional<String> reason) {
        static final About NOTHING = line(Optional.empty(), Optional.empty());

        static About message(String id, BareJid to, boolean isRoom, Optional<String> reason) {
            return new About(Optional.of(id), Optional.of(to), isRoom ? Optional.of(to) : Optional.empty(), reason);
        }

        static About line(Optional<String> id, Optional<String> reason) {
            return new About(id, Optional.empty(), Optional.empty(), reason);
        }

        static About contact(BareJid to) {
            return new About(Optional.empty(), Optional.of(to), Optional.empty(), Optional.empty());
        }

        static About room(BareJid room) {
            return new About(Optional.empty(), Optional.empty(), Optional.of(room), Optional.empty());
        }
    }

    /**
     * A message as it is shown.
     *
     * @param from who wrote it: a bare JID; of a message that came in clear through a room which does not tell that, the JID that the author has in the room.
     * @param to to whom, if this account wrote it with another client.
     * @param body the text.
     * @param encryption how it was protected, empty if it came in clear.
     * @param id the stanza's id.
     * @param delayed whether a server kept it for a while.
     * @param carbon whether it is a copy of what another client of this account received or sent.
     * @param repeated whether this device has read or sent it before, and it has come again: who acts on messages has acted.
     * @param place where in a room it was written, empty for any other message.
     */
    record ReceivedMessage(
            Jid from,
            Optional<BareJid> to,
            String body,
            Optional<Protection> encryption,
            Optional<String> id,
            boolean delayed,
            boolean carbon,
            boolean repeated,
            Optional<Place> place) {}

    /**
     * Where in a room.
     *
     * @param room the room.
     * @param nick the nick that the author has there.
     * @param privately whether it was written to us alone.
     */
    record Place(BareJid room, String nick, boolean privately) {}

    /**
     * How a message was protected.
     *
     * @param device the sending device's id.
     * @param version the namespace of the version of OMEMO.
     * @param trust what the device's key was worth when the message was read.
     */
    record Protection(int device, String version, TrustLevel trust) {}

    /**
     * A request for decisions.
     *
     * @param number names it in this chat.
     * @param room the conversation, if it is a room.
     */
    record Asked(int number, TrustRequest request, Optional<BareJid> room) {
        /** Those of the request with this key. */
        List<DeviceId> devicesWith(TrustKey key) {
            return request.devices().stream()
                    .filter(device -> device.address().jid().equals(key.jid()))
                    .filter(device -> device.fingerprint().equals(Optional.of(key.fingerprint())))
                    .map(device -> device.address().device())
                    .toList();
        }
    }

    /** Other answers to a request than decisions. */
    enum Answer {
        /** What waits leaves without its devices. */
        WITHOUT,
        /** What waits is not sent. */
        REFUSE
    }
}
