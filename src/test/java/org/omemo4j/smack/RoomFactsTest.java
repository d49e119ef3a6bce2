/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.disco.packet.DiscoverInfo;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.jivesoftware.smackx.muc.packet.MUCAdmin;
import org.jivesoftware.smackx.muc.packet.MUCItem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What a room is asked, and when again. The test answers for it, and turns its clock. */
@Timeout(60)
class RoomFactsTest {
    private static final BareJid CAROL = TestClient.jid("carol@example.net");
    private static final BareJid DAVE = TestClient.jid("dave@example.net");
    private static final String HIDDEN = "the room does not show who all its members are";

    private final TestDevice device = new World().device(TestClient.ALICE);
    private final BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> pauses = new LinkedBlockingQueue<>();
    private final BlockingQueue<IQ> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<BareJid> told = new LinkedBlockingQueue<>();
    private final List<OmemoEvent> events = new ArrayList<>();
    private final Worker worker = new Worker(thrown::add);
    private final Reports reports = new Reports();
    private final Rooms rooms = new Rooms(this::changed);
    private volatile boolean showsLists;
    private volatile Set<BareJid> members = Set.of(CAROL);
    private QuietConnection connection;
    private RoomFacts facts;

    @BeforeEach
    void theRoomMustBeEncrypted() throws Exception {
        device.engine().setPolicy(TestRoom.JID, EncryptionPolicy.REQUIRED);
        connection = TestClient.connect();
        connection.answerBy(this::answer);
        connection.answerNothingTo(request -> TestRoom.JID.equals(request.getTo()) && asked.add(request));
        Wire wire = new Wire(() -> connection, worker);
        connection.addSyncStanzaListener(stanza -> wire.received((IQ) stanza), IQ.class::isInstance);
        reports.add(new OmemoListener() {
            @Override
            public void onEvent(OmemoEvent event) {
                events.add(event);
            }
        });
        facts = new RoomFacts(
                rooms,
                device.engine(),
                worker,
                wire,
                reports,
                (delay, task) -> {
                    (delay.equals(Silence.PATIENCE) ? steps : pauses).add(task);
                    return () -> {};
                },
                room -> {},
                told::add);
    }

    @AfterEach
    void nothingWasThrown() {
        worker.close();
        connection.disconnect();
        assertThat(thrown).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"member,participant", "none,moderator"})
    void aRoomThatHasRefusedAListIsAskedForThemAgainOnceWeAreSomebodyElseThere(String affiliation, String role)
            throws Exception {
        entersAndIsRefused();

        weAre(affiliation, role);
        List<IQ> lists = lists();
        assertThat(asked).as("beside the lists").isEmpty();
        assertThat(unnamed()).as("until it answers").containsExactly(HIDDEN);
        shows(lists);
        told.take();

        assertThat(unnamed()).isEmpty();
        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    @Test
    void whatWasKnownCountsWhileItIsSilentAboutThat() throws Exception {
        entersAndIsRefused();
        weAre("member", "participant");
        isSilent();

        assertThat(asked).as("twice the lists").hasSize(2 * 3).allMatch(MUCAdmin.class::isInstance);
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
        assertThat(unnamed()).containsExactly(HIDDEN);
    }

    @Test
    void whatItRefusesStillIsToldNoSecondTimeAndNotAskedForAgain() throws Exception {
        entersAndIsRefused();
        weAre("member", "participant");
        refuses(lists());
        told.take();
        weAre("member", "participant");
        looked();

        assertThat(asked).isEmpty();
        assertThat(unnamed()).containsExactly(HIDDEN);
        assertThat(events()).containsExactly(new OmemoEvent.RoomMembersUnknown(TestRoom.JID));
    }

    @Test
    void aRoomThatHasShownAllIsNotAskedAgain() throws Exception {
        enters();
        connection.answer(asked.take());
        shows(lists());
        told.take();
        weAre("member", "participant");
        looked();

        assertThat(asked).isEmpty();
        assertThat(unnamed()).isEmpty();
    }

    @Test
    void whatItHasRefusedToWhoWeWereIsAskedForAgain() throws Exception {
        enters();
        connection.answer(asked.take());
        List<IQ> lists = lists();
        weAre("member", "participant");
        looked();
        refuses(lists);
        told.take();

        shows(lists());
        told.take();

        assertThat(unnamed()).isEmpty();
    }

    @Test
    void whatItHasRefusedUnderAnotherConfigurationIsAskedForAgain() throws Exception {
        entersAndIsRefused();

        says(TestRoom.message("", "104"));
        connection.answer(asked.take());
        told.take();
        shows(lists());
        told.take();

        assertThat(unnamed()).isEmpty();
        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    /** Which tells nobody but its moderators who was banned meanwhile. */
    @Test
    void whoBelongsToARoomThatWasAnonymousForAWhileIsFoundOutAnew() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "173"));
        asked.take();
        says(TestRoom.message("", "172"));
        connection.answer(asked.take());
        List<IQ> lists = lists();
        looked();
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ASKED);

        members = Set.of(DAVE);
        shows(lists);
        told.take();

        assertThat(rooms.status(TestRoom.JID).members()).contains(DAVE).doesNotContain(CAROL);
        assertThat(rooms.people(TestRoom.JID)).as("who may have written").contains(CAROL);
    }

    /** Had it been anonymous between the two, it would have said so. */
    @Test
    void twoChangesOfWhichItSaysNothingMoreLoseNobody() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "104"));
        IQ outOfDate = asked.take();
        says(TestRoom.message("", "104"));
        connection.answer(outOfDate);
        connection.answer(asked.take());
        while (rooms.status(TestRoom.JID).kind() != RoomReaders.State.OPEN) {
            told.take();
        }

        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    @Test
    void listsOfTheTimeWhenItWasAnonymousDoNotCount() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "173"));
        asked.take();
        says(TestRoom.message("", "172"));
        asked.take();
        List<IQ> ofThen = lists();
        says(TestRoom.message("", "173"));
        says(TestRoom.message("", "172"));
        shows(ofThen);
        members = Set.of(DAVE);
        connection.answer(asked.take());
        shows(lists());
        told.take();

        assertThat(rooms.status(TestRoom.JID).members()).contains(DAVE).doesNotContain(CAROL);
    }

    @Test
    void whatItTellsWhileItsListsAreOnTheirWayAgainIsNewerThanThey() throws Exception {
        entersAndIsRefused();
        weAre("member", "participant");
        List<IQ> lists = lists();
        says(TestRoom.message(TestRoom.item(CAROL.toString(), "none", "none")));
        shows(lists);
        told.take();

        assertThat(rooms.status(TestRoom.JID).members()).doesNotContain(CAROL);
    }

    @Test
    void anAnswerAboutItsConfigurationShowsNoLists() throws Exception {
        entersAndIsRefused();
        says(TestRoom.message("", "104"));
        connection.answer(asked.take());
        told.take();

        assertThat(unnamed()).containsExactly(HIDDEN);
    }

    @Test
    void itsConfigurationIsAskedForFirstAndItsListsThen() throws Exception {
        entersAndIsRefused();
        CountDownLatch bothTold = new CountDownLatch(1);
        worker.execute(bothTold::await);
        says(TestRoom.message("", "104"));
        weAre("member", "participant");
        bothTold.countDown();
        looked();
        connection.answer(asked.remove());
        told.take();
        shows(lists());
        told.take();

        assertThat(unnamed()).isEmpty();
    }

    @Test
    void aChangedConfigurationIsAskedForThoughItIsLeftInPeaceAboutItsLists() throws Exception {
        entersAndIsRefused();
        weAre("member", "participant");
        isSilent();
        asked.clear();

        says(TestRoom.message("", "104"));
        looked();
        connection.answer(configuration());

        told.take();
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
    }

    @Test
    void aChangedConfigurationIsAskedForThoughItsListsAreOnTheirWay() throws Exception {
        entersAndIsRefused();
        weAre("member", "participant");
        List<IQ> lists = lists();

        says(TestRoom.message("", "104"));
        looked();
        connection.answer(configuration());

        told.take();
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
        shows(lists);
        told.take();
        assertThat(unnamed()).isEmpty();
    }

    @Test
    void aConfigurationThatHasChangedSinceItWasAskedForIsAskedForAtOnce() throws Exception {
        entersAndIsRefused();
        weAre("member", "participant");
        isSilent();
        asked.clear();
        says(TestRoom.message("", "172"));
        looked();
        IQ before = configuration();
        asked.clear();

        says(TestRoom.message("", "172"));
        looked();
        connection.answer(before);
        told.take();
        connection.answer(configuration());
        told.take();

        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
    }

    @Test
    void whatItTellsIsNewerThanListsOnTheirWayWhoeverWeAreMeanwhile() throws Exception {
        entersAndIsRefused();
        weAre("none", "visitor");
        List<IQ> lists = lists();
        carolIs("none");
        weAre("none", "participant");
        looked();
        carolIs("admin");
        shows(lists);
        told.take();

        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    @Test
    void whoIsBannedWhileAListThatNamesThemWaitsForTheWorkerIsNoMember() throws Exception {
        entersAndIsRefused();
        weAre("none", "visitor");
        List<IQ> lists = lists();
        weAre("none", "participant");
        looked();
        CountDownLatch busy = new CountDownLatch(1);
        worker.execute(busy::await);
        shows(lists);
        carolIs("outcast");
        busy.countDown();
        told.take();

        assertThat(rooms.status(TestRoom.JID).members()).doesNotContain(CAROL);
    }

    @Test
    void listsAreNewerThanWhatWasToldBeforeTheyWereAskedFor() throws Exception {
        entersAndIsRefused();
        carolIs("none");
        weAre("member", "participant");
        shows(lists());
        told.take();

        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    @Test
    void aConfigurationThatHasChangedIsAskedForThoughItIsLeftInPeaceAboutTheOneBefore() throws Exception {
        enters();
        isSilent();
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
        asked.clear();

        says(TestRoom.message("", "104"));
        looked();

        assertThat(asked).hasAtLeastOneElementOfType(DiscoverInfo.class);
    }

    @Test
    void whoShowsItsListsHidesNobodyThoughItDoesNotSayWhatItIs() throws Exception {
        enters();
        asked.take();
        shows(lists());
        isSilent();

        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
        while (!unnamed().isEmpty()) {
            looked(); // the lists may come behind the silence
        }
    }

    /** What is held for them leaves. */
    @Test
    void listsThatComeWhileItDoesNotSayWhatItIsAreTold() throws Exception {
        enters();
        asked.take();
        List<IQ> lists = lists();
        isSilent();
        asked.clear();
        looked();

        shows(lists);

        told.take();
        assertThat(unnamed()).isEmpty();
        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    /** As where we come back and the room has not noticed that we were gone: it does not warn us again. */
    @Test
    void aRoomThatChangesBeforeItHasSaidWhatItIsIsNotAnonymousBeforeItAnswers() throws Exception {
        asks();
        says(TestRoom.presence("alice", TestClient.ALICE + "/here", "none", "110"));
        List<IQ> outOfDate = List.of(asked.take(), asked.take(), asked.take(), asked.take());
        says(TestRoom.message("", "104"));
        shows(outOfDate);
        looked();
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ASKED);

        connection.answer(asked.take());
        shows(lists());
        told.take();

        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
    }

    @Test
    void anAnonymousRoomThatHasChangedIsAskedBeforeItIsTakenForAnonymous() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "173"));
        asked.take();
        says(TestRoom.message("", "104"));
        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.ASKED);

        connection.answer(asked.take());
        shows(lists());
        told.take();

        assertThat(rooms.status(TestRoom.JID).kind()).isEqualTo(RoomReaders.State.OPEN);
    }

    @Test
    void thatMessagesWaitForItsConfigurationIsToldOnce() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "104"));
        looked();
        isSilent();
        pauses.remove().run();
        looked();
        isSilent();

        assertThat(events())
                .containsExactly(new OmemoEvent.RoomMessageHeld(
                        TestRoom.JID,
                        List.of(),
                        List.of("the room has not answered whether its occupants still see who the others are")));
    }

    @Test
    void aMessageThatBeginsToWaitEndsThePause() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "104"));
        looked();
        isSilent();
        asked.clear();

        worker.execute(() -> facts.messageWaits(TestRoom.JID));
        worker.execute(() -> facts.messageWaits(TestRoom.JID));
        looked();

        assertThat(asked).hasSize(1).allMatch(DiscoverInfo.class::isInstance);
    }

    @Test
    void whatIsToBeDoneOnceItIsKnownWaitsForItsConfiguration() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "104"));
        IQ configuration = asked.take();
        CompletableFuture<Void> done = whenKnown();
        looked();
        assertThat(done).isNotDone();

        connection.answer(configuration);

        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    void itDoesNotWaitLongerThanForTwoSilences() throws Exception {
        entersAndIsShown();
        says(TestRoom.message("", "104"));
        CompletableFuture<Void> done = whenKnown();

        isSilent();

        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatOneThrowsKeepsNoOther() throws Exception {
        enters();
        worker.execute(() -> facts.whenKnown(TestRoom.JID, () -> {
            throw new IllegalStateException("of one");
        }));
        CompletableFuture<Void> done = whenKnown();
        connection.answer(asked.take());
        shows(lists());

        done.get(30, TimeUnit.SECONDS);
        assertThat((Object) told.take()).as("who has messages that wait").isEqualTo(TestRoom.JID);
        assertThat(thrown.take()).hasMessage("of one");
    }

    private CompletableFuture<Void> whenKnown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> facts.whenKnown(TestRoom.JID, () -> done.complete(null)));
        return done;
    }

    @Test
    void aConfigurationThatHasChangedIsAskedForTwiceAtOnceHoweverSilentTheRoomWas() throws Exception {
        enters();
        isSilent();
        pauses.remove().run();
        looked();
        isSilent();
        says(TestRoom.message("", "104"));
        looked();
        asked.clear();
        steps.take().run();

        while (asked.stream().noneMatch(DiscoverInfo.class::isInstance)) {
            assertThat(told).as("left in peace").isEmpty();
            looked();
        }
    }

    @Test
    void anAnswerThatIsOutOfDateDoesNotEndTheWaitForTheNextOne() throws Exception {
        enters();
        connection.answer(asked.take());
        shows(lists());
        told.take();
        steps.take().run();
        says(TestRoom.message("", "172"));
        IQ outOfDate = asked.take();
        says(TestRoom.message("", "172"));
        steps.take().run();
        connection.receive(bounced(asked.take(), StanzaError.Condition.remote_server_timeout));
        Runnable step = steps.take();
        CountDownLatch busy = new CountDownLatch(1);
        worker.execute(busy::await);
        step.run();
        connection.answer(outOfDate);
        busy.countDown();

        isSilent();
        pauses.remove().run();
        looked();
        assertThat(asked).hasSize(1).allMatch(DiscoverInfo.class::isInstance);
    }

    @Test
    void afterALoginThatResumesTheStreamARoomIsAskedThatWasLeftInPeace() throws Exception {
        enters();
        isSilent();
        asked.clear();

        worker.execute(facts::lookAtAll);
        looked();

        assertThat(asked).hasSize(4);
    }

    @Test
    void whatAnInterceptorThrowsAtAQuestionPutsItOff() throws Exception {
        connection.shutTheQueueFor(stanza -> {
            if (stanza instanceof MUCAdmin) {
                throw new IllegalStateException("of the application");
            }
            return false;
        });
        enters();
        looked();
        assertThat(thrown.remove()).hasMessage("of the application");
        connection.shutTheQueueFor(stanza -> false);
        asked.clear();

        pauses.remove().run();
        looked();

        assertThat(asked).hasSize(4);
    }

    @Test
    void whatIsAskedAgainInVainIsToldToBeHidden() throws Exception {
        enters();
        connection.answer(asked.take());
        List<IQ> lists = lists();
        weAre("member", "participant");
        looked();
        refuses(lists);
        told.take();
        isSilent();

        assertThat(events()).containsExactly(new OmemoEvent.RoomMembersUnknown(TestRoom.JID));
    }

    @Test
    void aPauseThatWasCutShortIsNoQuestion() throws Exception {
        enters();
        isSilent();
        says(TestRoom.message("", "104"));
        looked();
        isSilent();
        assertThat(pauses).hasSize(2);
        asked.clear();
        weAre("none", "participant");
        looked();
        assertThat(asked).as("whatever else it tells").isEmpty();

        pauses.remove().run();
        looked();
        assertThat(asked).isEmpty();
        pauses.remove().run();
        looked();
        assertThat(asked).isNotEmpty();
    }

    @Test
    void whatIsAboutToBeAskedAgainIsNotToldToBeHidden() throws Exception {
        enters();
        connection.answer(asked.take());
        List<IQ> lists = lists();
        weAre("member", "participant");
        looked();
        refuses(lists);
        told.take();
        shows(lists());
        told.take();

        assertThat(unnamed()).isEmpty();
        assertThat(events()).isEmpty();
    }

    private void carolIs(String affiliation) throws Exception {
        says(TestRoom.message(TestRoom.item(CAROL.toString(), affiliation, "none")));
    }

    /** The reader of the stream is ahead of the worker. */
    @Test
    void errorsThatMayPassAreNoAnswerAlsoIfTheWorkerHearsOfThemLate() throws Exception {
        enters();
        List<IQ> first = List.of(asked.take(), asked.take(), asked.take(), asked.take());
        Runnable step = steps.take();
        CountDownLatch busy = new CountDownLatch(1);
        worker.execute(busy::await);
        step.run();
        first.forEach(request -> connection.receive(bounced(request, StanzaError.Condition.remote_server_timeout)));
        busy.countDown();

        assertThat(List.of(asked.take(), asked.take(), asked.take(), asked.take()))
                .extracting(IQ::getStanzaId)
                .doesNotContainAnyElementsOf(first.stream().map(IQ::getStanzaId).toList());
    }

    @Test
    void anErrorThatSaysToWaitIsNoAnswer() throws Exception {
        enters();
        connection.answer(asked.take());
        lists().forEach(request -> {
            IQ wait = bounced(request, StanzaError.Condition.service_unavailable);
            wait.setError(StanzaError.from(StanzaError.Condition.service_unavailable, "not connected yet")
                    .setType(StanzaError.Type.WAIT)
                    .build());
            connection.receive(wait);
        });
        steps.take().run();
        showsLists = true;
        while (told.isEmpty()) {
            Optional.ofNullable(asked.poll(10, TimeUnit.MILLISECONDS)).ifPresent(connection::answer);
        }

        assertThat(unnamed()).isEmpty();
        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    private static IQ bounced(IQ request, StanzaError.Condition condition) {
        IQ error = IQ.createErrorResponse(request, condition);
        error.setFrom(request.getTo());
        return error;
    }

    private IQ configuration() {
        return asked.stream().filter(DiscoverInfo.class::isInstance).findFirst().orElseThrow();
    }

    private void entersAndIsRefused() throws Exception {
        enters();
        connection.answer(asked.take());
        refuses(lists());
        told.take();
        assertThat(unnamed()).containsExactly(HIDDEN);
    }

    private void entersAndIsShown() throws Exception {
        enters();
        connection.answer(asked.take());
        shows(lists());
        told.take();
        assertThat(rooms.status(TestRoom.JID).members()).contains(CAROL);
    }

    private void enters() throws Exception {
        asks();
        weAre("none", "participant");
    }

    private void asks() throws Exception {
        rooms.sends(TestRoom.request());
    }

    private void weAre(String affiliation, String role) throws Exception {
        says(TestRoom.presence("alice", TestClient.ALICE + "/here", affiliation, "100", "110")
                .replace("role='participant'", "role='" + role + "'"));
    }

    private void says(String stanza) throws Exception {
        rooms.receives(PacketParserUtils.<Stanza>parseStanza(stanza), connection.getUser());
    }

    private void changed(BareJid room) {
        worker.execute(() -> facts.look(room));
    }

    /** What is next asked are the three lists. */
    private List<IQ> lists() throws InterruptedException {
        List<IQ> lists = List.of(asked.take(), asked.take(), asked.take());
        assertThat(lists).allMatch(MUCAdmin.class::isInstance);
        return lists;
    }

    private void refuses(List<IQ> lists) {
        showsLists = false;
        lists.forEach(connection::answer);
    }

    /** Carol is a member, and there is nobody else; or whom the test has set. */
    private void shows(List<IQ> lists) {
        showsLists = true;
        lists.forEach(connection::answer);
    }

    /** Errors, our own server's too, but for what the room answers. */
    private Optional<IQ> answer(IQ request) {
        if (request instanceof DiscoverInfo) {
            return Optional.of(DiscoverInfo.builder(request.getStanzaId())
                    .ofType(IQ.Type.result)
                    .to(request.getFrom())
                    .addFeature("muc_nonanonymous")
                    .build());
        }
        if (request instanceof MUCAdmin list && showsLists) {
            MUCAdmin answer = new MUCAdmin();
            answer.setType(IQ.Type.result);
            if (list.getItems().get(0).getAffiliation() == MUCAffiliation.member) {
                members.forEach(member -> answer.addItem(new MUCItem(MUCAffiliation.member, member)));
            }
            return Optional.of(answer);
        }
        return Optional.empty();
    }

    /** Time passes in which our own server answers, until it is left in peace. */
    private void isSilent() throws Exception {
        while (told.isEmpty()) {
            Runnable step = steps.poll(10, TimeUnit.MILLISECONDS);
            if (step != null) {
                step.run();
            }
        }
        told.take();
    }

    /** What was to be asked after what it has told is asked. */
    private void looked() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> done.complete(null));
        done.get(30, TimeUnit.SECONDS);
    }

    private List<String> unnamed() {
        return rooms.status(TestRoom.JID).unnamed();
    }

    private List<OmemoEvent> events() throws Exception {
        CompletableFuture<Void> allTold = new CompletableFuture<>();
        reports.tell(listener -> allTold.complete(null));
        allTold.get(30, TimeUnit.SECONDS);
        return events;
    }
}
