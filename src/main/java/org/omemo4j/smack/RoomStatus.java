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
 * @param members who shall read it, ourselves among them; empty unless it is {@link RoomReaders.State#OPEN}.
 * @param unnamed who should read it and is not known, as parts of a sentence; empty unless it is {@link RoomReaders.State#OPEN}.
 */
record RoomStatus(RoomReaders.State kind, Set<BareJid> members, List<String> unnamed) {
    RoomStatus {
        members = Set.copyOf(members);
        unnamed = List.copyOf(unnamed);
    }

    static RoomStatus of(RoomReaders.State kind) {
        return new RoomStatus(kind, Set.of(), List.of());
    }
}
