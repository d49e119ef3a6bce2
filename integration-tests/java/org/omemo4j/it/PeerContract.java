/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.store.sql.SqlStore;

/** What a conversation with software that nobody here wrote must stand; the same for each version of OMEMO. */
@OnServer
abstract class PeerContract {
    /** More than the prekeys of one bundle. */
    private static final int FIRST_CONTACTS = 105;

    /** So many messages without a turn make their side answer with an empty one. */
    private static final int MONOLOGUE = 55;

    private final PeerKind kind;

    PeerContract(PeerKind kind) {
        this.kind = kind;
    }

    @Test
    void weWriteFirst(World world) {
        Client alice = world.person("alice");
        Peer bob = peer(world);

        alice.send(bob.jid(), "Grüße & <Küsse>");

        assertThat(bob.reads(alice, "Grüße & <Küsse>")).as("a key exchange").isTrue();
        bob.awaitItsEmptyMessages(1, alice);
        alice.send(bob.jid(), "and once more");
        assertThat(bob.reads(alice, "and once more")).as("a key exchange").isFalse();
        assertThat(bob.sends(alice, "an answer")).as("a key exchange").isFalse();
        reads(alice, bob, "an answer");
    }

    @Test
    void theyWriteFirst(World world) {
        Client alice = world.person("alice");
        Peer bob = peer(world);

        assertThat(bob.sends(alice, "Grüße & <Küsse>")).as("a key exchange").isTrue();

        reads(alice, bob, "Grüße & <Küsse>");
        bob.awaitEmptyMessages(1);
        assertThat(bob.sends(alice, "and once more")).as("a key exchange").isFalse();
        reads(alice, bob, "and once more");
        alice.send(bob.jid(), "an answer");
        assertThat(bob.reads(alice, "an answer")).as("a key exchange").isFalse();
    }

    @Test
    void itIsInARoomWithUs(World world) {
        Client alice = world.person("alice");
        Peer bob = peer(world);
        ChatRoom room = ChatRoom.of(world, alice);
        room.listen(alice);
        room.member(alice, bob.account());
        bob.enters(room.jid());
        room.awaitMember(alice, bob.account());

        room.says(alice, "hello foreigner");
        bob.reads(alice, "hello foreigner");
        bob.says(room.jid(), "hello from abroad");

        Message message = room.inbox(alice).await("hello from abroad");
        OmemoInfo info = OmemoInfo.of(message).orElseThrow();
        assertThat(message.getFrom().asBareJid().toString())
                .isEqualTo(room.jid().toString());
        assertThat(info.device().jid().toString()).isEqualTo(bob.jid().toString());
        assertThat(info.device().device().value()).isEqualTo(bob.deviceId());
        assertThat(info.version()).isEqualTo(kind.namespace());
        room.says(alice, "and once more");
        bob.reads(alice, "and once more");
        bob.says(room.jid(), "once more from abroad");
        room.inbox(alice).await("once more from abroad");
    }

    @Test
    void bothWriteFirstAtTheSameTime(World world) {
        UnreliableNetwork network = UnreliableNetwork.in(world);
        Client alice = world.client(world.account("alice")).through(network).open();
        Peer bob = peer(world);
        network.hold();
        alice.send(bob.jid(), "from alice");
        bob.send(alice.jid(), "from bob");
        List<UnreliableNetwork.Held> crossing = new ArrayList<>(network.take(true, 1));
        crossing.addAll(network.take(false, 1));

        network.deliver(crossing);
        network.release();

        assertThat(bob.reads(alice, "from alice")).as("a key exchange").isTrue();
        reads(alice, bob, "from bob");
        bob.awaitItsEmptyMessages(1, alice);
        goOn(alice, bob, "after the crossing");
    }

    @Test
    void fiftyMessagesOverABadNetworkAreReadOnceUnlessLost(World world) {
        UnreliableNetwork network = UnreliableNetwork.in(world);
        Client alice = world.client(world.account("alice")).through(network).open();
        Peer bob = peer(world);
        weKnowEachOther(alice, bob);
        BadWeather weather = new BadWeather(new Random(50));
        List<String> forBob = new ArrayList<>(bob.bodies());
        List<String> forAlice = new ArrayList<>(alice.bodies());

        network.hold();
        for (int round = 0; round < 5; round++) {
            List<String> ours = numbered("ours " + round, 5);
            List<String> theirs = numbered("theirs " + round, 5);
            ours.forEach(text -> alice.send(bob.jid(), text));
            theirs.forEach(text -> bob.send(alice.jid(), text));
            weather.comes(network.take(true, 5), ours);
            weather.comes(network.take(false, 5), theirs);
            network.deliver(weather.arrives(round == 4));
            forBob.addAll(weather.textsThatArrived(true));
            forAlice.addAll(weather.textsThatArrived(false));
            bob.awaitBodies(forBob.size());
            alice.inbox().awaitBodies(forAlice.size());
        }
        network.release();
        goOn(alice, bob, "after the storm");

        forBob.add("after the storm, ours");
        forAlice.add("after the storm, theirs");
        assertThat(bob.bodies()).containsExactlyInAnyOrderElementsOf(forBob);
        assertThat(alice.bodies()).containsExactlyInAnyOrderElementsOf(forAlice);
        assertThat(alice.outcomes().of(Outcomes.Duplicate.class)).hasSize(weather.repeats(false));
        assertThat(alice.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
    }

    @Test
    void theEmptyMessageThatAnswersALongMonologueIsTaken(World world) {
        Client alice = world.person("alice");
        Peer bob = peer(world);
        weKnowEachOther(alice, bob);
        int before = (int) bob.events("sent-empty").count();

        List<String> ours = numbered("ours", MONOLOGUE);
        ours.forEach(text -> alice.send(bob.jid(), text));

        bob.reads(alice, ours.get(MONOLOGUE - 1));
        bob.awaitItsEmptyMessages(before + 1, alice);
        goOn(alice, bob, "after the monologue");
        assertThat(alice.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
    }

    @Test
    void aSessionThatTheyReplaceWithAnEmptyMessageIsAnswered(World world) {
        Client alice = world.person("alice");
        Peer bob = peer(world);
        weKnowEachOther(alice, bob);
        long before = bob.events("empty").count();

        bob.replaceSessions(alice);

        bob.awaitEmptyMessages((int) before + 1);
        assertThat(bob.sends(alice, "on the new session")).as("a key exchange").isFalse();
        reads(alice, bob, "on the new session");
        goOn(alice, bob, "and further");
    }

    @Test
    void aConversationGoesOnAfterTheyStartAgain(World world) {
        Client alice = world.person("alice");
        Peer first = peer(world);
        weKnowEachOther(alice, first);

        Peer second = first.restarted();

        assertThat(second.deviceId()).isEqualTo(first.deviceId());
        assertThat(second.sends(alice, "back again")).as("a key exchange").isFalse();
        reads(alice, second, "back again");
        goOn(alice, second, "after the restart");
    }

    @Test
    void aConversationGoesOnAfterWeStartAgain(World world) {
        Account account = world.account("alice");
        Path file = TestServer.scratch("alice").resolve("alice.db");
        Client first = world.client(account).store(SqlStore.open(file)).open();
        Peer bob = peer(world);
        weKnowEachOther(first, bob);

        first.stop();
        assertThat(bob.sends(first, "while you were out")).as("a key exchange").isFalse();
        Client second = world.client(account).store(SqlStore.open(file)).open();

        reads(second, bob, "while you were out");
        second.send(bob.jid(), "back again");
        assertThat(bob.reads(second, "back again")).as("a key exchange").isFalse();
        goOn(second, bob, "after the restart");
    }

    @Test
    void moreFirstContactsThanPreKeysAreReadAndNoIdIsUsedTwice(World world) {
        Client alice = world.person("alice");
        Peer bob = peer(world);

        for (int i = 0; i < FIRST_CONTACTS; i++) {
            readsAtTheFirstContact(alice, bob, "first contact " + i);
            bob.awaitEmptyMessages(i + 1);
            bob.forget(alice);
        }

        Await.until("a bundle with the last new prekey", () -> prekeysOf(alice) >= 100 + FIRST_CONTACTS);
        Map<String, String> keys = new HashMap<>();
        for (List<MatchResult> bundle : bundlesSent(alice)) {
            assertThat(bundle).hasSizeGreaterThanOrEqualTo(25);
            bundle.forEach(key -> assertThat(
                            keys.merge(key.group(1), key.group(2), (one, other) -> one.equals(other) ? one : "two"))
                    .as("the key with the id %s", key.group(1))
                    .isEqualTo(key.group(2)));
        }
    }

    @Test
    void aConversationOutlivesTwoRotationsOfOurSignedPreKey(World world) {
        RotatingPerson alice = new RotatingPerson(world, kind.namespace());
        Client client = alice.appears();
        Peer bob = peer(world);
        weKnowEachOther(client, bob);

        for (int rotation = 1; rotation <= 2; rotation++) {
            client.stop();
            alice.rotates();
            client = alice.appears();
            assertThat(bob.sends(client, "rotation " + rotation))
                    .as("a key exchange")
                    .isFalse();
            reads(client, bob, "rotation " + rotation);
            goOn(client, bob, "after rotation " + rotation);
        }
    }

    @Test
    void aFirstMessageForTheSignedPreKeyBeforeThisOneIsRead(World world) {
        RotatingPerson alice = new RotatingPerson(world, kind.namespace());
        Client client = alice.appears();
        Peer bob = peer(world);

        client.stop();
        assertThat(bob.sends(client, "for the old key")).as("a key exchange").isTrue();
        alice.rotates();
        Client rotated = alice.appears();

        reads(rotated, bob, "for the old key");
        goOn(rotated, bob, "after the rotation");
    }

    @Test
    void aFirstMessageForTheOneBeforeThatIsReportedAndWeCanBeginAnew(World world) {
        RotatingPerson alice = new RotatingPerson(world, kind.namespace());
        Client client = alice.appears();
        Peer bob = peer(world);

        client.stop();
        assertThat(bob.sends(client, "too late")).as("a key exchange").isTrue();
        alice.rotates();
        alice.rotates();
        Client rotated = alice.appears();

        Outcomes.Undecryptable unread = rotated.outcomes().await(Outcomes.Undecryptable.class);
        assertThat(unread.reason()).isEqualTo(Decryption.Reason.SIGNED_PREKEY_GONE);
        rotated.send(bob.jid(), "what did you say?");
        bob.reads(rotated, "what did you say?");
        bob.awaitItsEmptyMessages(1, rotated);
        goOn(rotated, bob, "from the beginning");
        assertThat(rotated.bodies()).doesNotContain("too late");
    }

    private Peer peer(World world) {
        return Peer.start(world, kind, world.account("bob"));
    }

    /** Both have read and sent, and no key exchange is open any more. */
    private void weKnowEachOther(Client alice, Peer bob) {
        alice.send(bob.jid(), "hello");
        bob.reads(alice, "hello");
        bob.awaitItsEmptyMessages(1, alice);
        goOn(alice, bob, "hello again");
    }

    /** One message each way, on the session that is there. */
    private void goOn(Client alice, Peer bob, String text) {
        alice.send(bob.jid(), text + ", ours");
        assertThat(bob.reads(alice, text + ", ours")).as("a key exchange").isFalse();
        assertThat(bob.sends(alice, text + ", theirs")).as("a key exchange").isFalse();
        reads(alice, bob, text + ", theirs");
    }

    private void reads(Client alice, Peer bob, String text) {
        OmemoInfo info = OmemoInfo.of(alice.inbox().await(text)).orElseThrow();
        assertThat(info.device().jid().toString()).isEqualTo(bob.jid().toString());
        assertThat(info.device().device().value()).isEqualTo(bob.deviceId());
        assertThat(info.version()).isEqualTo(kind.namespace());
    }

    /** The published bundle may have a prekey for some seconds after its use: who draws that one is not read, and begins again. */
    private void readsAtTheFirstContact(Client alice, Peer bob, String text) {
        int before = gone(alice);
        for (int tries = 1; ; tries++) {
            String body = text + ", " + tries;
            int unread = gone(alice);
            assertThat(bob.sends(alice, body)).as("a key exchange").isTrue();
            Await.until(body, () -> alice.bodies().contains(body) || gone(alice) > unread);
            if (alice.bodies().contains(body)) {
                reads(alice, bob, body);
                return;
            }
            assertThat(gone(alice) - before).as("prekeys drawn twice in a row").isLessThan(10);
            bob.forget(alice);
        }
    }

    private static int gone(Client alice) {
        return (int) alice.outcomes().of(Outcomes.Undecryptable.class).stream()
                .filter(unread -> unread.reason() == Decryption.Reason.PREKEY_GONE)
                .count();
    }

    private long prekeysOf(Client client) {
        return bundlesSent(client).stream()
                .flatMap(List::stream)
                .map(key -> key.group(1))
                .distinct()
                .count();
    }

    private boolean isBundleOfOurs(WireLog.Line line) {
        return line.direction() == WireLog.Direction.SENT
                && kind.preKey().matcher(line.xml()).find();
    }

    private List<List<MatchResult>> bundlesSent(Client client) {
        return client.wire().lines().stream()
                .filter(this::isBundleOfOurs)
                .map(line -> kind.preKey().matcher(line.xml()).results().toList())
                .toList();
    }

    private static List<String> numbered(String text, int count) {
        return IntStream.range(0, count).mapToObj(i -> text + " " + i).toList();
    }
}
