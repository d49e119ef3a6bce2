/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static java.util.function.Predicate.not;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.DomainBareJid;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Action.FetchBundle;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.engine.Action.WithdrawBundle;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.Reaction;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.trust.TrustLevel;

/** Performs the engine's actions, each of them once at a time: who wants what is under way waits for its end. On the worker only, except {@link #awaitReady}. */
final class ActionRunner {
    /** Times in a row that a question is found unanswered while its server answers others, before it is given up. */
    static final int MAX_SILENCES = 3;

    private final OmemoEngine engine;
    private final Worker worker;
    private final Maintenance.Timer timer;
    private final Wire wire;
    private final Reports reports;
    private final NodeActions nodes;
    private final FetchQueue<Action> fetches = new FetchQueue<>();
    private final Silence<Fetch> silence;
    private ListTold listTold = (jid, answered) -> {};

    private Runnable trustChanged = () -> {};
    private Consumer<TrustRequest> asked = request -> {};
    private final Alarm alarm;

    /** Of each fetch, the question whose answer counts: an earlier one was lost with its stream. */
    private final Map<Action, Fetch> current = new LinkedHashMap<>();

    /** What runs, and what to do when it has ended. */
    private final Map<Action, List<Worker.Task>> underWay = new LinkedHashMap<>();

    /** Under way on our own nodes, with the connection in which it began. Guarded by {@code this}, as is what follows. */
    private final Map<Action, Integer> ownWork = new HashMap<>();

    /** Logins so far, with those that have resumed a stream. */
    private int connections;

    /** Whether work on our own nodes has come to nothing since we last began to announce ourselves. */
    private boolean interrupted;

    /** Whether it has thrown since then, and since the last login: only another one begins it again. */
    private boolean thrown;

    /** Logins so far, and the last one of them after which we have announced ourselves. */
    private int logins;

    private int announced = -1;
    private boolean closed;

    /** @param alarm is set to when the engine wants to be woken. */
    ActionRunner(
            OmemoEngine engine,
            Worker worker,
            Wire wire,
            Reports reports,
            BareJid owner,
            Alarm alarm,
            Maintenance.Timer timer) {
        this.engine = engine;
        this.worker = worker;
        this.timer = timer;
        this.wire = wire;
        this.reports = reports;
        this.alarm = alarm;
        this.nodes = new NodeActions(engine, wire, owner);
        this.silence = new Silence<>(worker, wire, timer, this::isUnanswered, this::unanswered);
    }

    /** Something came of asking for an account's device list, or for the bundle of one of its devices; perhaps only that its server is silent. */
    interface ListTold {
        void of(BareJid account, boolean answered) throws Exception;
    }

    /** Who hears of that. */
    void tellOfLists(ListTold listener) {
        listTold = listener;
    }

    /** Who hears when a trust message has changed what a key is worth. */
    void tellOfTrust(Runnable listener) {
        trustChanged = listener;
    }

    /** Who hears when a decision is asked for. */
    void tellOfRequests(Consumer<TrustRequest> listener) {
        asked = listener;
    }

    /** A login has come. @param fresh whether it has resumed nothing: then what was published before it tells nothing about readiness. On any thread. */
    synchronized void loggedIn(boolean fresh) {
        connections++;
        thrown = false;
        if (fresh) {
            logins++;
        }
    }

    /** What is due after a login. */
    void announce() throws Exception {
        int login = beginToAnnounce();
        nodes.startOver();
        askAgain();
        perform(engine.connected());
        endAnnouncing(login);
    }

    /** What was asked over an earlier connection may never be answered, and somebody may wait for it. */
    private void askAgain() throws Exception {
        silence.startOver();
        FirstFailure failure = new FirstFailure();
        for (Action action : List.copyOf(current.keySet())) {
            if (nodes.isOurs(action)) {
                setOwnWork(action, true);
            }
            failure.run(() -> start(action));
        }
        failure.rethrow();
    }

    /** A stream was resumed: what was lost with the connection is done now. */
    void resumed() throws Exception {
        askAgain();
        redo();
    }

    private void redo() throws Exception {
        synchronized (this) {
            if (!interrupted) {
                return;
            }
        }
        int login = beginToAnnounce();
        nodes.forgetUnpublished();
        perform(engine.resumed());
        endAnnouncing(login);
    }

    private synchronized int beginToAnnounce() {
        announced = -1;
        interrupted = false;
        thrown = false;
        return logins;
    }

    private synchronized void endAnnouncing(int login) {
        announced = login;
        notifyAll();
    }

    /** Some time after the first presence of a stream. */
    void contactsAreKnown() throws Exception {
        nodes.contactsAreKnown();
    }

    /** Tells the events and performs the actions. */
    void perform(Reaction reaction) throws Exception {
        for (OmemoEvent event : reaction.events()) {
            reports.tell(event);
            if (event instanceof OmemoEvent.DecisionNeeded needed) {
                asked.accept(needed.request());
            }
        }
        if (reaction.events().stream().anyMatch(ActionRunner::changesTrust)) {
            trustChanged.run();
        }
        perform(reaction.actions(), () -> {});
        alarm.set(engine.nextDue());
    }

    /** Messages may wait for that, or there may be trust messages to send. */
    private static boolean changesTrust(OmemoEvent event) {
        return event instanceof OmemoEvent.TrustChanged
                || (event instanceof OmemoEvent.NewIdentityKey shown && shown.level() == TrustLevel.VERIFIED);
    }

    /** Performs the actions, the fetches among them at the same time. @param whenEnded runs when all have ended, well or not. */
    void perform(List<Action> actions, Worker.Task whenEnded) throws Exception {
        int[] left = {actions.size() + 1};
        Worker.Task oneEnded = () -> {
            if (--left[0] == 0) {
                whenEnded.run();
            }
        };
        FirstFailure failure = new FirstFailure();
        for (Action action : actions) {
            List<Worker.Task> waiting = underWay.get(action);
            if (waiting != null) {
                waiting.add(oneEnded);
            } else {
                failure.run(() -> begin(action, oneEnded));
            }
        }
        failure.run(oneEnded);
        failure.rethrow();
    }

    /** The same, ahead of what no message waits for. */
    void performFirst(List<Action> actions, Worker.Task whenEnded) throws Exception {
        FirstFailure failure = new FirstFailure();
        failure.run(() -> perform(actions, whenEnded));
        for (Action action : actions) {
            server(action).ifPresent(server -> fetches.hurry(server, action));
        }
        failure.rethrow();
    }

    /** An answer that has come in counts, also if the worker has not heard of it. */
    private boolean isUnanswered(Fetch question) {
        return isOpen(question) && wire.isUnanswered(question.id);
    }

    private boolean isOpen(Fetch question) {
        return current.get(question.action) == question;
    }

    /**
     * A server that has answered nothing else either meanwhile is silent about whatever it was asked, or is going to be; one that has is silent about this question at most, whose place is
     * the next one's. An answer that comes later counts all the same.
     */
    private void unanswered(Set<Fetch> questions) throws Exception {
        FirstFailure failure = new FirstFailure();
        for (Fetch question : questions) {
            if (!isOpen(question)) {
                continue; // given up with one before
            }
            if (!question.hasServerAnswered()) {
                for (Action action : fetches.leave(question.server.orElseThrow())) {
                    failure.run(() -> unanswered(action));
                }
            } else if (question.hasTime()) {
                question.watch();
            } else {
                failure.run(() -> unanswered(question.action));
            }
        }
        failure.rethrow();
    }

    private void unanswered(Action action) throws Exception {
        FirstFailure failure = new FirstFailure();
        failure.run(() -> tellUnanswered(action));
        failure.run(() -> ended(action));
        failure.run(() -> tellOfIt(action, false));
        failure.rethrow();
    }

    private void tellUnanswered(Action action) throws Exception {
        if (action instanceof FetchDeviceList list) {
            perform(nodes.listUnknown(list, FetchProblem.NO_ANSWER));
        } else if (action instanceof FetchBundle bundle) {
            perform(engine.bundleUnknown(bundle.address(), bundle.version(), FetchProblem.NO_ANSWER));
        }
    }

    /** Who cannot wait for this any longer goes on without it, and what was asked counts as not answered; our own account is waited for. @return what is left so. */
    List<Action> leave(List<Action> actions) throws Exception {
        List<Action> left = actions.stream().filter(not(nodes::isOfOurAccount)).toList();
        FirstFailure failure = new FirstFailure();
        for (Action action : left) {
            if (current.containsKey(action)) {
                failure.run(() -> tellUnanswered(action));
            }
        }
        failure.rethrow();
        return left;
    }

    private void tellOfIt(Action fetch, boolean answered) throws Exception {
        if (fetch instanceof FetchDeviceList list) {
            listTold.of(list.jid(), answered);
        } else if (fetch instanceof FetchBundle bundle) {
            listTold.of(bundle.address().jid(), answered);
        }
    }

    /** Waits until nothing about our own nodes is due or under way, or until that has thrown. @return whether all of it is published. */
    synchronized boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!closed && !thrown && (announced != logins || interrupted || !ownWork.isEmpty())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return !closed && !thrown && nodes.arePublished();
    }

    /** Lets those go that wait. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void begin(Action action, Worker.Task whenEnded) throws Exception {
        List<Worker.Task> waiting = new ArrayList<>();
        waiting.add(whenEnded);
        underWay.put(action, waiting);
        if (nodes.isOurs(action)) {
            setOwnWork(action, true);
        }
        if (server(action).isPresent()) {
            fetches.add(server(action).get(), action, () -> start(action));
        } else {
            start(action);
        }
    }

    /** Whom a fetch asks, if it has to wait for its turn, and not longer than that server has for it: what is of our own account need not. */
    private Optional<DomainBareJid> server(Action action) {
        if (nodes.isOfOurAccount(action)) {
            return Optional.empty();
        }
        if (action instanceof FetchDeviceList fetch) {
            return Optional.of(fetch.jid().asDomainBareJid());
        }
        return action instanceof FetchBundle fetch
                ? Optional.of(fetch.address().jid().asDomainBareJid())
                : Optional.empty();
    }

    private void start(Action action) throws Exception {
        try {
            if (action instanceof FetchDeviceList fetch) {
                nodes.fetch(fetch, question(action));
            } else if (action instanceof FetchBundle fetch) {
                nodes.fetch(fetch, question(action));
            } else {
                if (action instanceof PublishDeviceList publish) {
                    perform(nodes.publish(publish));
                } else if (action instanceof PublishBundle publish) {
                    perform(nodes.publish(publish));
                } else if (action instanceof WithdrawBundle withdraw) {
                    perform(nodes.withdraw(withdraw));
                } else if (action instanceof SendEmptyMessage empty) {
                    sendEmptyMessage(empty, true);
                }
                ended(action);
            }
        } catch (NotConnectedException e) {
            lost(action); // due again after the next login
        } catch (Exception e) {
            noteThrown(action);
            lost(action); // else nobody could begin it again
            throw e;
        }
    }

    /** Weakly: the timer must not keep a forgotten connection. */
    private static Runnable givingUp(WeakReference<Fetch> question) {
        return () -> {
            Fetch present = question.get();
            if (present != null) {
                present.giveUpSoon();
            }
        };
    }

    private Fetch question(Action action) {
        Fetch question = new Fetch(action);
        current.put(action, question);
        question.watch();
        return question;
    }

    /** Nothing came of it. Where the stream was resumed meanwhile, nothing else would begin it again. */
    private void lost(Action action) throws Exception {
        boolean resumedMeanwhile;
        synchronized (this) {
            Integer begun = ownWork.get(action);
            interrupted |= begun != null;
            resumedMeanwhile = begun != null && begun != connections;
        }
        ended(action);
        if (resumedMeanwhile && wire.isOpen()) {
            redo();
        }
    }

    private void ended(Action action) throws Exception {
        List<Worker.Task> waiting = underWay.remove(action);
        current.remove(action);
        setOwnWork(action, false);
        FirstFailure failure = new FirstFailure();
        if (server(action).isPresent()) {
            failure.run(() -> fetches.ended(server(action).get(), action));
        }
        if (waiting != null) {
            for (Worker.Task task : waiting) {
                failure.run(task);
            }
        }
        failure.rethrow();
    }

    private void sendEmptyMessage(SendEmptyMessage action, boolean mayFetch) throws Exception {
        Encryption result = engine.emptyMessage(action);
        if (result instanceof Encryption.Encrypted encrypted) {
            wire.send(Stanzas.empty(action.address().jid(), encrypted));
        }
        perform(result.reaction());
        if (result instanceof Encryption.Missing missing && mayFetch) {
            perform(missing.actions(), () -> sendEmptyMessage(action, false));
        }
        // Anything else: there is nothing to say to this device any more.
    }

    private synchronized void setOwnWork(Action action, boolean runs) {
        if (runs) {
            ownWork.put(action, connections);
        } else if (ownWork.remove(action) != null) {
            notifyAll();
        }
    }

    private synchronized void noteThrown(Action action) {
        Integer begun = ownWork.get(action);
        if (begun != null && begun == connections) { // else a login that came meanwhile begins it again
            thrown = true;
            notifyAll();
        }
    }

    /** What follows on a fetch. */
    private final class Fetch implements NodeActions.Continuation {
        private final Action action;
        private final Optional<DomainBareJid> server;
        private final String id = UUID.randomUUID().toString();
        private int answersBefore;
        private int watched;

        Fetch(Action action) {
            this.action = action;
            this.server = server(action);
        }

        void watch() {
            answersBefore = answers();
            watched++;
            if (server.isPresent()) {
                silence.watch(this);
            } else {
                timer.after(wire.replyTimeout(), givingUp(new WeakReference<>(this)));
            }
        }

        /** Our own account's nodes have the time that Smack gives them: nothing leaves without our own devices because of a moment. */
        void giveUpSoon() {
            worker.execute(() -> {
                if (isOpen(this) && wire.isOpen()) {
                    ActionRunner.this.unanswered(action);
                }
            });
        }

        /** A server that answers others and never this one must not hold up whoever waits for all of them. */
        boolean hasTime() {
            return watched < MAX_SILENCES;
        }

        /** Whether it has answered something since it is watched, whoever asked. */
        boolean hasServerAnswered() {
            return answers() != answersBefore
                    || current.values().stream()
                            .anyMatch(other -> other.server.equals(server) && !wire.isUnanswered(other.id));
        }

        private int answers() {
            return server.map(fetches::answers).orElse(0);
        }

        @Override
        public String questionId() {
            return id;
        }

        @Override
        public void goOn(Reaction next, boolean answered) throws Exception {
            if (answered) {
                server.ifPresent(fetches::answered);
            }
            FirstFailure failure = new FirstFailure();
            failure.run(() -> perform(next));
            if (isOpen(this) || (answered && underWay.containsKey(action))) { // perhaps it was asked again meanwhile
                failure.run(() -> ended(action)); // else nobody could begin it again
            }
            failure.run(() -> tellOfIt(action, answered));
            failure.rethrow();
        }

        /** Our own link has stalled all the time, else it would not be open any more. */
        @Override
        public void unanswered() throws Exception {
            if (isOpen(this)) {
                start(action);
            }
        }

        @Override
        public void lost() throws Exception {
            if (isOpen(this)) {
                ActionRunner.this.lost(action);
            }
        }
    }
}
