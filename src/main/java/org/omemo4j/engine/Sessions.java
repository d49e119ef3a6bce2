/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.Changes;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.StoreException;

/**
 * The sessions with each device: the one for sending first, then the archived ones, newest first. Parsed sessions are kept in a bounded memory. Used under the engine's
 * lock.
 */
final class Sessions {
    /** Replaced sessions kept for receiving. XEP-0384 0.9.1 leaves the number open; simultaneous initiation and late messages need a few. */
    static final int MAX_ARCHIVED = 5;
    /** Devices whose parsed sessions are kept in memory; a few hundred bytes each. */
    private static final int MAX_REMEMBERED = 8192;

    private final SessionCodec codec;
    private final Memory<Key, List<Session>> remembered = new Memory<>(MAX_REMEMBERED);

    /** Whom they are with, and in which version. */
    record Key(DeviceAddress address, String version) {}

    Sessions(SessionCodec codec) {
        this.codec = codec;
    }

    void forget() {
        remembered.forgetAll();
    }

    List<Session> with(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        Key key = new Key(address, version.namespace());
        Optional<List<Session>> written = step.writtenSessions(key);
        return written.isPresent()
                ? written.get()
                : remembered.get(key, () -> {
                    List<Session> stored = new ArrayList<>();
                    for (SessionRecord row : step.store().sessions(address, version.namespace())) {
                        stored.add(codec.decode(row, version));
                    }
                    return List.copyOf(stored);
                });
    }

    /** The one for sending. */
    Optional<Session> active(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        return with(step, address, version).stream()
                .filter(session -> session.archived().isEmpty())
                .findFirst();
    }

    /** Whether it was never written. */
    boolean isNew(Step step, Session session) throws StoreException {
        return with(step, session.address(), session.version()).stream().noneMatch(known -> known.id() == session.id());
    }

    /** The next state of a session: one that is there already, or a new one for sending. */
    void put(Step step, Session next) throws StoreException {
        if (isNew(step, next)) {
            activate(step, next);
            return;
        }
        List<Session> known = new ArrayList<>(with(step, next.address(), next.version()));
        known.replaceAll(session -> session.id() == next.id() ? next : session);
        step.write(new Changes.PutSession(codec.encode(next)));
        remember(step, next, known);
    }

    /** Nothing is sent any more in the session with a device; it still reads. */
    void retire(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        Optional<Session> active = active(step, address, version);
        if (active.isPresent()) {
            put(step, active.get().archive(step.now()));
        }
    }

    /** All sessions with a device are forgotten: nothing is read in them any more. */
    void drop(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        Key key = new Key(address, version.namespace());
        for (Session session : with(step, address, version)) {
            step.write(new Changes.DeleteSession(session.id()));
        }
        step.writtenSessions(key, List.of());
        step.afterCommit(() -> remembered.put(key, List.of()));
    }

    /** Nothing is sent any more in any session that there is. */
    void retireAll(Step step, Iterable<OmemoVersion> versions) throws StoreException {
        for (OmemoVersion version : versions) {
            for (SessionRecord row : step.store().sessionsInUse(version.namespace())) {
                retire(step, row.address(), version);
            }
        }
    }

    /** The device was heard in one of its sessions, in whatever version: it has answered in all of them. */
    void answered(Step step, DeviceAddress address, Iterable<OmemoVersion> versions) throws StoreException {
        for (OmemoVersion version : versions) {
            for (Session session : with(step, address, version)) {
                if (session.unanswered() > 0) {
                    put(step, session.answered());
                }
            }
        }
    }

    /** How many messages the device has not answered. */
    int unanswered(Step step, DeviceAddress address, OmemoVersion version) throws StoreException {
        return with(step, address, version).stream()
                .findFirst()
                .map(Session::unanswered)
                .orElse(0);
    }

    /** A session, new or archived, takes over sending; the one before it is archived, and the oldest archived ones go. */
    void activate(Step step, Session next) throws StoreException {
        List<Session> known = new ArrayList<>();
        for (Session session : with(step, next.address(), next.version())) {
            if (session.id() == next.id()) {
                continue;
            }
            Session kept = session.archived().isEmpty() ? session.archive(step.now()) : session;
            if (known.size() == MAX_ARCHIVED) {
                step.write(new Changes.DeleteSession(session.id()));
                continue;
            }
            known.add(kept);
            if (session != kept) {
                step.write(new Changes.PutSession(codec.encode(kept)));
            }
        }
        known.add(0, next.activate());
        step.write(new Changes.PutSession(codec.encode(next.activate())));
        remember(step, next, known);
    }

    /** An archived session that was not there before: for receiving only. The oldest archived one goes. */
    void keep(Step step, Session archived) throws StoreException {
        List<Session> known = new ArrayList<>(with(step, archived.address(), archived.version()));
        while (known.size() > MAX_ARCHIVED) {
            Session oldest = known.remove(known.size() - 1);
            step.write(new Changes.DeleteSession(oldest.id()));
        }
        known.add(1, archived);
        step.write(new Changes.PutSession(codec.encode(archived)));
        remember(step, archived, known);
    }

    private void remember(Step step, Session session, List<Session> known) {
        List<Session> after = List.copyOf(known);
        Key key = new Key(session.address(), session.version().namespace());
        step.writtenSessions(key, after);
        step.afterCommit(() -> remembered.put(key, after));
    }
}
