/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.Set;
import org.jxmpp.jid.BareJid;

/**
 * What a message to a room has to know.
 *
 * @param members who shall read it, ourselves among them; empty unless it is {@link Kind#OPEN}.
 * @param unnamed who should read it and is not known, as parts of a sentence; empty unless it is {@link Kind#OPEN}.
 */
record RoomStatus(Kind kind, Set<BareJid> members, List<String> unnamed) {
    /** Whether a message can be encrypted for a room. */
    enum Kind {
        /** We are not in it. */
        NOT_IN,
        /** It has not answered yet. */
        ASKED,
        /** It hides from some of its occupants who the others are, or does not say that it does not. */
        ANONYMOUS,
        /** Everybody in it may know who everybody is, and so do we. */
        OPEN
    }

    RoomStatus {
        members = Set.copyOf(members);
        unnamed = List.copyOf(unnamed);
    }

    static RoomStatus of(Kind kind) {
        return new RoomStatus(kind, Set.of(), List.of());
    }
}
