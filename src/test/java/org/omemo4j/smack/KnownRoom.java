/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.impl.JidCreate;

/** One room, with all that a test wants it to have told. */
record KnownRoom(
        BareJid room, String ownNick, Map<String, BareJid> nicks, Set<BareJid> people, boolean isTellingHistory)
        implements Occupants {

    KnownRoom tellingHistory() {
        return new KnownRoom(room, ownNick, nicks, people, true);
    }

    /** Who is there, and under which nick, is changed. */
    KnownRoom with(Map<String, BareJid> others) {
        return new KnownRoom(room, ownNick, others, people, isTellingHistory);
    }

    @Override
    public boolean isIn(BareJid jid) {
        return room.equals(jid);
    }

    @Override
    public boolean isTellingHistory(BareJid jid) {
        return isIn(jid) && isTellingHistory;
    }

    @Override
    public Optional<BareJid> realJid(Jid occupant) {
        return Optional.ofNullable(occupant.getResourceOrNull())
                .filter(nick -> isIn(occupant.asBareJid()))
                .map(nick -> nicks.get(nick.toString()));
    }

    @Override
    public Set<BareJid> people(BareJid jid) {
        return isIn(jid) ? people : Set.of();
    }

    @Override
    public Optional<Jid> ownOccupant(BareJid jid) {
        return isIn(jid) ? Optional.of(JidCreate.fullFromOrThrowUnchecked(room + "/" + ownNick)) : Optional.empty();
    }
}
