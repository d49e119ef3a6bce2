/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.store.StoreException;

/**
 * Who belongs to a room, and who of them can read what is sent there.
 *
 * @param state whether messages to the room can be encrypted at all.
 * @param members owners, admins, members, and who is there without being one, by their real JIDs; ourselves among them. Empty unless it is {@link State#OPEN}.
 * @param leftOut those of them who cannot read it now, and why; whose devices were not asked for yet among them.
 * @param unnamed who else cannot read it, as the room does not tell who they are; as parts of a sentence.
 */
public record RoomReaders(
        BareJid room, State state, Set<BareJid> members, List<MemberLeftOut> leftOut, List<String> unnamed) {
    /** Whether messages to a room can be encrypted. */
    public enum State {
        /** We are not in it. */
        NOT_IN_ROOM,
        /** It has not answered yet who belongs to it; messages wait. */
        ASKED,
        /** It hides who its occupants are, or does not say that it does not: messages fail. */
        ANONYMOUS,
        /** They can. */
        OPEN
    }

    public RoomReaders {
        members = Set.copyOf(members);
        leftOut = List.copyOf(leftOut);
        unnamed = List.copyOf(unnamed);
    }

    static RoomReaders of(BareJid room, RoomStatus status, OmemoEngine engine) throws StoreException {
        return new RoomReaders(
                room, status.kind(), status.members(), engine.withoutKeys(status.members()), status.unnamed());
    }

    /** The members who can read it. */
    public Set<BareJid> readers() {
        Set<BareJid> readers = new HashSet<>(members);
        leftOut.forEach(member -> readers.remove(member.member()));
        return readers;
    }
}
