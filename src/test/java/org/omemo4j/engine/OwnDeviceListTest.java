/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.DeviceListTest.list;
import static org.omemo4j.engine.DeviceListTest.listed;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Action.FetchDeviceList;
import org.omemo4j.engine.Action.PublishBundle;
import org.omemo4j.engine.Action.PublishDeviceList;
import org.omemo4j.engine.OmemoEvent.OwnDeviceIdReplaced;
import org.omemo4j.engine.OmemoEvent.OwnDeviceListContested;
import org.omemo4j.engine.OmemoEvent.OwnDeviceListHealed;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.Changes;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.ManualClock;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** Our own id stays on our account's device list, without a war. */
class OwnDeviceListTest {
    private static final BareJid ALICE = World.jid("alice@example.org");

    private final World world = new World();
    private final Device foreign =
            new Device(new DeviceId(4711), Optional.of(new Label("Küche \"1\"", Optional.of(Bytes.of(new byte[64])))));

    @Test
    void aNewDeviceAnnouncesItselfAndPublishesItsBundleFirst() {
        TestDevice alice = world.device("alice@example.org");

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
        assertThat(alice.performed().stream()
                        .filter(action -> action instanceof PublishBundle || action instanceof PublishDeviceList))
                .hasSize(2)
                .first()
                .isInstanceOf(PublishBundle.class);
    }

    @Test
    void aListThatHoldsUsIsNotPublishedAgain() {
        TestDevice alice = world.device("alice@example.org");

        alice.login();
        alice.hears(ALICE, list(listed(alice), foreign));

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(1);
    }

    @Test
    void theEntriesOfOthersAreKeptByteForByte() {
        XmlElement before = world.putDeviceList(ALICE, foreign);

        world.device("alice@example.org");

        XmlElement after =
                world.item(ALICE, "urn:xmpp:omemo:2:devices", "current").orElseThrow();
        assertThat(after.elements().findFirst()).isEqualTo(before.elements().findFirst());
    }

    @Test
    void ourVanishedIdIsPutBack() {
        TestDevice alice = world.device("alice@example.org");

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(1);
    }

    @Test
    void aDeletedListIsMadeAgain() {
        TestDevice alice = world.device("alice@example.org");
        world.remove(ALICE, "urn:xmpp:omemo:2:devices", "current");

        alice.perform(attempt(() -> alice.engine().noDevices(ALICE, Omemo2.VERSION)));
        advanceTo(due(alice));
        alice.wakes();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
    }

    @Test
    void aListThatNobodyCanReadIsReplaced() {
        TestDevice alice = world.device("alice@example.org");
        XmlElement unreadable = XmlElement.builder("list", "urn:xmpp:omemo:2").build();
        world.put(ALICE, "urn:xmpp:omemo:2:devices", "current", unreadable);

        alice.hears(ALICE, unreadable);

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
    }

    @Test
    void c5_twoClientsThatRemoveEachOtherDoNotLoop() {
        TestDevice alice = world.device("alice@example.org");
        for (int i = 0; i < 300; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
            world.clock().advance(Duration.ofSeconds(10));
            alice.wakes();
        }

        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(3);
        assertThat(alice.events(OwnDeviceListContested.class)).hasSizeBetween(1, 3);
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign);
    }

    @Test
    void c5_aProcessThatIsStartedAgainAndAgainDoesNotLoopEither() {
        TestDevice alice = world.device("alice@example.org");
        Instant start = world.clock().instant();
        for (int i = 0; i < 59; i++) {
            world.putDeviceList(ALICE, foreign);
            alice.restart();
            world.clock().advance(Duration.ofMinutes(1));
        }

        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(3);
        OwnDeviceListContested last = alice.events(OwnDeviceListContested.class)
                .get(alice.events(OwnDeviceListContested.class).size() - 1);
        assertThat(last.until()).isEqualTo(start.plus(Duration.ofHours(1)));
        assertThat(last.candidates())
                .extracting(device -> device.address().device())
                .containsExactly(foreign.id());
        world.clock().advance(Duration.ofMinutes(1));
        alice.restart();
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void c5_aProcessThatIsStartedAgainWaitsOutTheWaitThatHasBegun() {
        TestDevice alice = world.device("alice@example.org");
        world.putDeviceList(ALICE, foreign);
        alice.restart();
        assertThat(world.deviceList(ALICE).devices()).as("at once").contains(listed(alice));

        world.putDeviceList(ALICE, foreign);
        alice.restart();
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign);
        isHealedWhenDue(alice);
    }

    @Test
    void c5_whatWasNotPublishedHasHealedNothingAlsoAfterARestart() {
        TestDevice alice = world.device("alice@example.org");
        for (int i = 0; i < 4; i++) {
            Reaction healing = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
            PublishDeviceList failed = (PublishDeviceList) healing.actions().get(0);
            attempt(() -> alice.engine().publishFailed(failed, "the server is full."));
            alice.restart();
            world.clock().advance(Duration.ofMinutes(1));
        }
        world.putDeviceList(ALICE, foreign);

        alice.restart();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void c5_aHealingThatIsLostWithItsConnectionDoesNotCount() {
        TestDevice alice = world.device("alice@example.org");
        for (int i = 0; i < 2; i++) {
            attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
            alice.login();
            attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
            alice.perform(attempt(alice.engine()::resumed));
        }
        world.putDeviceList(ALICE, foreign);

        alice.restart();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void c5_butOneAfterTheOtherThatIsLostSoDoes() {
        TestDevice alice = world.device("alice@example.org");
        int written = 0;
        for (int i = 0; i < 20; i++) {
            Reaction healing = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
            written += (int) healing.actions().stream()
                    .filter(PublishDeviceList.class::isInstance)
                    .count();
            attempt(alice.engine()::resumed);
            world.clock().advance(Duration.ofMinutes(2));
        }

        assertThat(written).as("the first, and three that count").isEqualTo(4);
    }

    @Test
    void c5_aHealingWhoseProcessEndsBeforeTheServersAnswerCounts() {
        TestDevice alice = world.device("alice@example.org");
        attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
        world.putDeviceList(ALICE, foreign);

        alice.restart();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign);
        isHealedWhenDue(alice);
    }

    @Test
    void c5_healingsFromTheFutureOfAClockThatWasWrongDoNotCount() {
        TestDevice alice = world.device("alice@example.org");
        Instant future = world.clock().instant().plus(Duration.ofDays(1000));
        alice.whileStopped(store -> List.of(new Changes.PutOwnBundle(store.ownBundle(Omemo2.VERSION.namespace())
                .orElseThrow()
                .withHealings(List.of(future, future.plusSeconds(5), future.plusSeconds(65))))));
        world.putDeviceList(ALICE, foreign);

        alice.login();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void c5_eachFurtherHealingWaitsLonger() {
        TestDevice alice = world.device("alice@example.org");
        Instant start = world.clock().instant();
        List<Instant> healings = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            // Another list each time, so that nobody takes it for an old one.
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(i))));
            if (i > 1) {
                advanceTo(due(alice));
                alice.wakes();
            }
            healings.add(world.clock().instant());
        }
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(9))));

        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(3);
        assertThat(Duration.between(start, healings.get(1)))
                .isBetween(Duration.ofMillis(2_500), Duration.ofMillis(7_500));
        assertThat(Duration.between(healings.get(1), healings.get(2)))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(90));
        assertThat(due(alice)).isEqualTo(start.plus(Duration.ofHours(1)));
    }

    @Test
    void c5_twoClientsDoNotWaitEquallyLong() {
        TestDevice alice = world.device("alice@example.org");
        TestDevice carol = world.device("carol@example.org");
        for (TestDevice device : List.of(alice, carol)) {
            device.hears(device.jid(), world.putDeviceList(device.jid(), foreign));
            device.hears(device.jid(), world.putDeviceList(device.jid(), foreign));
        }

        assertThat(due(alice)).isNotEqualTo(due(carol));
    }

    @Test
    void c5_whoIsListedWithoutUsEachTimeIsNamed() {
        TestDevice alice = world.device("alice@example.org");
        Device bystander = new Device(new DeviceId(815), Optional.empty());
        EntityFullJid publisher = JidCreate.entityFullFromOrThrowUnchecked("alice@example.org/other");

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, bystander));
        XmlElement again = world.putDeviceList(ALICE, foreign);
        alice.perform(attempt(() ->
                alice.engine().deviceListEvent(ALICE, Omemo2.VERSION, Optional.of(again), Optional.of(publisher))));

        OwnDeviceListContested contested =
                alice.events(OwnDeviceListContested.class).get(0);
        assertThat(contested.candidates())
                .extracting(device -> device.address().device())
                .containsExactly(foreign.id());
        assertThat(contested.publisher()).contains(publisher);
        assertThat(contested.until()).isEqualTo(due(alice));
        assertThat(new OwnDeviceListContested(Optional.empty(), contested.candidates(), contested.until()).sentence())
                .contains("4711");
    }

    @Test
    void c5_whoHasPublishedItIsNamedAlsoWhereTheServerIsAskedFirst() {
        TestDevice alice = world.device("alice@example.org");
        EntityFullJid publisher = JidCreate.entityFullFromOrThrowUnchecked("alice@example.org/other");

        for (int i = 0; i < 2; i++) {
            XmlElement list = world.putDeviceList(ALICE, foreign);
            alice.perform(attempt(() ->
                    alice.engine().deviceListEvent(ALICE, Omemo2.VERSION, Optional.of(list), Optional.of(publisher))));
        }

        assertThat(alice.events(OwnDeviceListContested.class))
                .singleElement()
                .satisfies(contested -> assertThat(contested.publisher()).contains(publisher));
    }

    @Test
    void c5_whoRemovedUsBeforeIsNotSuspectedOfANewWar() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        Device other = Device.of(new DeviceId(815));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        world.clock().advance(Duration.ofHours(5));
        alice.hears(ALICE, world.putDeviceList(ALICE, other, listed(alice)));
        world.clock().advance(Duration.ofMinutes(10));

        alice.hears(ALICE, world.putDeviceList(ALICE, other));
        alice.hears(ALICE, world.putDeviceList(ALICE, other, Device.of(new DeviceId(816))));

        assertSuspected(alice, other);
    }

    @Test
    void c5_aFirstRemovalThatIsHealedWithinMinutesIsNoContest() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        for (int i = 0; i < 2; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign, listed(alice)));
            world.clock().advance(Duration.ofSeconds(10));
        }
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, listed(alice), Device.of(new DeviceId(814))));
        Duration wait = Duration.between(world.clock().instant(), due(alice));

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(815))));

        assertThat(wait).isGreaterThan(Duration.ofMinutes(50));
        assertThat(alice.events(OwnDeviceListContested.class)).isEmpty();
        assertThat(alice.events(OwnDeviceListHealed.class)).isEmpty();
        assertThat(Duration.between(world.clock().instant(), due(alice))).isLessThan(Duration.ofSeconds(90));
        advanceTo(due(alice));
        alice.wakes();
        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(1);
    }

    @Test
    void c5_whoHasPublishedAnOldListIsNotNamedForAnother() {
        TestDevice alice = world.device("alice@example.org");
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        EntityFullJid innocent = JidCreate.entityFullFromOrThrowUnchecked("alice@example.org/other");
        world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(815)));

        alice.perform(attempt(() -> alice.engine()
                .deviceListEvent(ALICE, Omemo2.VERSION, Optional.of(list(foreign)), Optional.of(innocent))));

        assertThat(alice.events(OwnDeviceListContested.class))
                .singleElement()
                .satisfies(contested -> assertThat(contested.publisher()).isEmpty());
    }

    @Test
    void c5_aListThatTheServerDoesNotConfirmClearsNobody() {
        TestDevice alice = world.device("alice@example.org");
        Device other = Device.of(new DeviceId(815));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, other));
        world.clock().advance(Duration.ofMinutes(2));
        event(alice, list(foreign, other));
        event(alice, list(other));
        attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign, other, listed(alice))));

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(816))));

        assertSuspected(alice, foreign);
    }

    @Test
    void c6_anOldListThatIsToldTwiceBeforeTheServerHasAnsweredIsNotAnswered() {
        TestDevice alice = world.device("alice@example.org");
        alice.hears(ALICE, list(foreign));
        world.clock().advance(Duration.ofMinutes(2));

        assertThat(event(alice, list(foreign)).actions()).containsExactly(new FetchDeviceList(ALICE, Omemo2.VERSION));
        assertThat(event(alice, list(foreign)).actions()).isEmpty();
    }

    @Test
    void whatAnEventTellsWhileTheServerIsAskedIsLookedAtAMinuteLater() {
        TestDevice alice = world.device("alice@example.org");
        alice.hears(ALICE, list(foreign));
        world.clock().advance(Duration.ofMinutes(2));
        event(alice, list(foreign));
        event(alice, list(Device.of(new DeviceId(815))));
        attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign, listed(alice))));

        world.clock().advance(Duration.ofMinutes(1));

        assertThat(attempt(alice.engine()::wake).actions()).containsExactly(new FetchDeviceList(ALICE, Omemo2.VERSION));
    }

    @Test
    void whatAnEventTellsWhileTheServerIsAskedForALongTimeIsLookedAtAMinuteLater() {
        TestDevice alice = world.device("alice@example.org");
        alice.hears(ALICE, list(foreign));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        advanceTo(due(alice));
        assertThat(attempt(alice.engine()::wake).actions()).contains(new FetchDeviceList(ALICE, Omemo2.VERSION));
        world.clock().advance(Duration.ofMinutes(2));
        event(alice, list(Device.of(new DeviceId(815))));
        assertThat(attempt(alice.engine()::wake).actions()).as("at once").isEmpty();
        attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign, listed(alice))));

        world.clock().advance(Duration.ofMinutes(1));

        assertThat(attempt(alice.engine()::wake).actions()).containsExactly(new FetchDeviceList(ALICE, Omemo2.VERSION));
    }

    @Test
    void anAnswerOfBeforeOurPublicationIsLookedAtAgainAndNoContest() {
        TestDevice alice = world.device("alice@example.org");
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));

        Reaction late = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));

        assertThat(late).isEqualTo(Reaction.NONE);
        assertThat(due(alice)).isEqualTo(world.clock().instant().plusSeconds(5));
        advanceTo(due(alice));
        alice.wakes();
        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(1);
        assertThat(alice.events(OwnDeviceListContested.class)).isEmpty();
    }

    private static void assertSuspected(TestDevice alice, Device device) {
        assertThat(alice.events(OwnDeviceListContested.class))
                .singleElement()
                .satisfies(contested -> assertThat(contested.candidates())
                        .extracting(candidate -> candidate.address().device())
                        .containsExactly(device.id()));
    }

    private static Reaction event(TestDevice alice, XmlElement list) {
        return attempt(
                () -> alice.engine().deviceListEvent(ALICE, Omemo2.VERSION, Optional.of(list), Optional.empty()));
    }

    @Test
    void c5_whoStripsOurLabelLeavesAHealingForOurId() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        stripLabels(alice);

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));

        assertThat(world.deviceList(ALICE).contains(alice.address().device())).isTrue();
        assertThat(alice.events(OwnDeviceListContested.class)).isEmpty();
    }

    @Test
    void c6_anOldListThatIsToldAgainWhileOurLabelIsContestedIsNotAnswered() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        XmlElement old = list(foreign);
        alice.hears(ALICE, old);
        stripLabels(alice);
        int publications = alice.performed(PublishDeviceList.class).size();

        for (int i = 0; i < 100; i++) {
            alice.hears(ALICE, old);
        }

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(publications);
        assertThat(alice.events(OwnDeviceListContested.class)).isEmpty();
    }

    private void stripLabels(TestDevice alice) {
        for (int i = 0; i < 20; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign, listed(alice)));
            world.clock().advance(Duration.ofSeconds(10));
            alice.wakes();
        }
    }

    @Test
    void c5_whoRemovesUsWhileOurLabelIsContestedIsNamed() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        stripLabels(alice);
        stripLabels(alice);
        Instant until = due(alice);

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign, Device.of(new DeviceId(815))));

        assertThat(alice.events(OwnDeviceListContested.class)).hasSize(1);
        OwnDeviceListContested contested =
                alice.events(OwnDeviceListContested.class).get(0);
        assertThat(contested.candidates())
                .extracting(device -> device.address().device())
                .containsExactly(foreign.id());
        assertThat(contested.until()).isEqualTo(until).isEqualTo(due(alice));
    }

    @Test
    void itIsPutBackAgainAfterAnHour() {
        TestDevice alice = world.device("alice@example.org");
        for (int i = 0; i < 4; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
            advanceTo(attempt(alice.engine()::nextDue).orElse(world.clock().instant()));
        }

        alice.wakes();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void aClientThatStripsLabelsStartsNoWar() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        int before = alice.performed(PublishDeviceList.class).size();

        for (int i = 0; i < 300; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, listed(alice), foreign));
            world.clock().advance(Duration.ofSeconds(10));
            alice.wakes();
        }

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(before + 2);
        assertThat(alice.events(OwnDeviceListContested.class)).isEmpty();
    }

    @Test
    void c6_anOldListThatIsToldAgainIsNotAnswered() {
        TestDevice alice = world.device("alice@example.org");
        XmlElement old = list(foreign);
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        int publications = alice.performed(PublishDeviceList.class).size();
        int fetches = alice.performed(FetchDeviceList.class).size();

        for (int i = 0; i < 100; i++) {
            alice.hears(ALICE, old);
        }

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(publications);
        assertThat(alice.performed(FetchDeviceList.class)).hasSize(fetches + 1);
        advanceTo(due(alice));
        alice.wakes();
        assertThat(alice.performed(PublishDeviceList.class)).hasSize(publications);
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void c6_aServerThatGoesBackToAnOldListIsHealedWithinTheLimit() {
        TestDevice alice = world.device("alice@example.org");

        for (int i = 0; i < 300; i++) {
            world.putDeviceList(ALICE, foreign);
            alice.login();
            world.clock().advance(Duration.ofSeconds(10));
        }

        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(3);
    }

    @Test
    void c7_ourListAndBundleThatAreGoneArePublishedAgain() {
        TestDevice alice = world.device("alice@example.org");
        world.remove(ALICE, "urn:xmpp:omemo:2:devices", "current");
        world.removeBundle(alice.address());

        alice.perform(attempt(() -> alice.engine().noDevices(ALICE, Omemo2.VERSION)));
        advanceTo(due(alice));
        alice.wakes();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
        assertThat(world.bundle(alice.address()).preKeys()).hasSize(100);
    }

    @Test
    void c7_maintenanceFindsWhatTheServerDidNotTell() {
        TestDevice alice = world.device("alice@example.org");
        world.remove(ALICE, "urn:xmpp:omemo:2:devices", "current");
        world.removeBundle(alice.address());

        alice.perform(attempt(alice.engine()::maintain));
        advanceTo(due(alice));
        alice.wakes();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
        assertThat(world.bundle(alice.address()).preKeys()).hasSize(100);
    }

    @Test
    void aLabelThatChangesIsPublishedAtTheNextStart() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        desk.restart();
        int before = desk.performed(PublishDeviceList.class).size();

        TestDevice renamed = restarted(desk, World.CONFIG.withLabel("Attic"));
        assertThat(before).isEqualTo(1);
        assertThat(label(renamed)).contains("Attic");
    }

    @Test
    void labelsThatChangeAreNoHealings() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("L0"));
        for (int i = 1; i <= 5; i++) {
            world.clock().advance(Duration.ofMinutes(3));
            alice = restarted(alice, World.CONFIG.withLabel("L" + i));
            assertThat(label(alice)).contains("L" + i);
        }

        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));

        assertThat(world.deviceList(ALICE).devices()).contains(foreign).hasSize(2);
        assertThat(label(alice)).contains("L5");
        assertThat(alice.events(OwnDeviceListContested.class)).isEmpty();
    }

    @Test
    void aLabelThatChangesIsPublishedAlsoWhereHealingsAreUsedUp() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        Device named = world.deviceList(ALICE).devices().get(0);
        for (int i = 0; i < 20; i++) {
            desk.hears(ALICE, world.putDeviceList(ALICE, listed(desk)));
            world.clock().advance(Duration.ofSeconds(10));
            desk.wakes();
        }
        world.putDeviceList(ALICE, named);

        assertThat(label(restarted(desk, World.CONFIG.withLabel("Attic")))).contains("Attic");
    }

    @Test
    void aClientThatPutsOurOldLabelBackStartsNoWar() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        XmlElement old = list(world.deviceList(ALICE).devices().get(0), foreign);
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        TestDevice renamed = restarted(desk, World.CONFIG.withLabel("Attic"));

        List<Action> publications = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            for (Action action : attempt(() -> renamed.engine().deviceList(ALICE, Omemo2.VERSION, old))
                    .actions()) {
                if (action instanceof PublishDeviceList) {
                    publications.add(action);
                    attempt(() -> renamed.engine().published(action));
                }
            }
            world.clock().advance(Duration.ofSeconds(10));
            attempt(renamed.engine()::wake);
        }

        assertThat(publications).hasSize(1 + 2);
    }

    @Test
    void aLabelThatWasListedAtTheStartIsHealedWithinTheLimitToo() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        Device old = world.deviceList(ALICE).devices().get(0);
        TestDevice renamed = restarted(desk, World.CONFIG.withLabel("Attic"));
        TestDevice again = restarted(renamed, World.CONFIG);

        for (int i = 0; i < 300; i++) {
            again.hears(ALICE, world.putDeviceList(ALICE, old, foreign));
            world.clock().advance(Duration.ofSeconds(10));
            again.wakes();
        }

        assertThat(again.performed(PublishDeviceList.class)).hasSize(2);
    }

    @Test
    void aLabelThatCannotBePublishedIsTriedAgainAfterAWhile() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        XmlElement old = list(world.deviceList(ALICE).devices().get(0));
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        TestDevice renamed = restarted(desk, World.CONFIG.withLabel("Attic"));
        world.allow("alice@example.org");

        Reaction change = attempt(() -> renamed.engine().deviceList(ALICE, Omemo2.VERSION, old));
        PublishDeviceList failed = (PublishDeviceList) change.actions().get(0);
        attempt(() -> renamed.engine().publishFailed(failed, "the server is full."));
        renamed.hears(ALICE, old);

        assertThat(label(renamed)).as("at once").contains("Desk");
        advanceTo(due(renamed));
        renamed.wakes();
        assertThat(label(renamed)).contains("Attic");
    }

    @Test
    void aLabelStaysWhereNoneIsSetAndAnEmptyOneTakesItBack() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        TestDevice quiet = restarted(desk, World.CONFIG);
        assertThat(label(quiet)).contains("Desk");
        assertThat(quiet.performed(PublishDeviceList.class)).isEmpty();

        quiet.hears(ALICE, world.putDeviceList(ALICE));
        assertThat(label(quiet)).as("on a list that has lost it").contains("Desk");

        TestDevice unnamed = restarted(quiet, World.CONFIG.withLabel(""));
        assertThat(label(unnamed)).isEmpty();
        assertThat(label(restarted(unnamed, World.CONFIG))).isEmpty();
    }

    @Test
    void theLabelsOfOtherDevicesStayWithTheirSignatures() {
        TestDevice desk = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        Device entry = world.deviceList(ALICE).devices().get(0);
        TestDevice phone = world.device("alice@example.org");

        phone.hears(ALICE, world.putDeviceList(ALICE, entry));

        assertThat(world.deviceList(ALICE).devices()).containsExactly(entry, listed(phone));
        assertThat(entry.label()
                        .orElseThrow()
                        .isSignedBy(world.bundle(desk.address()).identityKey()))
                .isTrue();
    }

    @Test
    void aLabelOnTheOmemo2ListWritesTheLegacyListOnce() {
        TestDevice alice = world.device(
                "alice@example.org", new MemoryStore(), OmemoConfig.defaults().withLabel("Desk"));
        alice.login();
        alice.login();

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(2);
    }

    @Test
    void twoDevicesOfOneAccountBothStayListed() {
        TestDevice phone = world.device("alice@example.org");
        TestDevice desk = world.device("alice@example.org");
        phone.login();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(phone), listed(desk));
    }

    @Test
    void anIdThatIsTakenIsDrawnAgainBeforeTheFirstAnnouncement() {
        int taken = idOfTheFirstDevice();
        world.putDeviceList(ALICE, new Device(new DeviceId(taken), Optional.empty()));

        TestDevice alice = world.device("alice@example.org");

        assertThat(alice.address().device().value()).isNotEqualTo(taken);
        assertThat(alice.events(OwnDeviceIdReplaced.class)).hasSize(1);
        assertThat(world.deviceList(ALICE).devices())
                .containsExactly(new Device(new DeviceId(taken), Optional.empty()), listed(alice));
    }

    @Test
    void nothingIsPublishedUnderAnIdThatIsTaken() {
        int taken = idOfTheFirstDevice();
        world.putDeviceList(ALICE, new Device(new DeviceId(taken), Optional.empty()));

        world.device("alice@example.org");

        assertThat(world.item(ALICE, "urn:xmpp:omemo:2:bundles", Integer.toString(taken)))
                .isEmpty();
    }

    @Test
    void theNewIdOutlivesARestart() {
        world.putDeviceList(ALICE, new Device(new DeviceId(idOfTheFirstDevice()), Optional.empty()));
        TestDevice alice = world.device("alice@example.org");
        OwnDevice before = alice.engine().ownDevice();

        alice.restart();

        assertThat(alice.engine().ownDevice()).isEqualTo(before);
    }

    @Test
    void anAnnouncedIdIsNeverChanged() {
        TestDevice alice = world.device("alice@example.org");
        OwnDevice before = alice.engine().ownDevice();

        alice.hears(ALICE, list(listed(alice), foreign));
        alice.restart();

        assertThat(alice.engine().ownDevice()).isEqualTo(before);
        assertThat(alice.events(OwnDeviceIdReplaced.class)).isEmpty();
    }

    @Test
    void withoutAnAnswerAboutTheListNothingIsPublished() {
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);

        world.device("alice@example.org");

        assertThat(world.publications()).isZero();
    }

    @Test
    void aListThatCouldNotBeHadIsAskedForByMaintenance() {
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        TestDevice alice = world.device("alice@example.org");
        world.allow("alice@example.org");

        alice.perform(attempt(alice.engine()::maintain));

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
    }

    @Test
    void aListThatCouldNotBeHadIsAskedForAgainLaterAndLater() {
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        TestDevice alice = world.device("alice@example.org");
        assertThat(untilDue(alice)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(90));
        for (int i = 0; i < 2; i++) {
            advanceTo(due(alice));
            alice.wakes();
        }
        assertThat(untilDue(alice)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(6));
        world.allow("alice@example.org");
        advanceTo(due(alice));

        alice.wakes();

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
    }

    @Test
    void aListThatIsToldLateIsSeenToAtOnce() {
        TestDevice alice = world.device("alice@example.org");
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        alice.login();

        Reaction late = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));

        assertThat(late.actions()).hasAtLeastOneElementOfType(PublishDeviceList.class);
    }

    @Test
    void anEventIsSeenToAtOnceWhereTheServerWasAskedInVain() {
        TestDevice alice = world.device("alice@example.org");
        world.refuse("alice@example.org", FetchProblem.NO_ANSWER);
        alice.login();

        assertThat(event(alice, list(foreign)).actions()).hasAtLeastOneElementOfType(PublishDeviceList.class);
    }

    @Test
    void aListThatCrossesOursOnTheWayIsLookedAtAgain() {
        TestDevice alice = world.device("alice@example.org");
        Reaction healing = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
        PublishDeviceList publication = (PublishDeviceList) healing.actions().get(0);

        Reaction meanwhile = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
        Reaction after = attempt(() -> alice.engine().published(publication));

        assertThat(meanwhile.actions()).isEmpty();
        assertThat(after.actions()).containsExactly(new FetchDeviceList(ALICE, Omemo2.VERSION));
    }

    @Test
    void aFailedPublicationIsToldAndTriedAgainAtTheNextLogin() {
        TestDevice alice = world.device("alice@example.org");
        Reaction healing = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
        world.putDeviceList(ALICE, foreign);

        Reaction failed =
                attempt(() -> alice.engine().publishFailed(healing.actions().get(0), "the server is full."));
        alice.login();

        assertThat(failed.events()).hasExactlyElementsOfTypes(OmemoEvent.PublicationFailed.class);
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void aListThatCannotBePublishedIsToldOnceAndTriedAgainLaterAndLater() {
        TestDevice alice = world.device("alice@example.org");
        Reaction last = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
        world.putDeviceList(ALICE, foreign);
        List<Duration> waits = new ArrayList<>();
        int told = 0;
        for (int i = 0; i < 3; i++) {
            PublishDeviceList failed = (PublishDeviceList) last.actions().get(0);
            told += attempt(() -> alice.engine().publishFailed(failed, "the server is full."))
                    .events()
                    .size();
            waits.add(untilDue(alice));
            advanceTo(due(alice));
            assertThat(attempt(alice.engine()::wake).actions())
                    .containsExactly(new FetchDeviceList(ALICE, Omemo2.VERSION));
            last = attempt(() -> alice.engine().deviceList(ALICE, Omemo2.VERSION, list(foreign)));
        }

        assertThat(told).isEqualTo(1);
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(90));
        assertThat(waits.get(2)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(6));
    }

    @Test
    void aFullListMakesRoomForUs() {
        Device[] full = IntStream.rangeClosed(1, DeviceList.MAX_DEVICES)
                .mapToObj(i -> new Device(new DeviceId(i), Optional.empty()))
                .toArray(Device[]::new);
        world.putDeviceList(ALICE, full);

        TestDevice alice = world.device("alice@example.org");

        assertThat(world.deviceList(ALICE).devices())
                .hasSize(DeviceList.MAX_DEVICES)
                .endsWith(listed(alice));
    }

    private Instant due(TestDevice device) {
        return attempt(device.engine()::nextDue).orElseThrow();
    }

    private Duration untilDue(TestDevice alice) {
        return Duration.between(world.clock().instant(), due(alice));
    }

    private void isHealedWhenDue(TestDevice alice) {
        advanceTo(due(alice));
        alice.wakes();
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    private void advanceTo(Instant time) {
        world.clock().advance(Duration.between(world.clock().instant(), time));
    }

    private Optional<String> label(TestDevice device) {
        return world.deviceList(ALICE)
                .find(device.address().device())
                .flatMap(Device::label)
                .map(Label::text);
    }

    private TestDevice restarted(TestDevice device, OmemoConfig config) {
        device.logout();
        attempt(() -> {
            device.store().close();
            return device;
        });
        return world.device("alice@example.org", device.store(), config);
    }

    /** The id that a first device of this world draws: its randomness follows from the world's seed. */
    private static int idOfTheFirstDevice() {
        MemoryStore store = new MemoryStore();
        attempt(() -> {
            store.lock();
            return store;
        });
        return attempt(() -> OmemoEngine.open(store, ALICE, World.CONFIG, new SeededRandom(1), new ManualClock()))
                .ownDevice()
                .address()
                .device()
                .value();
    }
}
