/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Secret;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;

/** Identity keys that are not where they were are refused and told, until a person accepts them. */
@OnServer
class IdentityKeyIT {
    @Test
    void theKeyOfAContactUnderAnotherAccountGetsNothingUntilSomebodyAcceptsIt(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        alice.send(bob, "to the real one");
        bob.reads(alice, "to the real one");
        RemoteContact twin = world.remoteContact()
                .publishing(PubSubXml.DEVICES, "<item id='current'>" + PubSubXml.devices(7) + "</item>")
                .publishing(PubSubXml.BUNDLES, "<item id='7'>" + bundle(alice, bob) + "</item>");
        DeviceAddress device = new DeviceAddress(twin.jid().asBareJid(), new DeviceId(7));

        assertThat(alice.failureOf(twin.jid(), "not for the twin").reason()).isEqualTo(Reason.NO_USABLE_DEVICE);

        assertThat(alice.outcomes().awaitEvent(OmemoEvent.IdentityKeyShared.class))
                .isEqualTo(new OmemoEvent.IdentityKeyShared(
                        device, bob.jid().asBareJid(), bob.key().fingerprint()));
        assertThat(twin.received()).noneMatch(stanza -> stanza.startsWith("<message"));
        accept(alice, device, bob);
        alice.send(twin.jid(), "accepted");
        assertThat(twin.await("the message", stanza -> stanza.contains("<encrypted")))
                .doesNotContain("<body");
        alice.send(bob, "and to the real one");
        bob.reads(alice, "and to the real one");
    }

    @Test
    void anotherKeyUnderTheSameDeviceIdReadsAndIsWrittenToOnceSomebodyAcceptsIt(World world) {
        Client alice = world.person("alice");
        Client before = world.person("bob");
        alice.send(before, "hello");
        before.reads(alice, "hello");
        before.send(alice, "hello yourself");
        alice.reads(before, "hello yourself");
        Client bob = setUpAnew(world, before);

        bob.send(alice, "it is me");

        Outcomes.Undecryptable refused = alice.outcomes().await(Outcomes.Undecryptable.class);
        assertThat(bob.deviceId())
                .isEqualTo(refused.message().device().orElseThrow().device().value());
        assertThat(refused.reason()).isEqualTo(Decryption.Reason.IDENTITY_KEY_CHANGED);
        assertThat(refused.message().proposal()).isEqualTo(Decryption.Proposal.ACCEPT_KEY);
        assertThat(refused.message().shownKey()).contains(bob.key().fingerprint());
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.bodies()).doesNotContain("it is me");

        accept(alice, bob.omemo().ownDevice().address(), bob);
        bob.send(alice, "it is still me");
        alice.reads(bob, "it is still me");
        alice.send(bob, "welcome back");
        bob.reads(alice, "welcome back");
        assertThat(alice.trustJournal().get(0).means()).isEqualTo(TrustMeans.ACCEPTANCE);
    }

    @Test
    void theCommandTellsOfAnotherKeyAndAcceptsIt(World world) {
        Shell shell = new Shell(world);
        Account alice = world.account("alice");
        Client before = world.person("bob");
        String bobJid = before.jid().toString();
        OmemoCommand chat = shell.chat(alice);
        chat.send(before.account(), "hello");
        before.awaitAnywhere("hello");
        Client bob = setUpAnew(world, before);

        bob.send(alice.jid(), "it is me");

        JsonNode refused = chat.event("undecryptable", "proposal", "accept-key");
        assertThat(refused.path("from").asText()).isEqualTo(bobJid);
        assertThat(refused.path("device").asInt()).isEqualTo(bob.deviceId());
        assertThat(refused.path("fingerprint").asText())
                .isEqualTo(bob.key().fingerprint().hex());
        chat.say("{\"command\":\"accept-key\",\"jid\":\"" + bobJid + "\",\"device\":" + refused.path("device")
                + ",\"fingerprint\":" + refused.path("fingerprint") + "}");
        JsonNode accepted = chat.event("key-accepted", "jid", bobJid);
        assertThat(accepted.path("result").asText()).isEqualTo("changed");
        bob.send(alice.jid(), "it is still me");
        chat.event("message", "body", "it is still me");
        chat.send(bob.account(), "welcome back");
        bob.awaitAnywhere("welcome back");
        chat.quit();

        OmemoCommand back = shell.runLocally(
                alice,
                "accept-key",
                "--json",
                bobJid,
                refused.path("device").asText(),
                accepted.path("known").asText());
        assertThat(back.exitCode()).as("%s", back).isZero();
        assertThat(back.events().get(0).path("known")).isEqualTo(refused.path("fingerprint"));
        OmemoCommand fetch = shell.run(alice, "devices", "--fetch", bobJid);
        assertThat(fetch.exitCode()).as("%s", fetch).isZero();
        String remedy = "omemo accept-key --jid " + alice.jid() + " " + bobJid + " " + bob.deviceId() + " "
                + bob.key().fingerprint().hex();
        fetch.awaitErr(remedy);
        OmemoCommand send = shell.send(alice, bobJid, "to whom?");
        assertThat(send.exitCode()).as("%s", send).isEqualTo(1);
        send.awaitErr(remedy);
    }

    /** The same device of the same account, with another key. */
    private static Client setUpAnew(World world, Client before) {
        OmemoStore store =
                withAnotherKey(Smack.call(() -> before.store().ownDevice().orElseThrow()));
        Smack.run(() -> before.omemo().purge().get(Await.LONG.toSeconds(), TimeUnit.SECONDS));
        before.disconnect();
        return world.client(before.account()).store(store).open();
    }

    /** Alice's person accepts that this device has the key of {@code whose}. */
    private static void accept(Client alice, DeviceAddress device, Client whose) {
        assertThat(Smack.<TrustChange>call(() ->
                        alice.omemo().trust().acceptKey(device, whose.key().fingerprint(), "")))
                .isInstanceOf(TrustChange.Changed.class);
    }

    /** As anybody can copy it. */
    private static String bundle(Client asker, Client of) {
        Matcher bundle = Pattern.compile("<bundle.*?</bundle>")
                .matcher(asker.ask(PubSubXml.items(of.jid(), PubSubXml.BUNDLES)).xml());
        assertThat(bundle.find()).isTrue();
        return bundle.group();
    }

    /** Of the same device, set up anew. */
    private static OmemoStore withAnotherKey(OwnDeviceRecord own) {
        byte[] key = own.identityKey().reveal();
        key[0] ^= 8;
        MemoryStore store = new MemoryStore();
        Smack.run(() -> {
            store.lock();
            store.commit(new Changes(
                    0,
                    Changes.Durability.FLUSHED,
                    List.of(new Changes.PutOwnDevice(new OwnDeviceRecord(
                            own.owner(),
                            own.deviceId(),
                            own.identityForm(),
                            Secret.of(key),
                            own.label(),
                            own.created())))));
            store.close();
        });
        return store;
    }
}
