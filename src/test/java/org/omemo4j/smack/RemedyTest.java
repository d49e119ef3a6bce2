/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.muc.packet.MUCUser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.MembersWithoutKeys;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.OptOut;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustPolicy;

/** Each reason for which a message is not sent comes with a sentence that says what can be done about it. */
class RemedyTest extends RoomFixture {
    /** What every reason's sentence has in it, and how that comes about. */
    private final Map<Reason, List<Case>> cases = Map.ofEntries(
            entry(
                    Reason.NOT_STARTED,
                    List.of(
                            new Case("call start(store)", this::notStarted),
                            new Case("log in first", this::notLoggedIn),
                            new Case("call start(store) again", this::stopped),
                            new Case("call start(store) again", this::brokenBefore))),
            entry(Reason.NO_DEVICES, List.of(new Case("needs a client with OMEMO", this::noDevices))),
            entry(
                    Reason.DEVICE_LIST_UNKNOWN,
                    List.of(new Case("send it again when that has changed", this::deviceListUnknown))),
            entry(
                    Reason.NO_USABLE_DEVICE,
                    List.of(
                            new Case("send it again when somebody is there", this::nobodyElseInTheRoom),
                            new Case("needs a client with OMEMO", this::nobodyElseReads),
                            new Case("where a decision is, make it", this::noUsableDevice))),
            entry(
                    Reason.NOT_IN_ROOM,
                    List.of(new Case("Enter it first", this::notInRoom), new Case("Enter it again", this::outOfRoom))),
            entry(Reason.ROOM_ANONYMOUS, List.of(new Case("make it non-anonymous", this::roomAnonymous))),
            entry(
                    Reason.MEMBER_WITHOUT_KEYS,
                    List.of(
                            new Case("needs a client with OMEMO", this::memberWithoutKeys),
                            new Case("when the room tells who they all are", this::memberWithoutName))),
            entry(
                    Reason.THROUGH_ROOM,
                    List.of(
                            new Case("Write to the person's own address", this::throughRoom),
                            new Case("Write to the person's own address", this::throughRoomInClear))),
            entry(
                    Reason.CONTENT,
                    List.of(new Case("Shorten it", this::tooLarge), new Case("Take that out", this::malformed))),
            entry(Reason.UNDECIDED, List.of(new Case("decide about them", this::undecided))),
            entry(Reason.OPTED_OUT, List.of(new Case("Agree to plain text, or decline", this::optedOut))),
            entry(Reason.POLICY, List.of(new Case("send it again if it may leave in clear", this::policy))),
            entry(Reason.NOT_ACCEPTED, List.of(new Case("Shorten it", this::notAccepted))),
            entry(Reason.STORE, List.of(new Case("call start(store) again", this::broken))));

    /** @param remedy what the sentence has to say. */
    private record Case(String remedy, Failure failure) {}

    private interface Failure {
        OmemoException happens() throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalNamesTheRemedy(Reason reason) throws Exception {
        assertThat(cases).as("what is known to fail").containsKey(reason);
        for (Case each : cases.getOrDefault(reason, List.of())) {
            OmemoException refusal = each.failure().happens();

            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal).hasMessageContaining(each.remedy()).message().matches("[^\\n]*\\.");
        }
    }

    private OmemoException notStarted() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException notLoggedIn() throws Exception {
        try (TestClient alice = TestClient.unconnected()) {
            alice.omemo.start(new MemoryStore());
            alice.connection.connect();
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException stopped() throws Exception {
        try (TestClient alice = started()) {
            alice.omemo.stop();
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException brokenBefore() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        try (TestClient alice = started(breaking(broken), MembersWithoutKeys.SKIP)) {
            broken.set(true);
            refusal(alice, toBob("Hello"));
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException broken() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        try (TestClient alice = started(breaking(broken), MembersWithoutKeys.SKIP)) {
            broken.set(true);
            return refusal(alice, toBob("Hello"));
        }
    }

    /** For who sends: else the worker may meet it first. */
    private static OmemoStore breaking(AtomicBoolean broken) {
        Thread sender = Thread.currentThread();
        return InterceptedStore.of(new MemoryStore(), method -> {
            if (broken.get() && Thread.currentThread() == sender && !method.equals("close")) {
                throw new StoreException("The disk is full.");
            }
            return true;
        });
    }

    private OmemoException noDevices() throws Exception {
        try (TestClient alice = started()) {
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException deviceListUnknown() throws Exception {
        world.refuse(BOB, FetchProblem.REMOTE_ERROR);
        try (TestClient alice = started()) {
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException noUsableDevice() throws Exception {
        TestDevice bob = world.device(BOB);
        try (TestClient alice = started()) {
            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);
            alice.omemo.trust().decide(bob.key(), Decision.DISTRUST, "");
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException nobodyElseInTheRoom() throws Exception {
        try (TestClient alice = started()) {
            new TestRoom(alice, world).enter();
            return refusal(alice, TestRoom.groupChat("m1", "SECRET"));
        }
    }

    private OmemoException nobodyElseReads() throws Exception {
        try (TestClient alice = started()) {
            roomWithBobAndCarol(alice);
            return refusal(alice, TestRoom.groupChat("m1", "SECRET"));
        }
    }

    private OmemoException notInRoom() throws Exception {
        try (TestClient alice = started()) {
            return refusal(alice, TestRoom.groupChat("m1", "SECRET"));
        }
    }

    private OmemoException outOfRoom() throws Exception {
        try (TestClient alice = started(MembersWithoutKeys.HOLD)) {
            hold(alice).says(TestRoom.absence("alice", TestClient.ALICE + "/here", "none", "307", "110"));
            return next(failed, OmemoException.class);
        }
    }

    private OmemoException roomAnonymous() throws Exception {
        try (TestClient alice = started()) {
            new TestRoom(alice, world).anonymous().enter();
            return refusal(alice, TestRoom.groupChat("m1", "SECRET"));
        }
    }

    private OmemoException memberWithoutKeys() throws Exception {
        world.device(CAROL);
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            roomWithBobAndCarol(alice);
            return refusal(alice, TestRoom.groupChat("m1", "SECRET"));
        }
    }

    private OmemoException memberWithoutName() throws Exception {
        try (TestClient alice = started(MembersWithoutKeys.FAIL)) {
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("ghost", "", "none"));
            return refusal(alice, TestRoom.groupChat("m1", "SECRET"));
        }
    }

    private OmemoException throughRoom() throws Exception {
        try (TestClient alice = started()) {
            new TestRoom(alice, world).enter();
            return refusal(alice, toNick());
        }
    }

    private OmemoException throughRoomInClear() throws Exception {
        try (TestClient alice = started()) {
            TestRoom room = new TestRoom(alice, world).enter();
            room.says(TestRoom.presence("nick", BOB + "/x", "none"));
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF);
            return refusal(alice, toNick());
        }
    }

    private OmemoException tooLarge() throws Exception {
        try (TestClient alice = started()) {
            return refusal(alice, toBob("a".repeat(300_000)));
        }
    }

    private OmemoException malformed() throws Exception {
        try (TestClient alice = started()) {
            return refusal(alice, toBob("a\u0001b"));
        }
    }

    private OmemoException undecided() throws Exception {
        world.device(BOB);
        OmemoConfig config = OmemoConfig.defaults().withTrust(TrustPolicy.manual());
        try (TestClient alice = TestClient.started(world, new MemoryStore(), config)) {
            alice.omemo.addOmemoListener(listener());
            alice.connection.sendStanza(toBob("Hello"));
            alice.omemo.trust().refuse(alice.nextAsked());
            return next(failed, OmemoException.class);
        }
    }

    private OmemoException optedOut() throws Exception {
        MemoryStore store = new MemoryStore();
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        TestDevice bob = world.device(BOB);
        store.close();
        try (TestClient alice = started(store, MembersWithoutKeys.SKIP)) {
            Encryption.Encrypted encrypted = (Encryption.Encrypted) bob.encrypt(OutgoingMessage.toContact(
                    TestClient.jid(TestClient.ALICE), List.of(new OptOut(Optional.empty()).toXml()), false));
            alice.receives("<message xmlns='jabber:client' type='chat' from='" + BOB + "/x'>"
                    + encrypted.elements().get(0).toXml() + "</message>");
            return refusal(alice, toBob("Hello"));
        }
    }

    private OmemoException policy() throws Exception {
        try (TestClient alice = started()) {
            alice.connection.answerNothingTo(request -> isFor(BOB, request));
            alice.connection.sendStanza(toBob("Hello"));
            alice.omemo.setPolicy(TestClient.jid(BOB), EncryptionPolicy.OFF);
            return next(failed, OmemoException.class);
        }
    }

    private OmemoException notAccepted() throws Exception {
        world.device(BOB);
        try (TestClient alice = started()) {
            CountDownLatch allWait = new CountDownLatch(1);
            TestPep server = new TestPep(world, TestClient.jid(TestClient.ALICE));
            alice.connection.answerBy(request -> {
                await(allWait);
                return server.answer(request);
            });
            alice.connection.watchTheEnd();
            alice.connection.refuse(message -> "bad".equals(message.getStanzaId())
                    && !TestClient.names(message).contains("placeholder"));
            for (String id : List.of("good", "bad", "behind")) {
                alice.connection.sendStanza(toBob(id, "Hello"));
            }
            allWait.countDown();
            for (int again = 0; again < 6; again++) { // the first time it is in company
                alice.connection.comeBack();
            }
            return next(failed, OmemoException.class);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** At once, or when it has waited. */
    private OmemoException refusal(TestClient alice, Message message) throws Exception {
        try {
            alice.connection.sendStanza(message);
        } catch (OmemoException e) {
            return e;
        }
        return next(failed, OmemoException.class);
    }

    private static Message toBob(String body) throws Exception {
        return toBob("m1", body);
    }

    private static Message toBob(String id, String body) throws Exception {
        return StanzaBuilder.buildMessage(id)
                .to(BOB)
                .ofType(Message.Type.chat)
                .setBody(body)
                .build();
    }

    private static Message toNick() throws Exception {
        return StanzaBuilder.buildMessage("m1")
                .to(TestRoom.JID + "/nick")
                .ofType(Message.Type.chat)
                .setBody("SECRET")
                .addExtension(new MUCUser())
                .build();
    }
}
