/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.cli.ChatEvents.About;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.RoomReaders;
import org.omemo4j.smack.RoomReaders.State;
import org.omemo4j.store.StoreException;

/**
 * What comes of entering a room.
 *
 * @param readers what is known of who can read there.
 */
record RoomEntry(
        BareJid room, Resourcepart nick, Poll.Question<RoomReaders, StoreException> readers, ChatEvents events) {
    /** Tells it as soon as the room has told who belongs to it, and at the end of the time that it has not. Does not wait: a room may be slow, and the keys of its members slower. */
    void follow(Duration time) {
        Thread thread = new Thread(
                () -> {
                    try {
                        tell(Deadline.in(time));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "omemo room");
        thread.setDaemon(true);
        thread.start();
    }

    void tell(Deadline deadline) throws InterruptedException {
        RoomReaders known;
        try {
            known = Poll.until(deadline, RoomEntry::isKnown, readers);
        } catch (OmemoException e) {
            return; // OMEMO has stopped: with the chat, or with an error that is told
        } catch (StoreException e) {
            events.error("it is not known who can read in the room " + room + ": " + Sentence.of(e), About.room(room));
            return;
        }
        if (isKnown(known)) {
            events.joined(nick, known);
        }
        if (known.state() == State.ANONYMOUS) {
            events.error("the room " + room + " hides who is in it: nothing can be sent there", About.room(room));
        } else if (known.state() == State.ASKED) {
            events.error("the room " + room + " has not told who belongs to it within " + deadline, About.room(room));
        } else if (known.state() == State.NOT_IN_ROOM) {
            events.error(
                    "the room " + room + " was left, or lost with the connection, before it told who belongs to it",
                    About.room(room));
        }
    }

    private static boolean isKnown(RoomReaders readers) {
        return readers.state() == State.OPEN || readers.state() == State.ANONYMOUS;
    }
}
