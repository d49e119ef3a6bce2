/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.it.Outcomes.NotForThisDevice;
import org.omemo4j.it.Outcomes.Outcome;
import org.omemo4j.it.Outcomes.Undecryptable;
import org.omemo4j.testkit.StoreDump;

/**
 * Elements that no client writes, from a contact with a session: each has a typed outcome, changes nothing, and neither closes the connection nor keeps the
 * next good message from being read.
 */
@OnServer
class HostileStanzasIT {
    private static final String BYTES = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    /** What is between {@code <encrypted xmlns='urn:xmpp:omemo:2'>} and its end, for a recipient device and a sender device. */
    private enum Hostile {
        DEEPLY_NESTED(Undecryptable.class, (to, from) -> "<a>".repeat(20_000) + "</a>".repeat(20_000)),
        DEEPLY_NESTED_IN_THE_HEADER(
                Undecryptable.class,
                (to, from) -> "<header sid='" + from + "'>" + "<a>".repeat(9_000) + "</a>".repeat(9_000) + "</header>"),
        EMPTY(Undecryptable.class, (to, from) -> ""),
        TEXT_ONLY(Undecryptable.class, (to, from) -> "once upon a time"),
        WITHOUT_HEADER(Undecryptable.class, (to, from) -> "<payload>AAAA</payload>"),
        WITH_TWO_HEADERS(Undecryptable.class, (to, from) -> header(from, "").repeat(2)),
        WITH_TWO_PAYLOADS(
                Undecryptable.class,
                (to, from) ->
                        header(from, keys(to, key(to, BYTES))) + "<payload>AAAA</payload><payload>AAAA</payload>"),
        WITHOUT_SENDER(Undecryptable.class, (to, from) -> "<header/>"),
        SENDER_ZERO(Undecryptable.class, (to, from) -> header("0", "")),
        SENDER_NEGATIVE(Undecryptable.class, (to, from) -> header("-1", "")),
        SENDER_WITH_SIGN(Undecryptable.class, (to, from) -> header("+5", "")),
        SENDER_HEXADECIMAL(Undecryptable.class, (to, from) -> header("0x1f", "")),
        SENDER_TOO_LARGE(Undecryptable.class, (to, from) -> header("2147483648", "")),
        SENDER_HUGE(Undecryptable.class, (to, from) -> header("9".repeat(10_000), "")),
        WITHOUT_KEYS(NotForThisDevice.class, (to, from) -> header(from, "") + "<payload>AAAA</payload>"),
        KEY_NOT_BASE64(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, "***")))),
        KEY_IN_THE_URL_ALPHABET(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, "__--")))),
        KEY_WITHOUT_PADDING(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, "AAAAA")))),
        KEY_WITH_TRAILING_JUNK(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, BYTES + "=!")))),
        KEY_EMPTY(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, "")))),
        KEY_TOO_LARGE(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, "A".repeat(8_192))))),
        KEY_OF_ZEROS(Undecryptable.class, (to, from) -> header(from, keys(to, key(to, BYTES)))),
        KEY_WITH_A_TRUNCATED_FIELD(
                Undecryptable.class, (to, from) -> header(from, keys(to, key(to, base64(0x0A, 0x7F, 1, 2, 3))))),
        KEY_WITH_AN_ENDLESS_VARINT(
                Undecryptable.class,
                (to, from) -> header(
                        from,
                        keys(to, key(to, base64(0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))))),
        KEY_WITH_A_GROUP(
                Undecryptable.class, (to, from) -> header(from, keys(to, key(to, base64(0x0B, 0x0B, 0x0B, 0x0C))))),
        KEY_LONGER_THAN_THE_REST(
                Undecryptable.class,
                (to, from) -> header(from, keys(to, key(to, base64(0x0A, 255, 255, 255, 255, 7, 1))))),
        KEY_EXCHANGE_OF_NOTHING(
                Undecryptable.class,
                (to, from) -> header(
                        from,
                        keys(
                                to,
                                "<key rid='" + to.deviceId() + "' kex='true'>" + base64(0x08, 1, 0x10, 1) + "</key>"))),
        PAYLOAD_NOT_BASE64(
                Undecryptable.class, (to, from) -> header(from, keys(to, key(to, BYTES))) + "<payload>#</payload>"),
        PAYLOAD_OF_TWO_HUNDRED_KILOBYTES(
                Undecryptable.class,
                (to, from) ->
                        header(from, keys(to, key(to, BYTES))) + "<payload>" + "A".repeat(200_000) + "</payload>"),
        MORE_KEYS_THAN_ALLOWED(
                Undecryptable.class,
                (to, from) -> header(
                        from,
                        keys(
                                to,
                                IntStream.rangeClosed(1, 1_500)
                                        .mapToObj(i -> key(i, "AA=="))
                                        .collect(Collectors.joining())))),
        MANY_ATTRIBUTES(
                Undecryptable.class,
                (to, from) -> "<header "
                        + IntStream.range(0, 5_000)
                                .mapToObj(i -> "a" + i + "='b'")
                                .collect(Collectors.joining(" "))
                        + "/>"),
        MANY_CHILDREN(Undecryptable.class, (to, from) -> "<x/>".repeat(30_000)),
        ANOTHER_NAMESPACE_INSIDE(
                Undecryptable.class,
                (to, from) -> "<header xmlns='urn:example:other' sid='" + from + "'/><payload>AAAA</payload>");

        private final Class<? extends Outcome> outcome;
        private final Content content;

        Hostile(Class<? extends Outcome> outcome, Content content) {
            this.outcome = outcome;
            this.content = content;
        }

        String xml(Client to, Client from) {
            return "<encrypted xmlns='urn:xmpp:omemo:2'>" + content.of(to, Integer.toString(from.deviceId()))
                    + "</encrypted>";
        }
    }

    private interface Content {
        String of(Client to, String from);
    }

    @ParameterizedTest
    @EnumSource
    void hasATypedOutcomeAndHurtsNothing(Hostile hostile, World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        haveASession(alice, bob);
        Client mallory = withoutOmemo(world, bob);
        String id = World.unique("hostile");
        StoreDump before = storeOf(alice, bob);

        send(mallory, alice, id, element(hostile.xml(alice, bob)));
        pushOn(mallory);

        Outcome outcome = alice.outcomes().awaitFor(id);
        assertThat(outcome).isInstanceOf(hostile.outcome);
        assertThat(storeOf(alice, bob)).isEqualTo(before);
        bob.send(alice, "good after bad");
        alice.reads(bob, "good after bad");
        assertThat(alice.isAlive()).isTrue();
        assertThat(alice.wire().streams()).isEqualTo(1);
        assertThat(alice.bodies()).containsExactly("one", "good after bad");
    }

    @Test
    void aKeyExchangeThatDoesNotAuthenticateCostsNoPreKey(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        haveASession(alice, bob);
        Client mallory = withoutOmemo(world, bob);
        int bundleBefore = publications(alice, PubSubXml.BUNDLES);

        // A key exchange as an attacker makes it: everything well-formed, nothing authentic.
        for (int i = 0; i < 5; i++) {
            send(
                    mallory,
                    alice,
                    "forged" + i,
                    element("<encrypted xmlns='urn:xmpp:omemo:2'>"
                            + header(
                                    Integer.toString(bob.deviceId()),
                                    keys(
                                            alice,
                                            "<key rid='" + alice.deviceId() + "' kex='true'>" + forgedExchange(i + 1)
                                                    + "</key>"))
                            + "<payload>" + BYTES + "</payload></encrypted>"));
            assertThat(alice.outcomes().awaitFor("forged" + i)).isInstanceOf(Undecryptable.class);
        }
        bob.send(alice, "still the old session");
        alice.reads(bob, "still the old session");

        assertThat(alice.isAlive()).isTrue();
        assertThat(publications(alice, PubSubXml.BUNDLES)).isEqualTo(bundleBefore);
        assertThat(bob.wire()
                        .encryptedSent()
                        .get(bob.wire().encryptedSent().size() - 1)
                        .isKeyExchange())
                .isFalse();
    }

    @Test
    void twoEncryptedElementsInOneMessageDoNoHarm(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        haveASession(alice, bob);

        send(
                withoutOmemo(world, bob),
                alice,
                "two",
                element("<encrypted xmlns='urn:xmpp:omemo:2'/>"),
                element("<encrypted xmlns='urn:xmpp:omemo:2'/>"));

        assertThat(alice.outcomes().awaitFor("two")).isInstanceOf(Undecryptable.class);
        bob.send(alice, "good after bad");
        alice.reads(bob, "good after bad");
        assertThat(alice.isAlive()).isTrue();
    }

    @Test
    void aRepeatIsReportedAndItsClearBodyIsNotShown(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        haveASession(alice, bob);
        bob.send(alice, "said once");
        alice.reads(bob, "said once");
        List<WireLog.Line> received = alice.wire().encryptedReceived();
        String encrypted = encryptedElement(received.get(received.size() - 1));

        withoutOmemo(world, bob)
                .sendStanza(StanzaBuilder.buildMessage("replay")
                        .to(alice.jid())
                        .ofType(Message.Type.chat)
                        .setBody("never said")
                        .addExtension(element(encrypted))
                        .build());

        assertThat(alice.outcomes().awaitFor("replay")).isInstanceOf(Outcomes.Duplicate.class);
        bob.send(alice, "good after bad");
        alice.reads(bob, "good after bad");
        assertThat(alice.bodies()).containsExactly("one", "said once", "good after bad");
    }

    @Test
    void aTamperedMessageChangesNothingAndTheTrueOneStillReads(World world) {
        Client alice = world.client(world.account("alice")).withoutPresence().open();
        Client bob = world.person("bob");
        Client mallory = withoutOmemo(world, bob);
        RemoteContact thief = world.remoteContact();
        // Without presence, Alice gets what is sent to this very client; the rest waits at the server.
        bob.send(alice, "the true one");
        bob.awaitSent();
        List<WireLog.Line> sent = bob.wire().encryptedSent();
        String good = encryptedElement(sent.get(sent.size() - 1));
        String otherPayload = good.replaceAll("(<payload[^>]*>)[^<]{4}", "$1AAAA");
        String otherKey = good.replaceAll("(<key [^>]*>[^<]+)[^<]{8}(</key>)", "$1AAAAAAA=$2");
        assertThat(otherPayload).isNotEqualTo(good);
        assertThat(otherKey).isNotEqualTo(good);

        for (var bad : Map.of("payload", otherPayload, "key", otherKey).entrySet()) {
            mallory.sendStanza(StanzaBuilder.buildMessage(bad.getKey())
                    .to(alice.connection().getUser())
                    .ofType(Message.Type.chat)
                    .addExtension(element(bad.getValue()))
                    .build());
            assertThat(alice.outcomes().awaitFor(bad.getKey())).isInstanceOf(Undecryptable.class);
        }
        thief.send("<message type='chat' from='" + thief.jid() + "/x' to='"
                + alice.connection().getUser() + "' id='stolen'>" + good + "</message>");
        assertThat(alice.outcomes().awaitFor("stolen")).isInstanceOf(Undecryptable.class);
        alice.becomeAvailable(0);

        alice.reads(bob, "the true one");
        bob.send(alice, "good after bad");
        alice.reads(bob, "good after bad");
        assertThat(alice.bodies()).containsExactly("the true one", "good after bad");
    }

    /** The same account without OMEMO: writes whatever a test wants. */
    private static Client withoutOmemo(World world, Client of) {
        return world.client(of.account()).start(ClientBuilder.Start.NEVER).open();
    }

    /** Alice begins it, so that none of her prekeys is used: a publication that follows on that may be late. */
    private static void haveASession(Client alice, Client bob) {
        alice.send(bob, "zero");
        bob.reads(alice, "zero");
        bob.awaitSent(); // the empty message that completes it
        bob.send(alice, "one");
        alice.reads(bob, "one");
    }

    /** All of it, once what the conversation has brought about is written. */
    private static StoreDump storeOf(Client client, Client contact) {
        client.awaitSent();
        return StoreDump.of(
                client.store(), client.jid().asBareJid(), contact.jid().asBareJid());
    }

    private static int publications(Client client, String node) {
        return (int) client.wire().lines().stream()
                .filter(line -> line.direction() == WireLog.Direction.SENT
                        && line.xml().contains("<publish ")
                        && line.xml().contains(node + "'"))
                .count();
    }

    private static void send(Client from, Client to, String id, RawXml... elements) {
        var message = StanzaBuilder.buildMessage(id).to(to.jid()).ofType(Message.Type.chat);
        for (RawXml element : elements) {
            message.addExtension(element);
        }
        from.sendStanza(message.build());
    }

    /** An expat with CVE-2023-52425 mended looks at a large tag only once as much again has come: the server gets it. */
    private static void pushOn(Client from) {
        send(
                from,
                from,
                World.unique("filler"),
                new RawXml(
                        "filler", "urn:example", "<filler xmlns='urn:example'>" + "x".repeat(100_000) + "</filler>"));
    }

    private static RawXml element(String xml) {
        return new RawXml("encrypted", "urn:xmpp:omemo:2", xml);
    }

    private static String encryptedElement(WireLog.Line line) {
        String end = "</encrypted>";
        return line.xml().substring(line.xml().indexOf("<encrypted"), line.xml().indexOf(end) + end.length());
    }

    private static String header(String from, String inner) {
        return "<header sid='" + from + "'>" + inner + "</header>";
    }

    private static String keys(Client to, String inner) {
        return "<keys jid='" + to.jid() + "'>" + inner + "</keys>";
    }

    private static String key(Client to, String content) {
        return key(to.deviceId(), content);
    }

    private static String key(int to, String content) {
        return "<key rid='" + to + "'>" + content + "</key>";
    }

    private static String base64(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return Base64.getEncoder().encodeToString(content);
    }

    /** OMEMOKeyExchange with prekey {@code pk}, signed prekey 1, and points and a message that mean nothing. */
    private static String forgedExchange(int pk) {
        IntFunction<String> point = last -> "09" + "00".repeat(30) + String.format("%02x", last);
        String message = "0a10" + "00".repeat(16) + "1226" + "0800" + "1000" + "1a20" + point.apply(1) + "2210";
        String hex = "08" + String.format("%02x", pk) + "1001" + "1a20" + "58" + "66".repeat(31) + "2220"
                + point.apply(0) + "2a" + String.format("%02x", message.length() / 2) + message;
        return Base64.getEncoder().encodeToString(java.util.HexFormat.of().parseHex(hex));
    }
}
