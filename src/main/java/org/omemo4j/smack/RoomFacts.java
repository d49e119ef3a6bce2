/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.jivesoftware.smackx.muc.packet.MUCItem;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.store.StoreException;

/**
 * Asks rooms what they are and who belongs to them: those that have to be encrypted, and those that warn that everybody sees who we are, in which others may encrypt. On the worker only,
 * except what is static.
 */
final class RoomFacts {
    /** Who may read though not there; outcasts are on none of these lists. */
    private static final List<MUCAffiliation> LISTS =
            List.of(MUCAffiliation.owner, MUCAffiliation.admin, MUCAffiliation.member);

    /** The question that asks for no list. */
    private static final Optional<MUCAffiliation> CONFIGURATION = Optional.empty();

    /** For what messages wait after a change. */
    private static final String UNPROVEN =
            "the room has not answered whether its occupants still see who the others are";

    /** Before a room that has been silent twice is asked once more; doubled each time, up to {@link #MAX_PAUSE}. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    /** A room that is silent for long costs four requests in this time. */
    private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

    /** More would be longer than that. */
    private static final int MAX_DOUBLINGS = 7;

    private final Rooms rooms;
    private final OmemoEngine engine;
    private final Worker worker;
    private final Wire wire;
    private final Reports reports;
    private final Maintenance.Timer timer;
    private final Change keys;
    private final Change known;
    private final Silence<Round> silence;

    /** Of rooms that have not answered everything. */
    private final Map<BareJid, Questions> asked = new HashMap<>();

    private final Map<BareJid, List<Worker.Task>> waiting = new HashMap<>();

    /** Something about a room. */
    interface Change {
        void in(BareJid room) throws Exception;
    }

    /**
     * @param keys hears of a room of which nothing is to be asked any more for now, whenever it is looked at.
     * @param known hears of one that has told what it was asked.
     */
    RoomFacts(
            Rooms rooms,
            OmemoEngine engine,
            Worker worker,
            Wire wire,
            Reports reports,
            Maintenance.Timer timer,
            Change keys,
            Change known) {
        this.rooms = rooms;
        this.engine = engine;
        this.worker = worker;
        this.wire = wire;
        this.reports = reports;
        this.timer = timer;
        this.keys = keys;
        this.known = known;
        this.silence = new Silence<>(worker, wire, timer, Round::isUnanswered, this::unanswered);
    }

    /** Requests for its lists. */
    static List<IQ> requests(BareJid room) {
        return LISTS.stream().<IQ>map(list -> request(room, list)).toList();
    }

    /** Whom a list names as owners, admins and members. */
    static Set<BareJid> members(MUCAdmin list) {
        return list.getItems().stream()
                .filter(item ->
                        item.getJid() != null && item.getAffiliation() != null && LISTS.contains(item.getAffiliation()))
                .map(item -> item.getJid().asBareJid())
                .collect(Collectors.toSet());
    }

    private static IQ request(BareJid room, MUCAffiliation list) {
        MUCAdmin request = new MUCAdmin();
        request.setTo(room);
        request.setType(IQ.Type.get);
        request.addItem(new MUCItem(list));
        return request;
    }

    /** Asks the room if there is something to ask. */
    void look(BareJid room) throws Exception {
        Optional<Room> entered = rooms.entered(room);
        @Nullable Questions earlier = asked.get(room);
        if (earlier != null && !entered.equals(Optional.of(earlier.room))) {
            asked.remove(room); // left, or entered again
        }
        if (waiting.containsKey(room)
                && (rooms.status(room).kind() != RoomReaders.State.ASKED || isAskedInVain(room))) {
            letGo(room);
        }
        if (entered.isPresent() && entered.get().isToBeAsked() && isOfInterest(entered.get())) {
            asked.computeIfAbsent(room, jid -> new Questions(entered.get())).ask();
        } else if (entered.isPresent()) {
            tellIfItHidesMembers(entered.get());
            keys.in(room);
        }
    }

    private boolean isAskedInVain(BareJid room) {
        @Nullable Questions present = asked.get(room);
        return present != null && present.isLeftInPeace();
    }

    private boolean isOfInterest(Room room) throws StoreException {
        return room.isNonAnonymous() || waiting.containsKey(room.jid()) || !engine.leavesAlone(room.jid(), true);
    }

    /** Once, and only if it matters. */
    private void tellIfItHidesMembers(Room room) throws StoreException {
        if (!engine.leavesAlone(room.jid(), true) && room.isHidingToldNow()) {
            reports.tell(new OmemoEvent.RoomMembersUnknown(room.jid()));
        }
    }

    /** A message begins to wait for what the room answers: it is asked now, whatever pause it was left. */
    void messageWaits(BareJid room) throws Exception {
        @Nullable Questions paused = asked.get(room);
        if (paused != null) {
            paused.endPause();
        }
        look(room);
    }

    /** After each login, also one that resumes a stream, or when OMEMO has started: asks all of them, and again what is open. */
    void lookAtAll() throws Exception {
        silence.startOver();
        asked.values().forEach(Questions::startOver);
        Set<BareJid> all = new HashSet<>(waiting.keySet());
        all.addAll(asked.keySet());
        rooms.entered().forEach(room -> all.add(room.jid()));
        FirstFailure failure = new FirstFailure();
        for (BareJid room : all) {
            failure.run(() -> look(room));
        }
        failure.rethrow();
    }

    /** Does something once the room is known, has been silent twice, or we are not in it (any more). */
    void whenKnown(BareJid room, Worker.Task task) throws Exception {
        waiting.computeIfAbsent(room, jid -> new ArrayList<>()).add(task);
        look(room);
    }

    private void letGo(BareJid room) throws Exception {
        FirstFailure failure = new FirstFailure();
        for (Worker.Task task : Objects.requireNonNull(waiting.remove(room))) {
            failure.run(task);
        }
        failure.rethrow();
    }

    private void unanswered(Set<Round> rounds) throws Exception {
        FirstFailure failure = new FirstFailure();
        for (Round round : rounds) {
            if (round.isUnanswered()) { // nothing before has changed that
                failure.run(round.questions()::unanswered);
            }
        }
        failure.rethrow();
    }

    /** What a server or a way to it that has broken down says: nothing about the room. */
    private static boolean mayPass(StanzaError error) {
        return error.getType() == StanzaError.Type.WAIT
                || switch (error.getCondition()) {
                    case remote_server_timeout, remote_server_not_found, resource_constraint, internal_server_error ->
                        true;
                    default -> false;
                };
    }

    private static boolean tells(Stanza answer) {
        return answer.getError() == null || !mayPass(answer.getError());
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable goingOn(WeakReference<Questions> questions, int round) {
        return () -> {
            Questions present = questions.get();
            if (present != null) {
                present.goOnSoon(round);
            }
        };
    }

    /** What a room is asked at one time. */
    private record Round(Questions questions, int number) {
        boolean isUnanswered() {
            return questions.isUnanswered(number);
        }
    }

    private enum State {
        /** To be asked. */
        DUE,

        ASKED,

        /** It was silent, and is left in peace for a while. */
        LEFT_IN_PEACE
    }

    /** What one room is asked, until it has answered all of it. */
    private final class Questions {
        private final Room room;

        /** By lists, the ids of the questions to which an answer may still come. */
        private final Map<Optional<MUCAffiliation>, Set<String>> open = new LinkedHashMap<>();

        private State state = State.DUE;
        private int round;

        /** In a row, since what is open now is asked for. */
        private int silences;

        /** The configuration that was last asked for. */
        private int configuration;

        /** As whom we were refused lists. */
        private final Set<Room.Standing> refusedAs = new HashSet<>();

        Questions(Room room) {
            this.room = room;
            if (!room.isKnown()) {
                open.put(CONFIGURATION, new HashSet<>());
            }
            if (!room.isKnown() || !room.isStale()) { // else the lists come later: messages wait for the configuration
                LISTS.forEach(list -> open.put(Optional.of(list), new HashSet<>()));
            }
        }

        void ask() throws Exception {
            if (room.isStale()
                    && (open.putIfAbsent(CONFIGURATION, new HashSet<>()) == null
                            || (state == State.LEFT_IN_PEACE
                                    && configuration != room.standing().configuration()))) {
                state = State.DUE; // messages wait for that, and for nothing else that is open
                silences = 0;
            }
            if (state != State.DUE) {
                return;
            }
            round++;
            Room.Standing standing = room.standing();
            configuration = standing.configuration();
            try {
                for (Map.Entry<Optional<MUCAffiliation>, Set<String>> question : open.entrySet()) {
                    ask(question.getKey(), question.getValue(), round, standing, room.told());
                }
            } catch (RuntimeException e) { // of an interceptor of the application
                goOnAfter(FIRST_PAUSE);
                throw e;
            }
            state = State.ASKED; // else, after the next login
            silence.watch(new Round(this, round));
        }

        private void ask(Optional<MUCAffiliation> list, Set<String> ids, int number, Room.Standing standing, int told)
                throws Exception {
            String id = UUID.randomUUID().toString();
            IQ request = list.map(affiliation -> request(room.jid(), affiliation))
                    .orElseGet(() -> DiscoverInfo.builder(id)
                            .to(room.jid())
                            .ofType(IQ.Type.get)
                            .build());
            wire.question(request, id, RoomFacts::tells, new Wire.Answer() {
                @Override
                public void received(IQ answer) throws Exception {
                    answered(Optional.of(answer));
                }

                @Override
                public void failed(Exception why) throws Exception {
                    if (why instanceof XMPPErrorException error && mayPass(error.getStanzaError())) {
                        ids.remove(id); // silent, when the time for an answer is over
                    } else if (why instanceof XMPPErrorException) {
                        answered(Optional.empty());
                    } else if (ended()) { // our own link has stalled all the time
                        look(room.jid());
                    }
                }

                @Override
                public void lost() {
                    if (ended()) { // a login may come first
                        goOnAfter(FIRST_PAUSE);
                    }
                }

                private void answered(Optional<IQ> answer) throws Exception {
                    if (!ids.remove(id)) {
                        return; // an earlier or later question was answered
                    }
                    if (list.isPresent()) {
                        members(answer, list.get(), standing, told);
                    } else if (!room.answered(standing.configuration(), nonAnonymous(answer)) && number != round) {
                        if (state == State.ASKED) {
                            silence.watch(new Round(Questions.this, round)); // which this answer seemed to end
                        }
                        return; // it has been asked since
                    }
                    ids.clear();
                    open.remove(list);
                    boolean allLists =
                            list.isPresent() && open.keySet().stream().noneMatch(Optional::isPresent);
                    if (allLists) {
                        room.listsAnswered(refusedAs);
                    }
                    endIfAnswered();
                    if ((list.isEmpty() || allLists) && !open.isEmpty() && room.isWaitedForNoMore()) {
                        tell();
                    }
                }

                /** Without an answer. @return whether it has to be asked again. */
                private boolean ended() {
                    boolean again = ids.remove(id) && isOpen(number);
                    if (again) {
                        state = State.DUE;
                    }
                    return again;
                }
            });
            ids.add(id);
        }

        private boolean isOpen(int number) {
            return asked.get(room.jid()) == this && state == State.ASKED && number == round;
        }

        /** An answer that has come in counts, also if the worker has not heard of it. */
        boolean isUnanswered(int number) {
            return isOpen(number)
                    && open.values().stream().anyMatch(ids -> ids.stream().allMatch(wire::isUnanswered));
        }

        /** What was asked before a login may never be answered. */
        void startOver() {
            state = State.DUE;
        }

        private void goOnAfter(Duration pause) {
            timer.after(pause, goingOn(new WeakReference<>(this), round));
        }

        /** Unless it was asked since. */
        void goOnSoon(int number) {
            worker.execute(() -> {
                if (number == round) {
                    endPause();
                    look(room.jid());
                }
            });
        }

        /** Also about its configuration of now. */
        boolean isLeftInPeace() {
            return state == State.LEFT_IN_PEACE
                    && configuration == room.standing().configuration();
        }

        void endPause() {
            if (state == State.LEFT_IN_PEACE) {
                state = State.DUE;
            }
        }

        /** An answer that comes later counts all the same. */
        void unanswered() throws Exception {
            room.unanswered();
            silences++;
            if (silences == 1) {
                state = State.DUE; // the patience was long enough
                look(room.jid());
                return;
            }
            state = State.LEFT_IN_PEACE;
            goOnAfter(pauseAfter(silences));
            tellIfMessagesWait();
            tell();
        }

        private void tellIfMessagesWait() throws StoreException {
            if (rooms.entered(room.jid()).filter(room::equals).isPresent()
                    && !engine.leavesAlone(room.jid(), true)
                    && room.isWaitingToldNow(configuration)) {
                reports.tell(new OmemoEvent.RoomMessageHeld(room.jid(), List.of(), List.of(UNPROVEN)));
            }
        }

        private void endIfAnswered() throws Exception {
            if (!open.isEmpty() || !asked.remove(room.jid(), this)) {
                return;
            }
            room.known();
            tell();
        }

        private void members(Optional<IQ> answer, MUCAffiliation affiliation, Room.Standing standing, int told) {
            if (answer.isEmpty() || !(answer.get() instanceof MUCAdmin list)) {
                refusedAs.add(standing);
                return;
            }
            for (MUCItem item : list.getItems()) {
                Jid jid = item.getJid();
                if (jid != null && item.getAffiliation() == affiliation) {
                    room.listed(jid.asBareJid(), affiliation, told);
                }
            }
        }

        /** It is not waited for (any more). */
        private void tell() throws Exception {
            if (rooms.entered(room.jid()).filter(room::equals).isEmpty()) {
                look(room.jid());
                return; // left, or entered again
            }
            FirstFailure failure = new FirstFailure();
            failure.run(() -> tellIfItHidesMembers(room));
            failure.run(() -> keys.in(room.jid()));
            failure.run(() -> look(room.jid())); // its configuration may have changed
            failure.run(() -> known.in(room.jid()));
            failure.rethrow();
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
