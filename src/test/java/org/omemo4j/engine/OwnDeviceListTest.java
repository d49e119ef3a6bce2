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
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
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

        assertThat(world.deviceList(ALICE).devices()).containsExactly(listed(alice));
    }

    @Test
    void aListThatNobodyCanReadIsReplaced() {
        TestDevice alice = world.device("alice@example.org");

        alice.hears(ALICE, XmlElement.builder("list", "urn:xmpp:omemo:2").build());

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(2);
    }

    @Test
    void aClientThatKeepsRemovingUsWinsAfterThreeTimesInAnHour() {
        TestDevice alice = world.device("alice@example.org");
        for (int i = 0; i < 10; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        }

        assertThat(alice.events(OwnDeviceListHealed.class)).hasSize(3);
        assertThat(alice.events(OwnDeviceListContested.class)).isNotEmpty();
        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign);
    }

    @Test
    void itIsPutBackAgainAfterAnHour() {
        TestDevice alice = world.device("alice@example.org");
        for (int i = 0; i < 4; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, foreign));
        }

        world.clock().advance(Duration.ofMinutes(61));
        alice.hears(ALICE, world.putDeviceList(ALICE, foreign));

        assertThat(world.deviceList(ALICE).devices()).containsExactly(foreign, listed(alice));
    }

    @Test
    void aClientThatStripsLabelsStartsNoWar() {
        TestDevice alice = world.device("alice@example.org", new MemoryStore(), World.CONFIG.withLabel("Desk"));
        int before = alice.performed(PublishDeviceList.class).size();

        for (int i = 0; i < 10; i++) {
            alice.hears(ALICE, world.putDeviceList(ALICE, listed(alice), foreign));
        }

        assertThat(alice.performed(PublishDeviceList.class)).hasSize(before + 3);
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
