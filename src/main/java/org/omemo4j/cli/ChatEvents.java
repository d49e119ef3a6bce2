/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.OwnDevice;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;

/** What a chat tells: to a program as JSON lines, or to a person as text. Called from several threads. */
interface ChatEvents {

    /** Logged in, and others can write to this device. */
    void ready(OwnDevice own);

    /** Somebody wrote, or another client of this account did. */
    void message(ReceivedMessage message);

    /** We are in a room, and it has told who belongs to it. */
    void joined(Resourcepart nick, RoomReaders readers);

    /** A message left encrypted. {@code room} is where it went to, if that is a room. */
    void sent(SentMessage message, Optional<BareJid> room);

    /** A message could not be read. {@code reason} is a word such as {@code no-session}. */
    void undecryptable(UnreadMessage message, String reason);

    /** Something happened to keys, devices or a room. {@code room} is the one that it is about, if it is about one. */
    void notice(String sentence, Optional<BareJid> room);

    /** Something failed; the chat goes on unless it says otherwise. */
    void error(String message);

    /** Something that is good to know for a person. */
    void note(String sentence);

    /**
     * A message as it is shown.
     *
     * @param from who wrote it; of one that came in clear through a room, the room.
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
            BareJid from,
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
     */
    record Protection(int device, String version) {}
}
