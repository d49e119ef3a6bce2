/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.store.Changes.Durability.FLUSHED;
import static org.omemo4j.store.Changes.Durability.RELAXED;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Action.SendEmptyMessage;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;

/** What others will know of us is on the disk before they do; what we only read may ride along with the next flush. */
class DurabilityTest {
    private final World world = new World();
    private final List<Changes> commits = new ArrayList<>();
    private final TestDevice alice =
            world.device("alice@example.org", InterceptedStore.watched(new MemoryStore(), commits::add), World.CONFIG);
    private final TestDevice bob = world.device("bob@example.com");

    @Test
    void f7_aMessageIsOnTheDiskBeforeItLeaves() {
        talk();

        alice.send(bob, "Hello");

        assertThat(durabilities()).containsExactly(FLUSHED);
    }

    @Test
    void aParkedMessageIsOnTheDisk() {
        talk();

        ParkedRecord parked = attempt(() -> alice.engine().park(bob.jid(), "1", "<message/>"));
        OutgoingMessage message = OutgoingMessage.toContact(bob.jid(), List.of(TestDevice.body("Hello")), false);
        attempt(() -> alice.engine().encryptParked(parked.number(), message, encrypted -> "<message/>"));

        assertThat(durabilities()).containsExactly(FLUSHED, FLUSHED);
    }

    @Test
    void aDecisionAboutAKeyIsOnTheDisk() {
        talk();

        alice.decides(bob, Decision.DISTRUST);
        alice.undoes(bob);

        assertThat(durabilities()).containsExactly(FLUSHED, FLUSHED);
    }

    @Test
    void anEmptyMessageIsOnTheDiskBeforeItLeaves() {
        alice.decrypt(bob.send(alice, "Hello"), Delivery.LIVE);
        commits.clear();

        attempt(() -> alice.engine().emptyMessage(new SendEmptyMessage(bob.address(), Omemo2.VERSION)));

        assertThat(durabilities()).containsExactly(FLUSHED);
    }

    @Test
    void aMessageThatIsReadMayRideAlong() {
        talk();
        Letter letter = bob.send(alice, "Hello");
        commits.clear();

        alice.read(letter);

        assertThat(durabilities()).containsExactly(RELAXED);
    }

    @Test
    void newPrekeysAreOnTheDiskBeforeTheyArePublished() {
        Letter letter = bob.send(alice, "Hello");
        commits.clear();

        alice.decrypt(letter, Delivery.LIVE);

        assertThat(durabilities()).containsExactly(FLUSHED);
    }

    @Test
    void aNewSignedPrekeyIsOnTheDiskBeforeItIsPublished() {
        commits.clear();
        world.clock().advance(Duration.ofDays(7));

        attempt(alice.engine()::maintain);

        assertThat(durabilities()).startsWith(FLUSHED);
    }

    @Test
    void aNewDeviceIsOnTheDiskBeforeItIsAnnounced() {
        commits.clear();

        world.device("carol@example.org", InterceptedStore.watched(new MemoryStore(), commits::add), World.CONFIG);

        int announced = indexOfTheAnnouncement();
        assertThat(commits.get(announced).durability()).isEqualTo(FLUSHED);
    }

    private int indexOfTheAnnouncement() {
        for (int i = 0; i < commits.size(); i++) {
            if (commits.get(i).changes().stream()
                    .anyMatch(change -> change instanceof Changes.PutOwnBundle put
                            && put.bundle().announced())) {
                return i;
            }
        }
        throw new AssertionError("never announced");
    }

    private List<Durability> durabilities() {
        return commits.stream().map(Changes::durability).toList();
    }

    private void talk() {
        alice.send(bob, "Hello");
        world.deliver();
        bob.send(alice, "Hello");
        world.deliver();
        commits.clear();
    }
}
