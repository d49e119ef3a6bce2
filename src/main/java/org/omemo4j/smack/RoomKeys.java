/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.HashSet;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.protocol.EncryptedMessage;

/**
 * Asks for the device lists and bundles of a room's members, ahead of the first message to it: what members wrote while we were away reads only if their keys are known. On the worker
 * only.
 */
final class RoomKeys {
    private final Rooms rooms;
    private final OmemoEngine engine;
    private final Wire wire;
    private final ActionRunner runner;

    /** Rooms whose members were asked for in this login. */
    private final Set<BareJid> asked = new HashSet<>();

    private int login = -1;

    RoomKeys(Rooms rooms, OmemoEngine engine, Wire wire, ActionRunner runner) {
        this.rooms = rooms;
        this.engine = engine;
        this.wire = wire;
        this.runner = runner;
    }

    /** Once in a login, and only for a room that has to be encrypted and can be. Nobody can write to more people than a message has keys. */
    void look(BareJid room) throws Exception {
        if (login != wire.login()) {
            login = wire.login();
            asked.clear();
        }
        RoomStatus status = rooms.status(room);
        if (!asked.contains(room)
                && status.kind() == RoomReaders.State.OPEN
                && status.members().size() <= EncryptedMessage.MAX_KEYS
                && !engine.leavesAlone(room, true)) {
            asked.add(room);
            fetch(room, () -> {});
        }
    }

    /** First the lists, then the bundles. */
    void fetch(BareJid room, Worker.Task whenEnded) throws Exception {
        Set<BareJid> members = rooms.status(room).members();
        runner.perform(engine.unconfirmed(members), () -> runner.perform(engine.missing(members), whenEnded));
    }
}
