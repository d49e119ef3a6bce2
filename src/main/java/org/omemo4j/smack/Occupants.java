/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;

/** Who is who in the rooms that we are in (XEP-0045), as far as these rooms have told. Thread-safe; asks nobody. */
interface Occupants {

    /** Whether we are in this room now. */
    boolean isIn(BareJid room);

    /** Whether what this room sends may still be what was said before we came: that ends with its subject (XEP-0045, "Order of Events"). */
    boolean isTellingHistory(BareJid room);

    /** The real bare JID of who has this nick in a room now; empty where the room does not tell, or nobody has it. */
    Optional<BareJid> realJid(Jid occupant);

    /** The real bare JIDs of everybody who may have written there: owners, admins, members, and who is or was present since we came. Ourselves among them. */
    Set<BareJid> people(BareJid room);

    /** Our own address in a room, with the nick that the room has given us. */
    Optional<Jid> ownOccupant(BareJid room);
}
