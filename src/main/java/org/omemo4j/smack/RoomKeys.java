/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
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

    /** By rooms, who was asked for in this login. */
    private final Map<BareJid, Set<BareJid>> asked = new HashMap<>();

    private int login = -1;

    RoomKeys(Rooms rooms, OmemoEngine engine, Wire wire, ActionRunner runner) {
        this.rooms = rooms;
        this.engine = engine;
        this.wire = wire;
        this.runner = runner;
    }

    /** Each of them once in a login, and only for a room that has to be encrypted and can be. For no more than a message has keys: else whoever comes and goes could have us ask without end. */
    void look(BareJid room) throws Exception {
        if (login != wire.login()) {
            login = wire.login();
            asked.clear();
        }
        RoomStatus status = rooms.status(room);
        if (status.kind() != RoomReaders.State.OPEN || engine.leavesAlone(room, true)) {
            return;
        }
        if (asked.containsKey(room) && engine.hasParked(room)) {
            return; // it asks for whoever comes meanwhile, and for no more of them than it has time for
        }
        Set<BareJid> before = asked.computeIfAbsent(room, jid -> new HashSet<>());
        Set<BareJid> members = new HashSet<>(status.members());
        members.removeAll(before);
        if (!members.isEmpty() && before.size() + members.size() <= EncryptedMessage.MAX_KEYS) {
            before.addAll(members);
            fetch(members, () -> {});
        }
    }

    /** Of all members. */
    void fetch(BareJid room, Worker.Task whenEnded) throws Exception {
        fetch(rooms.status(room).members(), whenEnded);
    }

    /** First the lists, then the bundles. */
    private void fetch(Set<BareJid> members, Worker.Task whenEnded) throws Exception {
        runner.perform(engine.unconfirmed(members), () -> runner.perform(engine.missing(members), whenEnded));
    }
}
