/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smackx.muc.MUCAffiliation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.memory.MemoryStore;

/** Rooms that we have left, lost or are back in while something waits. */
class RoomReturnTest extends RoomFixture {
    @Test
    void afterALoginThatResumedNothingWhatWaitsGoesOnOnceTheRoomHasLetUsInAgain() throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = new TestRoom(alice, world)
                    .with(MUCAffiliation.member, BOB)
                    .with(MUCAffiliation.member, CAROL)
                    .enter();
            alice.connection.sendStanza(TestRoom.groupChat("m1", "SECRET"));
            next(events, OmemoEvent.RoomMessageHeld.class);
            world.device(CAROL);

            alice.connection.instantShutdown();
            alice.connection.connect();
            alice.connection.login();
            assertThat(alice.omemo.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertThat(alice.omemo.waiting()).hasSize(1);
            assertRefused(alice, TestRoom.groupChat("m2", "SECRET"), Reason.NOT_IN_ROOM);
            room.enter();

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void aRequestToBeLetInThatSmackRepeatsInANewStreamCounts() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);
            alice.connection.repeatsAtLogin(TestRoom.request().build());
            reconnect(alice);

            room.letIn();

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void whatIsEncryptedAlreadyWaitsUntilTheRoomHasLetUsInAgainAndStillTellsWhoCannotReadIt() throws Exception {
        DeviceAddress bob = world.device(BOB).address();
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);

            reconnect(alice);
            assertThat(alice.omemo.waiting()).hasSize(1);
            assertNoGroupChat(alice);
            room.enter();

            SentMessage message = nextSent();
            assertThat(message.stanzaId()).isEqualTo("m1");
            assertThat(message.devices()).containsExactly(bob);
            assertThat(message.members())
                    .containsExactly(new MemberLeftOut(TestClient.jid(CAROL), MemberLeftOut.Why.NO_DEVICES));
            assertThat(sent).as("reports").isEmpty();
        }
    }

    /** Banned, kicked, no member any more, or simply left. */
    @ParameterizedTest
    @ValueSource(strings = {"301", "307", "321", "322", ""})
    void whatWaitsForARoomFailsWhenItSaysThatWeAreOut(String code) throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = hold(alice);

            room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "none", "110", code));

            assertThat(alice.nextHeard()).isEqualTo("failed m1 NOT_IN_ROOM");
            assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void whatIsEncryptedAlreadyFailsWhenTheRoomDoesNotLetUsBackIn() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);
            reconnect(alice);
            room.ask();

            room.says("<presence xmlns='jabber:client' type='error' from='" + TestRoom.JID + "/alice'>"
                    + "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>");

            assertThat(alice.nextHeard()).isEqualTo("failed m1 NOT_IN_ROOM");
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    /** As its service goes down, or could not reach us. */
    @ParameterizedTest
    @ValueSource(strings = {"332", "333"})
    void whatWaitsForARoomThatOnlyLostUsGoesOnWhenWeAreBack(String code) throws Exception {
        world.device(BOB);
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            TestRoom room = hold(alice);

            room.says(TestRoom.absence("alice", TestClient.ALICE + "/here", "member", "110", code));
            publishes(alice, world.device(CAROL).address());
            room.enter();

            assertThat(nextSent().stanzaId()).isEqualTo("m1");
        }
    }

    @Test
    void whatWaitsForARoomThatWeAreNotInFailsWhenItNeedsNoEncryptionAnyMore() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            sendUnanswered(alice);
            reconnect(alice);

            alice.omemo.setPolicy(TestRoom.JID, EncryptionPolicy.OFF);

            assertThat(alice.nextHeard()).isEqualTo("failed m1 POLICY");
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    @Test
    void whatIsEncryptedAlreadyDoesNotGoToARoomThatHasBecomeAnonymous() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            TestRoom room = sendUnanswered(alice);

            reconnect(alice);
            room.anonymous().enter();

            assertThat(alice.nextHeard()).isEqualTo("failed m1 ROOM_ANONYMOUS");
            assertNoGroupChat(alice);
            assertThat(alice.omemo.waiting()).isEmpty();
        }
    }

    @Test
    void afterARestartOurMessageThatLeavesAgainComesBackAsWhatWeSentOnce() throws Exception {
        world.device(BOB);
        MemoryStore store = new MemoryStore();
        try (TestClient alice = started(store, MembersWithoutKeys.SKIP)) {
            sendUnanswered(alice);
        }
        try (TestClient alice = started(store, MembersWithoutKeys.SKIP)) {
            roomWithBobAndCarol(alice);
            assertThat(nextSent().devices()).as("known to the former process").isEmpty();
            String again = alice.connection.sent().stream()
                    .filter(RoomFixture::isGroupChat)
                    .map(stanza -> stanza.toXML().toString())
                    .findFirst()
                    .orElseThrow();
            String encrypted = again.substring(again.indexOf("<encrypted"), again.indexOf("</encrypted>") + 12);
            String back = "<message xmlns='jabber:client' type='groupchat' id='m1' from='" + TestRoom.JID + "/alice'>"
                    + encrypted + "</message>";

            Message first = alice.receives(back);
            Message second = alice.receives(back);

            assertThat(first.getBody()).isEqualTo("SECRET");
            assertThat(OmemoInfo.of(first).orElseThrow().repeated()).isFalse();
            assertThat(second.getBody()).isNull();
        }
    }
}
