/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.SessionRecord;

/**
 * Which slots hold the states of sessions, remembered, so that a step that changes nothing but the state touches no other row. Not thread-safe.
 */
final class SessionSlots {

    /** As many as the engine keeps parsed; about 200 bytes each. */
    private static final int MAX_REMEMBERED = 8192;

    private final Map<Long, Place> remembered = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Place> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private final Sql place;

    /** Where a state lies, and what else the session's row says. */
    private record Place(
            DeviceAddress address,
            String version,
            Bytes ephemeralKey,
            Instant created,
            Optional<Instant> archived,
            boolean owesEmptyMessage,
            long slot,
            int capacity) {

        static Place of(SessionRecord session, long slot) {
            return new Place(
                    session.address(),
                    session.version(),
                    session.ephemeralKey(),
                    session.created(),
                    session.archived(),
                    session.owesEmptyMessage(),
                    slot,
                    SecretSlots.capacity(session.state()));
        }

        boolean holds(SessionRecord session) {
            return owesEmptyMessage == session.owesEmptyMessage()
                    && capacity == SecretSlots.capacity(session.state())
                    && Objects.equals(address, session.address())
                    && version.equals(session.version())
                    && ephemeralKey.equals(session.ephemeralKey())
                    && created.equals(session.created())
                    && archived.equals(session.archived());
        }

        static Place of(Row row) throws SQLException {
            return new Place(
                    new DeviceAddress(row.jid(), new DeviceId(row.integer())),
                    row.text(),
                    row.bytes(),
                    row.instant(),
                    row.optionalInstant(),
                    row.bool(),
                    row.number(),
                    row.integer());
        }
    }

    SessionSlots(Connection connection) {
        place = new Sql(connection, """
                SELECT jid, device, version, ephemeral_key, created, archived, owes_empty_message, slot, capacity
                FROM session JOIN secret ON slot = state WHERE id = ?""");
    }

    /** The slot to write the state into, if it has the right size and the rest of the row stays as it is. */
    Optional<Long> find(SessionRecord session) throws SQLException {
        Place known = remembered.get(session.id());
        if (known != null) {
            return known.holds(session) ? Optional.of(known.slot) : Optional.empty();
        }
        Optional<Place> stored = place.row(Place::of, session.id()).filter(found -> found.holds(session));
        stored.ifPresent(
                found -> put(session, found.slot)); // With the session's own objects: comparing those takes no time.
        return stored.map(Place::slot);
    }

    /** The session's row was written. */
    void put(SessionRecord session, long slot) {
        remembered.put(session.id(), Place.of(session, slot));
    }

    /** The session's row was deleted. */
    void forget(long session) {
        remembered.remove(session);
    }

    /** Somebody else may have written, or what was written is rolled back. */
    void forgetAll() {
        remembered.clear();
    }
}
