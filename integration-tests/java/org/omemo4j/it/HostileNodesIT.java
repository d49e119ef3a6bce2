/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.smack.OmemoException.Reason;

/** Device lists and bundles that no client publishes, from a contact's server that may say anything. */
@OnServer
class HostileNodesIT {
    private static final String ZEROS_32 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String ZEROS_64 = "A".repeat(86) + "==";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<bundle xmlns='urn:xmpp:omemo:2'/>",
                "<bundle xmlns='urn:xmpp:omemo:2'><spk id='1'>%32</spk><spks>%64</spks><ik>%32</ik><prekeys/></bundle>",
                "<bundle xmlns='urn:xmpp:omemo:2'><spk id='1'>%32</spk><spks>%64</spks><ik>%32</ik><prekeys><pk id='1'>%32</pk></prekeys></bundle>",
                "<bundle xmlns='urn:xmpp:omemo:2'><spk id='0'>%32</spk><spks>%64</spks><ik>%32</ik><prekeys><pk id='1'>%32</pk></prekeys></bundle>",
                "<bundle xmlns='urn:xmpp:omemo:2'><spk id='1'>AAAA</spk><spks>AAAA</spks><ik>AAAA</ik><prekeys><pk id='1'>AAAA</pk></prekeys></bundle>",
                "<bundle xmlns='urn:xmpp:omemo:2'><spk id='1'>***</spk><spks>%64</spks><ik>%32</ik><prekeys><pk>%32</pk></prekeys></bundle>",
                "<bundle xmlns='urn:xmpp:omemo:2'>%deep</bundle>",
                "<bundle xmlns='urn:xmpp:omemo:2'><prekeys>%many</prekeys></bundle>",
                "<list xmlns='urn:example:other'/>"
            })
    void aDeviceWithABadBundleIsUnusableAndNothingElseHappens(String bundle, World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        String filled = bundle.replace("%32", ZEROS_32)
                .replace("%64", ZEROS_64)
                .replace("%deep", "<a>".repeat(20_000) + "</a>".repeat(20_000))
                .replace(
                        "%many",
                        IntStream.rangeClosed(1, 3_000)
                                .mapToObj(i -> "<pk id='" + i + "'>" + ZEROS_32 + "</pk>")
                                .collect(Collectors.joining()));
        RemoteContact hostile = world.remoteContact()
                .publishing(PubSubXml.DEVICES, "<item id='current'>" + PubSubXml.devices(7) + "</item>")
                .publishing(PubSubXml.BUNDLES, "<item id='7'>" + filled + "</item>");

        assertThat(alice.failureOf(hostile.jid(), "for nobody").reason()).isEqualTo(Reason.NO_USABLE_DEVICE);
        assertUnharmed(alice, bob);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<item id='current'><devices xmlns='urn:xmpp:omemo:2'>%deep</devices></item>",
                "<item id='current'><list xmlns='urn:example:other'/></item>",
                "<item id='current'/>"
            })
    void aMalformedListIsNeverTakenForNoDevices(String item, World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        RemoteContact hostile = world.remoteContact()
                .publishing(PubSubXml.DEVICES, item.replace("%deep", "<a>".repeat(20_000) + "</a>".repeat(20_000)));

        assertThat(alice.failureOf(hostile.jid(), "for nobody").reason()).isEqualTo(Reason.DEVICE_LIST_UNKNOWN);
        assertUnharmed(alice, bob);
    }

    @Test
    void badEntriesOfAListAreIgnoredAndTenThousandAreTooMany(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        RemoteContact odd = world.remoteContact()
                .publishing(
                        PubSubXml.DEVICES,
                        "<item id='current'><devices xmlns='urn:xmpp:omemo:2'><device id='0'/><device id='-1'/><device id='+5'/>"
                                + "<device id='0x1f'/><device/><device id='2147483648'/><device id='7'/><device id='7'/></devices></item>");
        RemoteContact many = world.remoteContact()
                .publishing(
                        PubSubXml.DEVICES,
                        "<item id='current'>"
                                + PubSubXml.devices(
                                        IntStream.rangeClosed(1, 4_000).toArray()) + "</item>");

        assertThat(alice.failureOf(odd.jid(), "for nobody").reason()).isEqualTo(Reason.NO_USABLE_DEVICE);
        assertThat(Smack.call(() -> alice.omemo().devices(odd.jid().asBareJid())))
                .extracting(device -> device.address().device().value())
                .containsExactly(7);
        assertThat(alice.failureOf(many.jid(), "for nobody").reason()).isEqualTo(Reason.NO_USABLE_DEVICE);
        assertThat(Smack.call(() -> alice.omemo().devices(many.jid().asBareJid())))
                .hasSizeLessThanOrEqualTo(200);
        assertUnharmed(alice, bob);
    }

    @Test
    void hostileEventsLeaveTheConnectionUp(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        RemoteContact hostile = world.remoteContact();

        for (String inner : new String[] {
            "",
            "<unknown/>",
            "<items node='urn:xmpp:omemo:2:devices'><item id='current'><delay xmlns='urn:xmpp:delay' stamp='yesterday'/></item></items>",
            "<items node='urn:xmpp:omemo:2:devices'><item id='current'><devices xmlns='urn:xmpp:omemo:2'>"
                    + "<a>".repeat(9_000) + "</a>".repeat(9_000) + "</devices></item></items>",
            "<items node='urn:xmpp:omemo:2:devices'><item id='current'/></items>",
            "<items node='urn:xmpp:omemo:2:devices'><retract id='current'/></items>",
            "<items node='urn:xmpp:omemo:2:devices'/>",
            "<delete node='urn:xmpp:omemo:2:devices'/>",
            "<purge node='urn:xmpp:omemo:2:devices'/>",
            "<items node='urn:xmpp:omemo:2:bundles'><item id='7'><bundle xmlns='urn:xmpp:omemo:2'/></item></items>",
            "<items node='urn:xmpp:omemo:2:devices'><item id='current'><devices xmlns='urn:xmpp:omemo:2'><device id='x'/></devices></item></items>"
        }) {
            hostile.send("<message type='headline' from='" + hostile.jid() + "' to='" + alice.jid() + "'>"
                    + "<event xmlns='http://jabber.org/protocol/pubsub#event'>" + inner + "</event></message>");
        }

        hostile.sendMessage(alice.jid(), "after", "<body>after all events</body>");
        alice.inbox().await("after all events");
        assertUnharmed(alice, bob);
    }

    @Test
    void c1_aStrangersEventForOurAccountIsNotOurs(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        RemoteContact forger = world.remoteContact();

        forger.send("<message type='headline' from='" + forger.jid() + "' to='" + alice.jid() + "'>"
                + "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:omemo:2:devices'><item id='current'>"
                + PubSubXml.devices(4711) + "</item></items></event></message>");
        forger.sendMessage(alice.jid(), "after", "<body>after the event</body>");
        alice.inbox().await("after the event");

        assertThat(Smack.call(() -> alice.omemo().devices(alice.jid().asBareJid())))
                .noneMatch(device -> device.address().device().value() == 4711);
        assertThat(Smack.call(() -> alice.omemo().devices(bob.jid().asBareJid())))
                .noneMatch(device -> device.address().device().value() == 4711);
        assertUnharmed(alice, bob);
    }

    private static void assertUnharmed(Client alice, Client bob) {
        alice.send(bob, "good after bad");
        bob.reads(alice, "good after bad");
        bob.send(alice, "and back");
        alice.reads(bob, "and back");
        assertThat(alice.isAlive()).isTrue();
        assertThat(alice.wire().streams()).isEqualTo(1);
    }
}
