/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.jivesoftware.smackx.muc.packet.MUCItem;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.store.StoreException;

/**
 * Asks rooms what they are and who belongs to them: those that have to be encrypted, and those that warn that everybody sees who we are, in which others may encrypt. On the worker only.
 */
final class RoomFacts {
    /** Who may read though not there; outcasts are on none of these lists. */
    private static final List<MUCAffiliation> LISTS =
            List.of(MUCAffiliation.owner, MUCAffiliation.admin, MUCAffiliation.member);

    /** Before a room that has not answered twice is asked once more; doubled each time, up to {@link #MAX_PAUSE}. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    /** A room that is silent for long costs four requests in this time. */
    private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

    /** More would be longer than that. */
    private static final int MAX_DOUBLINGS = 7;

    private final Rooms rooms;
    private final OmemoEngine engine;
    private final Wire wire;
    private final Reports reports;
    private final Pause pause;
    private final Change known;

    /** Rooms that were asked and have not answered everything, or are left in peace for a while as they did not. */
    private final Set<Room> asked = new HashSet<>();

    private final Map<BareJid, List<Worker.Task>> waiting = new HashMap<>();

    /** After some time {@link #pauseEnded} is to be called. */
    interface Pause {
        void before(Duration time, Room room);
    }

    /** A room has told what it was asked. */
    interface Change {
        void in(BareJid room) throws Exception;
    }

    RoomFacts(Rooms rooms, OmemoEngine engine, Wire wire, Reports reports, Pause pause, Change known) {
        this.rooms = rooms;
        this.engine = engine;
        this.wire = wire;
        this.reports = reports;
        this.pause = pause;
        this.known = known;
    }

    /** Asks the room if there is something to ask. */
    void look(BareJid room) throws Exception {
        Optional<Room> entered = rooms.entered(room);
        if (entered.isEmpty() || entered.get().isWaitedForNoMore()) {
            letGo(room);
        }
        if (entered.isPresent() && entered.get().isToBeAsked() && isOfInterest(entered.get())) {
            if (asked.add(entered.get())) {
                ask(entered.get());
            }
        } else if (entered.isPresent()) {
            tellIfItHidesMembers(entered.get());
        }
    }

    private boolean isOfInterest(Room room) throws StoreException {
        return room.isNonAnonymous() || waiting.containsKey(room.jid()) || !engine.leavesAlone(room.jid(), true);
    }

    /** Once, and only if it matters. */
    private void tellIfItHidesMembers(Room room) throws StoreException {
        if (!engine.leavesAlone(room.jid(), true) && room.isHidingToldNow()) {
            reports.tell(listener -> listener.onEvent(new OmemoEvent.RoomMembersUnknown(room.jid())));
        }
    }

    /** A room that has not answered is asked again. */
    void pauseEnded(Room room) throws Exception {
        asked.remove(room);
        look(room.jid());
    }

    /** Asks all of them, after the connection was lost or OMEMO has started. */
    void lookAtAll() throws Exception {
        Set<BareJid> all = new HashSet<>(waiting.keySet());
        rooms.entered().forEach(room -> all.add(room.jid()));
        for (BareJid room : all) {
            look(room);
        }
    }

    /** Does something once the room is known, or we are not in it (any more). */
    void whenKnown(BareJid room, Worker.Task task) throws Exception {
        waiting.computeIfAbsent(room, jid -> new ArrayList<>()).add(task);
        look(room);
    }

    private void letGo(BareJid room) throws Exception {
        List<Worker.Task> tasks = waiting.remove(room);
        if (tasks != null) {
            for (Worker.Task task : tasks) {
                task.run();
            }
        }
    }

    private void ask(Room room) throws Exception {
        Questions questions = new Questions(room);
        try {
            questions.ask();
        } catch (NotConnectedException e) {
            asked.remove(room); // again after the next login
            throw e;
        }
    }

    /** What one room is asked at one time. */
    private final class Questions {
        private final Room room;
        private final boolean first;
        private int left = 1;

        /** Whether nobody waits for its answers, and that was told. */
        private final boolean late;

        private boolean lost;
        private boolean unanswered;
        private boolean hidden;
        private boolean outdated;

        Questions(Room room) {
            this.room = room;
            this.first = !room.isKnown();
            this.late = room.isWaitedForNoMore();
        }

        void ask() throws Exception {
            int configuration = room.configuration();
            ask(
                    DiscoverInfo.builder("omemo4j-" + UUID.randomUUID())
                            .to(room.jid())
                            .ofType(IQ.Type.get)
                            .build(),
                    answer -> outdated = !room.answered(configuration, nonAnonymous(answer)));
            if (first) {
                for (MUCAffiliation list : LISTS) {
                    MUCAdmin request = new MUCAdmin();
                    request.setTo(room.jid());
                    request.setType(IQ.Type.get);
                    request.addItem(new MUCItem(list));
                    ask(request, answer -> members(answer, list));
                }
            }
            ended();
        }

        private void ask(IQ request, Consumer<Optional<IQ>> then) throws Exception {
            left++;
            wire.request(request, new Wire.Answer() {
                @Override
                public void received(IQ answer) throws Exception {
                    then.accept(Optional.of(answer));
                    ended();
                }

                @Override
                public void failed(Exception why) throws Exception {
                    if (why instanceof XMPPErrorException) {
                        then.accept(Optional.empty());
                    } else {
                        unanswered = true; // a time-out says nothing
                    }
                    ended();
                }

                @Override
                public void lost() throws Exception {
                    lost = true;
                    ended();
                }
            });
        }

        private void members(Optional<IQ> answer, MUCAffiliation affiliation) {
            if (answer.isEmpty() || !(answer.get() instanceof MUCAdmin list)) {
                hidden = true;
                return;
            }
            for (MUCItem item : list.getItems()) {
                Jid jid = item.getJid();
                if (jid != null && item.getAffiliation() == affiliation) {
                    room.listed(jid.asBareJid(), affiliation);
                }
            }
        }

        private void ended() throws Exception {
            if (--left > 0) {
                return;
            }
            asked.remove(room);
            if (lost) {
                if (wire.isOpen()) { // the login that came meanwhile has found it still asked
                    asked.add(room);
                    pause.before(FIRST_PAUSE, room);
                }
                return;
            }
            if (unanswered) {
                int times = room.unanswered();
                if (times == 1) {
                    look(room.jid()); // the time-out was long enough
                    return;
                }
                asked.add(room);
                pause.before(pauseAfter(times), room);
            } else {
                room.known();
            }
            if (!late && (unanswered || hidden)) {
                room.hidesMembers();
            }
            if (rooms.entered(room.jid()).filter(room::equals).isEmpty()) {
                look(room.jid());
                return; // left, or entered again
            }
            tellIfItHidesMembers(room);
            if (outdated) {
                look(room.jid());
            }
            letGo(room.jid());
            known.in(room.jid());
        }
    }

    private static Duration pauseAfter(int times) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(times - 2, MAX_DOUBLINGS));
        return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    }

    /** Without an answer, what the room has said by itself counts; with one, only what it says there. */
    private static Optional<Boolean> nonAnonymous(Optional<IQ> answer) {
        return answer.filter(DiscoverInfo.class::isInstance)
                .map(DiscoverInfo.class::cast)
                .map(info -> info.containsFeature("muc_nonanonymous"));
    }
}
