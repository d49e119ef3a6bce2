/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.OmemoEvent.OwnBundleForeign;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Our bundle gets to the server after each change, and no more often than needed. */
class OwnBundleTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");

    @BeforeEach
    void theLoginsAreOver() {
        world.clock().advance(Duration.ofMinutes(1));
    }

    @Test
    void anUnchangedBundleIsNotPublishedAgain() {
        int before = publications();

        bob.login();
        bob.restart();
        bob.perform(attempt(bob.engine()::maintain));

        assertThat(publications()).isEqualTo(before);
    }

    @Test
    void aBundleThatVanishedIsPublishedAgainOnce() {
        int before = publications();
        world.removeBundle(bob.address());

        bob.login();
        bob.login();

        assertThat(publications()).isEqualTo(before + 1);
        assertThat(world.bundle(bob.address()).preKeys()).hasSize(100);
    }

    @Test
    void aForeignBundleUnderOurIdIsReplacedOnceAndTold() {
        int before = publications();
        world.putBundle(bob.address(), Omemo2.VERSION.elements().toXml(world.bundle(alice.address())));

        bob.login();
        bob.login();

        assertThat(publications()).isEqualTo(before + 1);
        assertThat(world.bundle(bob.address()).identityKey())
                .isNotEqualTo(world.bundle(alice.address()).identityKey());
        assertThat(bob.events(OwnBundleForeign.class))
                .containsExactly(new OwnBundleForeign(alice.engine().ownDevice().fingerprint()));
    }

    @Test
    void anOutdatedBundleOfOursIsReplacedWithoutAnAlarm() {
        XmlElement old = Omemo2.VERSION.elements().toXml(world.bundle(bob.address()));
        bob.read(alice.send(bob, "one"));
        world.putBundle(bob.address(), old);

        bob.login();

        assertThat(Omemo2.VERSION.elements().toXml(world.bundle(bob.address()))).isNotEqualTo(old);
        assertThat(bob.events(OwnBundleForeign.class)).isEmpty();
    }

    @Test
    void aBundleThatNobodyCanReadIsReplaced() {
        world.putBundle(
                bob.address(), XmlElement.builder("bundle", "urn:xmpp:omemo:2").build());

        bob.login();

        assertThat(world.bundle(bob.address()).preKeys()).hasSize(100);
    }

    @Test
    void aBundleThatCouldNotBeFetchedIsLeftAlone() {
        int before = publications();
        world.refuse("bob@example.com", FetchProblem.NO_ANSWER);

        bob.login();

        assertThat(publications()).isEqualTo(before);
        assertThat(bob.events(OmemoEvent.BundleUnusable.class)).isEmpty();
    }

    @Test
    void e8_aFloodOfKeyExchangesCostsOnePublicationInFiveSeconds() {
        List<Letter> flood = flood(100);
        int before = publications();

        flood.forEach(bob::read); // each publication is answered at once
        assertThat(publications()).as("the first is made at once").isEqualTo(before + 1);
        Instant due = attempt(bob.engine()::nextDue).orElseThrow();
        assertThat(due).isEqualTo(world.clock().instant().plusSeconds(5));
        bob.wakes();
        assertThat(publications()).as("too early").isEqualTo(before + 1);

        world.clock().advance(Duration.between(world.clock().instant(), due));
        bob.wakes();
        assertThat(publications()).isEqualTo(before + 2);
        assertThat(world.bundle(bob.address()).preKeys())
                .hasSize(100)
                .allMatch(preKey -> attempt(() -> bob.store().preKey(Omemo2.VERSION.namespace(), preKey.id()))
                        .isPresent());
        assertThat(attempt(bob.engine()::nextDue)).isEmpty();
    }

    @Test
    void aLoginAndMaintenanceDoNotWaitForTheFiveSeconds() {
        List<Letter> flood = flood(4);
        int before = publications();
        bob.read(flood.get(0));
        bob.read(flood.get(1));

        bob.login();
        assertThat(publications()).isEqualTo(before + 2);

        bob.read(flood.get(2));
        bob.perform(attempt(bob.engine()::maintain));
        assertThat(publications()).isEqualTo(before + 3);
    }

    @Test
    void aBundleThatVanishesWithinTheFiveSecondsIsPublishedAtOnce() {
        List<Letter> flood = flood(2);
        int before = publications();
        bob.read(flood.get(0));
        bob.read(flood.get(1));

        bob.perform(attempt(() -> bob.engine().noBundle(bob.address(), Omemo2.VERSION)));

        assertThat(publications()).isEqualTo(before + 2);
    }

    @Test
    void whileAPublicationIsUnderWayNoOtherBegins() throws MalformedMessageException {
        List<Letter> flood = flood(200);
        List<PublishBundle> asked = new ArrayList<>();
        flood.subList(0, 100)
                .forEach(letter -> asked.addAll(
                        publications(bob.decrypt(letter, Delivery.LIVE).reaction())));
        world.clock().advance(Duration.ofMinutes(1));
        asked.addAll(publications(attempt(bob.engine()::wake)));
        assertThat(asked).hasSize(1);

        asked.addAll(publications(attempt(() -> bob.engine().published(asked.get(0)))));
        flood.subList(100, 200)
                .forEach(letter -> asked.addAll(
                        publications(bob.decrypt(letter, Delivery.LIVE).reaction())));
        assertThat(asked).hasSize(2);

        asked.addAll(publications(attempt(() -> bob.engine().published(asked.get(1)))));
        world.clock().advance(Duration.ofSeconds(5));
        asked.addAll(publications(attempt(bob.engine()::wake)));
        asked.addAll(publications(attempt(() -> bob.engine().published(asked.get(2)))));
        assertThat(asked).hasSize(3);
        for (PublishBundle publication : asked) {
            assertThat(Omemo2.VERSION.elements().bundle(publication.bundle()).preKeys())
                    .hasSize(100);
        }
    }

    @Test
    void aPublicationThatACrashSwallowedIsMadeAfterTheNextLogin() {
        bob.decrypt(alice.send(bob, "one"), Delivery.LIVE);
        assertThat(world.bundle(bob.address()).preKeys()).noneMatch(preKey -> preKey.id() == 101);

        bob.restart();

        assertThat(world.bundle(bob.address()).preKeys()).anyMatch(preKey -> preKey.id() == 101);
    }

    @Test
    void aFailedPublicationIsToldAndTriedAgainByMaintenance() {
        Reaction reaction = bob.decrypt(alice.send(bob, "one"), Delivery.LIVE).reaction();
        PublishBundle failed = publications(reaction).get(0);

        Reaction after = attempt(() -> bob.engine().publishFailed(failed, "the server is full."));

        assertThat(publications(after)).isEmpty();
        assertThat(after.events()).hasExactlyElementsOfTypes(OmemoEvent.PublicationFailed.class);
        assertThat(publications(attempt(bob.engine()::maintain))).hasSize(1);
    }

    /** First messages, each with a key exchange of its own. */
    private List<Letter> flood(int count) {
        List<Letter> flood = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            flood.add(alice.send(bob, "message " + i));
            alice.forgetsSessionsWith(bob);
        }
        world.mail().clear();
        return flood;
    }

    private int publications() {
        return bob.performed(PublishBundle.class).size();
    }

    private static List<PublishBundle> publications(Reaction reaction) {
        return reaction.actions().stream()
                .filter(PublishBundle.class::isInstance)
                .map(PublishBundle.class::cast)
                .toList();
    }
}
