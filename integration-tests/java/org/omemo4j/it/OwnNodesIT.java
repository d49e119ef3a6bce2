/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.it.ClientBuilder.Start;

/** Our own device list and bundle on the server, and other clients of the account that spoil them. */
@OnServer
class OwnNodesIT {
    @Test
    void listAndBundleAreOpenAndPersistent(World world) {
        Client alice = world.person("alice");
        Client stranger =
                world.client(world.account("stranger")).start(Start.NEVER).open();

        String list =
                stranger.ask(PubSubXml.items(alice.jid(), PubSubXml.DEVICES)).xml();
        String bundles =
                stranger.ask(PubSubXml.items(alice.jid(), PubSubXml.BUNDLES)).xml();

        assertThat(list).contains("type='result'").contains("id='" + alice.deviceId() + "'");
        assertThat(Pattern.compile("<item [^>]*id='current'").matcher(list).find())
                .isTrue();
        assertThat(Pattern.compile("<item [^>]*id='" + alice.deviceId() + "'")
                        .matcher(bundles)
                        .find())
                .isTrue();
        assertThat(bundles.split("<pk ", -1)).hasSize(101);
        for (String node : new String[] {PubSubXml.DEVICES, PubSubXml.BUNDLES}) {
            assertConfigured(alice, node);
        }
        assertThat(value(configuration(alice, PubSubXml.BUNDLES), "max_items")).isEqualTo("max");
    }

    @Test
    void ourIdRemovedByAnotherClientIsPutBackBesideTheOthers(World world) {
        Client alice = world.person("alice");
        Client other = world.client(alice.account()).start(Start.NEVER).open();

        other.ask(publishList(other, 4711, 4712));

        alice.outcomes().awaitEvent(OmemoEvent.OwnDeviceListHealed.class);
        awaitList(other, 4711, 4712, alice.deviceId());
        Client bob = world.person("bob");
        bob.send(alice, "found you");
        alice.reads(bob, "found you");
    }

    @Test
    void c5_twoClientsThatRemoveEachOtherDoNotLoop(World world) {
        Client alice = world.person("alice");
        Client other = world.client(alice.account()).start(Start.NEVER).open();

        other.ask(publishList(other, 4711, 100));
        awaitList(other, 4711, 100, alice.deviceId());
        other.ask(publishList(other, 4711, 101));
        OmemoEvent.OwnDeviceListContested contested =
                alice.outcomes().awaitEvent(OmemoEvent.OwnDeviceListContested.class);
        awaitList(other, 4711, 101, alice.deviceId()); // after a while, by itself
        other.ask(publishList(other, 4711, 200));

        assertThat(contested.candidates())
                .extracting(device -> device.address().device().value())
                .containsExactly(4711);
        assertThat(alice.isAlive()).isTrue();
        assertThat(other.ask(PubSubXml.items(alice.jid(), PubSubXml.DEVICES)).xml())
                .contains("id='200'")
                .doesNotContain("id='" + alice.deviceId() + "'");
    }

    @Test
    void c7_aRetractedListIsPublishedAgain(World world) {
        Client alice = world.person("alice");
        Client other = world.client(alice.account()).start(Start.NEVER).open();

        other.ask(PubSubXml.retract(other.jid(), PubSubXml.DEVICES, "current"));
        hearsThatItIsGone(alice, world);

        awaitList(other, alice.deviceId());
        assertThat(alice.isAlive()).isTrue();
    }

    @Test
    void c7_aDeletedListIsPublishedAgain(World world) {
        Client alice = world.person("alice");
        Client other = world.client(alice.account()).start(Start.NEVER).open();

        other.ask(PubSubXml.delete(other.jid(), PubSubXml.DEVICES));
        hearsThatItIsGone(alice, world);

        awaitList(other, alice.deviceId());
        assertConfigured(alice, PubSubXml.DEVICES);
        assertThat(alice.isAlive()).isTrue();
    }

    @Test
    void aContactsRetractionHurtsNobody(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        world.befriend(alice, bob);
        alice.send(bob, "one");
        bob.reads(alice, "one");

        bob.ask(PubSubXml.retract(bob.jid(), PubSubXml.DEVICES, "current"));
        hearsThatItIsGone(bob, world);
        awaitList(bob, bob.deviceId());

        alice.send(bob, "two");
        bob.reads(alice, "two");
        assertThat(alice.isAlive()).isTrue();
        // Events still arrive after the one that Smack stumbles over.
        Client later = world.anotherDevice(bob);
        Await.until(
                () -> "the new device of bob\n" + alice.story(),
                () -> Smack.call(() -> alice.omemo().devices(bob.jid())).stream()
                        .anyMatch(device ->
                                device.isActive() && device.address().device().value() == later.deviceId()));
    }

    @Test
    void c10_nodesWithAWrongConfigurationAreRepairedAtLogin(World world) {
        Account account = world.account("alice");
        Client other = world.client(account).start(Start.NEVER).open();
        Map<String, String> closed = Map.of("access_model", "whitelist");
        Map<String, String> wrong = Map.of("access_model", "whitelist", "max_items", "1");
        other.ask(PubSubXml.publish(other.jid(), PubSubXml.DEVICES, "current", PubSubXml.devices(4711), closed));
        other.ask(PubSubXml.publish(
                other.jid(), PubSubXml.BUNDLES, "4711", "<bundle xmlns='" + PubSubXml.OMEMO + "'/>", closed));
        for (String node : new String[] {PubSubXml.DEVICES, PubSubXml.BUNDLES}) {
            assertThat(other.ask(PubSubXml.configure(other.jid(), node, wrong)).xml())
                    .contains("type='result'");
            assertThat(value(configuration(other, node), "max_items")).isEqualTo("1");
        }

        Client alice = world.client(account).open();
        Client bob = world.person("bob");
        bob.send(alice, "found you all the same");

        alice.reads(bob, "found you all the same");
        assertConfigured(alice, PubSubXml.DEVICES);
        assertConfigured(alice, PubSubXml.BUNDLES);
        awaitList(other, 4711, alice.deviceId());
    }

    /** From the server at once, or else at the next login. */
    private static void hearsThatItIsGone(Client owner, World world) {
        if (!world.server().tellsOfRetractions()) {
            owner.awaitReady();
            owner.disconnect();
            owner.login();
        }
    }

    private static RawIq publishList(Client owner, int... ids) {
        return PubSubXml.publish(owner.jid(), PubSubXml.DEVICES, "current", PubSubXml.devices(ids), Map.of());
    }

    /** Until the list on the server has exactly these devices, in any order. */
    static void awaitList(Client client, int... ids) {
        awaitList(Await.LONG, client, ids);
    }

    static void awaitList(Duration limit, Client client, int... ids) {
        Await.until(limit, () -> "a list of " + java.util.Arrays.toString(ids) + " of " + client.jid(), () -> {
            String xml =
                    client.ask(PubSubXml.items(client.jid(), PubSubXml.DEVICES)).xml();
            boolean all = java.util.Arrays.stream(ids)
                    .allMatch(id -> Pattern.compile("<device\\s[^>]*id='" + id + "'")
                            .matcher(xml)
                            .find());
            return all && xml.split("<device\\s", -1).length == ids.length + 1;
        });
    }

    private static void assertConfigured(Client owner, String node) {
        String form = configuration(owner, node);
        assertThat(value(form, "access_model")).as(node).isEqualTo("open");
        assertThat(value(form, "persist_items")).as(node).isIn("1", "true");
    }

    private static String configuration(Client owner, String node) {
        return owner.ask(PubSubXml.configuration(owner.jid(), node)).xml();
    }

    private static String value(String form, String field) {
        var matcher = Pattern.compile(
                        "<field\\s[^>]*var='pubsub#" + field
                                + "'[^>]*>(?:(?!</field>).)*?<value>([^<]*)</value>(?!</option>)",
                        Pattern.DOTALL)
                .matcher(form);
        return matcher.find() ? matcher.group(1) : "no " + field + " in " + form;
    }
}
