/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.it.ClientBuilder.Start;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoException.Reason;

/** Each policy against contacts that cannot be encrypted for: without OMEMO, with a forbidden node, and on a server that does not answer. */
@OnServer
class PolicyIT {
    private static final int SHORT_REPLY_TIMEOUT_MILLIS = 2_000;

    /** A contact whose devices are not to be had. */
    private enum Contact {
        WITHOUT_OMEMO(Reason.NO_DEVICES),
        WITH_AN_EMPTY_LIST(Reason.NO_DEVICES),
        WITH_A_WHITELISTED_NODE(Reason.DEVICE_LIST_UNKNOWN),
        WITHOUT_SUBSCRIPTION(Reason.DEVICE_LIST_UNKNOWN),
        WITH_AN_ERROR(Reason.DEVICE_LIST_UNKNOWN),
        WITH_A_MALFORMED_LIST(Reason.DEVICE_LIST_UNKNOWN),
        WITHOUT_AN_ANSWER(Reason.DEVICE_LIST_UNKNOWN);

        private final Reason reason;

        Contact(Reason reason) {
            this.reason = reason;
        }

        EntityBareJid in(World world) {
            return switch (this) {
                case WITHOUT_OMEMO ->
                    world.remoteContact().answering("cancel", "item-not-found").jid();
                case WITH_AN_EMPTY_LIST ->
                    world.remoteContact()
                            .publishing(PubSubXml.DEVICES, "<item id='current'>" + PubSubXml.devices() + "</item>")
                            .publishing(
                                    PubSubXml.LEGACY_DEVICES,
                                    "<item id='current'>" + PubSubXml.NO_LEGACY_DEVICES + "</item>")
                            .jid();
                case WITH_A_WHITELISTED_NODE -> withANode(world, "whitelist");
                case WITHOUT_SUBSCRIPTION -> withANode(world, "presence");
                case WITH_AN_ERROR ->
                    world.remoteContact()
                            .answering("wait", "internal-server-error")
                            .jid();
                case WITH_A_MALFORMED_LIST ->
                    world.remoteContact()
                            .publishing(
                                    PubSubXml.DEVICES, "<item id='current'><list xmlns='urn:example:other'/></item>")
                            .jid();
                case WITHOUT_AN_ANSWER ->
                    JidCreate.entityBareFromOrThrowUnchecked(
                            World.unique("x") + "@" + world.server().silentDomain());
            };
        }

        private static EntityBareJid withANode(World world, String accessModel) {
            Client bob = plain(world);
            bob.ask(PubSubXml.publish(
                    bob.jid(),
                    PubSubXml.DEVICES,
                    "current",
                    PubSubXml.devices(4711),
                    Map.of("access_model", accessModel)));
            return bob.jid();
        }
    }

    @ParameterizedTest
    @EnumSource
    void requiredFailsWithAReason(Contact kind, World world) {
        Client alice = alice(world, EncryptionPolicy.REQUIRED, kind);
        EntityBareJid contact = kind.in(world);

        OmemoException why = alice.failureOf(contact, "for nobody's eyes");

        assertThat(why.reason()).isEqualTo(kind.reason);
        assertThat(why).hasMessageContaining(contact.toString()).hasMessageNotContaining("for nobody's eyes");
        assertThat(alice.wire().raw()).doesNotContain("for nobody");
        assertThat(Smack.call(() -> alice.omemo().waiting())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"WITHOUT_OMEMO", "WITH_AN_EMPTY_LIST"})
    void preferredSpeaksClearToWhoHasNoDevicesAndSaysSo(Contact kind, World world) {
        Client alice = alice(world, EncryptionPolicy.PREFERRED);
        EntityBareJid contact = kind.in(world);

        alice.send(contact, "in clear then");

        alice.outcomes().await(Outcomes.SentInClear.class, sent -> sent.to().equals(contact.asBareJid()));
        alice.awaitSent();
        assertThat(alice.wire().messagesSent())
                .anyMatch(line -> line.xml().matches("(?s).*<body[^>]*>in clear then</body>.*")
                        && line.attribute("to").orElse("").startsWith(contact.toString()));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WITHOUT_OMEMO", "WITH_AN_EMPTY_LIST"})
    void preferredNeverTakesUnknownForNone(Contact kind, World world) {
        Client alice = alice(world, EncryptionPolicy.PREFERRED, kind);
        EntityBareJid contact = kind.in(world);

        assertThat(alice.failureOf(contact, "not in clear").reason()).isEqualTo(Reason.DEVICE_LIST_UNKNOWN);
        assertThat(alice.wire().raw()).doesNotContain("not in clear");
        assertThat(alice.outcomes().of(Outcomes.SentInClear.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void offLeavesMessagesAlone(Contact kind, World world) {
        Client alice = alice(world, EncryptionPolicy.OFF);
        EntityBareJid contact = kind.in(world);

        alice.send(contact, "as plain as can be");

        assertThat(alice.wire()
                        .await(
                                "the message in clear",
                                line -> line.direction() == WireLog.Direction.SENT
                                        && line.xml().contains(">as plain as can be</body>"))
                        .attribute("to")
                        .orElse(""))
                .startsWith(contact.toString());
        assertThat(alice.outcomes().of(Outcomes.SentInClear.class)).isEmpty();
    }

    @Test
    void preferredEncryptsWhereItCan(World world) {
        Client alice = alice(world, EncryptionPolicy.PREFERRED);
        Client bob = world.person("bob");

        alice.send(bob, "encrypted after all");

        bob.reads(alice, "encrypted after all");
        assertThat(alice.wire().raw()).doesNotContain("<body");
    }

    @Test
    void preferredNeverGoesBackToClear(World world) {
        Client alice = alice(world, EncryptionPolicy.PREFERRED);
        Client bob = world.person("bob");
        world.befriend(alice, bob);
        alice.send(bob, "encrypted");
        bob.reads(alice, "encrypted");

        // Bob's account has no devices any more, says his server.
        bob.omemo().stop();
        bob.ask(PubSubXml.publish(bob.jid(), PubSubXml.DEVICES, "current", PubSubXml.devices(), Map.of()));
        bob.ask(PubSubXml.publish(
                bob.jid(), PubSubXml.LEGACY_DEVICES, "current", PubSubXml.NO_LEGACY_DEVICES, Map.of()));
        Await.until(
                () -> "no active device of " + bob.jid() + "\n" + alice.story(),
                () -> Smack.call(() -> alice.omemo().devices(bob.jid())).stream()
                        .noneMatch(device -> device.isActive()));

        assertThat(alice.failureOf(bob.jid(), "never in clear again").reason()).isEqualTo(Reason.NO_DEVICES);
        assertThat(alice.wire().raw()).doesNotContain("never in clear");
    }

    @Test
    void aPolicyOfTheConversationRulesThatConversationOnly(World world) {
        Client alice = alice(world, EncryptionPolicy.REQUIRED);
        EntityBareJid open = Contact.WITHOUT_OMEMO.in(world);
        EntityBareJid closed = Contact.WITHOUT_OMEMO.in(world);

        Smack.run(() -> alice.omemo().setPolicy(open.asBareJid(), EncryptionPolicy.OFF));
        alice.send(open, "open words");

        alice.wire().await("open words", line -> line.xml().contains(">open words</body>"));
        assertThat(alice.failureOf(closed, "closed words").reason()).isEqualTo(Reason.NO_DEVICES);
        assertThat(alice.wire().raw()).doesNotContain("closed words");
        assertThat(Smack.call(() -> alice.omemo().policy(open.asBareJid()))).isEqualTo(EncryptionPolicy.OFF);
    }

    private static Client alice(World world, EncryptionPolicy policy) {
        return world.client(world.account("alice"))
                .config(OmemoConfig.defaults().withPolicy(policy))
                .open();
    }

    /** One that does not wait longer than need be for whoever does not answer. */
    private static Client alice(World world, EncryptionPolicy policy, Contact kind) {
        Client alice = alice(world, policy);
        if (kind == Contact.WITHOUT_AN_ANSWER) {
            alice.connection().setReplyTimeout(SHORT_REPLY_TIMEOUT_MILLIS);
        }
        return alice;
    }

    private static Client plain(World world) {
        return world.client(world.account("bob")).start(Start.NEVER).open();
    }
}
