/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.TestClient;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;

/** Requests for decisions in a chat, and their answers as a person or a program writes them. */
class ChatDecisionsTest {
    private static final OmemoConfig MANUAL = OmemoConfig.defaults().withTrust(TrustPolicy.manual());
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@example.org");

    private final World world = new World();
    private final TestDevice phone = world.device("bob@example.org");
    private final TestDevice laptop = world.device("bob@example.org");
    private final Lines lines = new Lines();
    private final PlainRequests plain = new PlainRequests(Optional.of(BOB));
    private final JsonRequests json = new JsonRequests(Optional.empty());
    private TestClient alice;
    private ChatDecisions decisions;

    @BeforeEach
    void open() throws Exception {
        open(MANUAL);
    }

    @AfterEach
    void leave() {
        alice.close();
    }

    @Test
    void whatWaitsLeavesInOrderWhenItsDevicesAreDecidedAbout() throws Exception {
        asks("m1");
        send(BOB, "m2");

        say(
                json,
                "{\"command\":\"decide\",\"request\":1,\"decisions\":[" + decision(phone, "trust") + ","
                        + decision(laptop, "distrust") + "]}");

        assertThat(lines.next())
                .isEqualTo(
                        "{\"event\":\"decided\",\"to\":\"bob@example.org\",\"request\":1,\"decisions\":["
                                + "{\"jid\":\"bob@example.org\",\"devices\":["
                                + phone.address().device() + "],\"fingerprint\":\"" + hex(phone)
                                + "\",\"result\":\"changed\",\"from\":\"undecided\",\"trust\":\"blindly-trusted\",\"means\":\"person\"},"
                                + "{\"jid\":\"bob@example.org\",\"devices\":["
                                + laptop.address().device() + "],\"fingerprint\":\"" + hex(laptop)
                                + "\",\"result\":\"changed\",\"from\":\"undecided\",\"trust\":\"distrusted\",\"means\":\"person\"}]}");
        assertThat(List.of(alice.nextHeard(), alice.nextHeard())).containsExactly("sent m1", "sent m2");
    }

    @Test
    void oneLineDecidesDifferentlyAboutDevices() throws Exception {
        TrustRequest request = asks("m1");

        say(plain, "/verify 1.1 /distrust 1.2");

        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        assertThat(level(key(request, 0))).isEqualTo(TrustLevel.VERIFIED);
        assertThat(level(key(request, 1))).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void allDevicesOfARequestAreTrustedAtOnce() throws Exception {
        asks("m1");

        say(plain, "/trust 1");

        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        assertThat(List.of(level(phone.key()), level(laptop.key()))).containsOnly(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void whatAnAnswerLeavesOpenIsAnotherRequest() throws Exception {
        TrustRequest request = asks("m1");

        say(plain, "/trust 1.1");

        List<String> both = List.of(lines.next(), lines.next()); // told by two threads
        assertThat(both).anyMatch(line -> line.contains("\"decided\""));
        assertThat(both)
                .filteredOn(line -> line.contains("\"trust-request\""))
                .singleElement(STRING)
                .contains("\"request\":2", key(request, 1).fingerprint().hex())
                .doesNotContain(key(request, 0).fingerprint().hex());
        assertNothingChangesBy(plain, "/trust 1.2", "request 1 is not open");
        say(plain, "/trust 2");
        assertThat(alice.nextHeard()).isEqualTo("sent m1");
    }

    @Test
    void whatWaitsLeavesWithoutTheDevicesAndNothingIsDecided() throws Exception {
        alice.omemo.trust().decide(phone.key(), Decision.VERIFY, "");
        asks("m1");

        say(plain, "/without 1");

        assertThat(lines.next())
                .isEqualTo("{\"event\":\"answered\",\"to\":\"bob@example.org\",\"request\":1,\"answer\":\"without\"}");
        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        assertThat(level(laptop.key())).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void whatWaitsIsNotSentWhenThatIsRefused() throws Exception {
        asks("m1");

        say(json, "{\"command\":\"refuse\",\"request\":1}");

        assertThat(lines.next()).contains("\"event\":\"answered\"", "\"answer\":\"refuse\"");
        assertThat(alice.nextHeard()).isEqualTo("failed m1 UNDECIDED");
        assertNothingChangesBy(plain, "/trust 1", "request 1 is not open");
        asks("m2");
    }

    @Test
    void eachOfSeveralRequestsHasItsNumber() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        asks("m1");
        send(carol.jid(), "c1");
        assertThat(lines.next()).contains("\"request\":2", "\"to\":\"carol@example.net\"");

        say(plain, "/trust 2");

        assertThat(alice.nextHeard()).isEqualTo("sent c1");
        assertThat(level(phone.key())).isEqualTo(TrustLevel.UNDECIDED);
        say(plain, "/trust 1");
        assertThat(alice.nextHeard()).isEqualTo("sent m1");
    }

    @Test
    void anAnswerToARequestThatAnotherOneHasReplacedDoesNothing() throws Exception {
        TrustRequest request = asks("m1");

        decisions.onDecisionNeeded(request); // as if another device was there now
        assertThat(lines.next()).contains("\"request\":2");

        for (String line : List.of("/trust 1", "/without 1", "/refuse 1")) {
            assertNothingChangesBy(plain, line, "request 1 is not open: it was answered, or a newer one");
        }
    }

    @Test
    void anAnswerThatDoesNotFitDoesNothing() throws Exception {
        TestDevice carol = world.device("carol@example.net");
        asks("m1");

        assertNothingChangesBy(plain, "/trust 2", "request 2 is not open: there was none with this number");
        assertNothingChangesBy(plain, "/trust 0", "request 0 is not open: there was none");
        assertNothingChangesBy(plain, "/trust 1.3", "request 1 has no device 3");
        assertNothingChangesBy(plain, "/trust 1.0", "request 1 has no device 0");
        assertNothingChangesBy(plain, "/trust 1.1 /distrust 1.1", "two decisions");
        assertNothingChangesBy(plain, "/trust 1 /distrust 1.2", "two decisions");
        assertNothingChangesBy(
                json,
                "{\"command\":\"decide\",\"request\":1,\"decisions\":[" + decision(phone, "trust") + ","
                        + decision(carol, "trust") + "]}",
                "request 1 does not ask about the key");
        assertNothingChangesBy(
                json,
                "{\"command\":\"decide\",\"request\":1,\"decisions\":[" + decision(phone, "trust") + ","
                        + decision(phone, "distrust") + "]}",
                "two decisions");
    }

    @Test
    void whatWasDecidedElsewhereNeedsNoAnswerAnyMore() throws Exception {
        alice.omemo
                .trust()
                .answer(asks("m1"), Map.of(phone.key(), Decision.TRUST, laptop.key(), Decision.DISTRUST)); // at once
        assertThat(alice.nextHeard()).isEqualTo("sent m1");

        assertThatThrownBy(() -> say(plain, "/trust 1"))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("no answer");
        assertThat(level(laptop.key())).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void whatIsNotDecidedInTimeIsNotSentAndAnAnswerComesTooLate() throws Exception {
        leave();
        open(MANUAL.withDecisionTimeout(Duration.ofMillis(300)));
        asks("m1");
        assertThat(alice.nextHeard()).isEqualTo("failed m1 UNDECIDED");

        assertNothingChangesBy(plain, "/trust 1", "needs no answer any more");
    }

    @Test
    void openRequestsAreToldAgain() throws Exception {
        asks("m1");

        send(BOB, "m2");
        say(plain, "/requests");
        assertThat(lines.next()).contains("\"trust-request\"", "\"request\":1", "\"messages\":[\"m1\",\"m2\"]");
        say(json, "{\"command\":\"requests\"}");
        assertThat(lines.next()).contains("\"trust-request\"", "\"request\":1");

        say(plain, "/refuse 1");
        assertThat(lines.next()).contains("\"answered\"");
        say(plain, "/requests");
        assertThat(lines.next()).contains("\"notice\"", "Nothing waits for a decision.");
    }

    @Test
    void aUriVerifiesAndWhatWaitsLeaves() throws Exception {
        alice.omemo.trust().decide(laptop.key(), Decision.DISTRUST, "");
        asks("m1");

        say(plain, "/verify " + uri(phone, hex(phone)));

        assertThat(lines.next())
                .isEqualTo("{\"event\":\"verification\",\"jid\":\"bob@example.org\",\"result\":\"verified\","
                        + "\"keys\":[{\"jid\":\"bob@example.org\",\"devices\":["
                        + phone.address().device() + "],\"fingerprint\":\"" + hex(phone)
                        + "\",\"result\":\"verified\"}],\"text\":\"Keys: 1 verified.\"}");
        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        assertThat(level(phone.key())).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void aUriWithAnotherKeyIsALoudMismatchAndChangesNothing() throws Exception {
        asks("m1");

        say(json, "{\"command\":\"verify\",\"uri\":\"" + uri(phone, hex(laptop)) + "\"}");

        assertThat(lines.next())
                .startsWith("{\"event\":\"verification\",\"jid\":\"bob@example.org\",\"result\":\"mismatch\","
                        + "\"keys\":[{\"jid\":\"bob@example.org\",\"devices\":["
                        + phone.address().device() + "],\"fingerprint\":\"" + hex(laptop)
                        + "\",\"result\":\"mismatch\",\"known\":\"" + hex(phone) + "\"}]")
                .contains("DO NOT MATCH");
        assertThat(level(phone.key())).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void aUriOfADistrustedKeyIsRefused() throws Exception {
        alice.omemo.trust().decide(phone.key(), Decision.DISTRUST, "");

        say(plain, "/verify " + uri(phone, hex(phone)));

        assertThat(lines.next())
                .contains(
                        "\"result\":\"refused\",\"keys\":[{",
                        hex(phone) + "\",\"result\":\"refused\",\"reason\":\"distrust-wins\"}]");
        assertThat(level(phone.key())).isEqualTo(TrustLevel.DISTRUSTED);
    }

    @Test
    void whereTheConversationIsARoomAUriIsAboutItsMembers() throws Exception {
        String room = "room@conference.example.org";
        decisions = new ChatDecisions(
                alice.omemo,
                new JsonEvents(lines.stream()),
                jid -> jid.toString().equals(room));

        say(json, "{\"command\":\"verify\",\"to\":\"" + room + "\",\"uri\":\"" + uri(phone, hex(phone)) + "\"}");

        assertThat(lines.next()).contains("\"jid\":\"bob@example.org\"").doesNotContain("unusable");
    }

    @Test
    void aUriOfSomebodyElseThanWhoIsTalkedToVerifiesNothingUnlessItIsOurOwn() throws Exception {
        TestDevice mallory = world.device("mallory@example.org");
        TestDevice tablet = world.device(TestClient.ALICE);

        say(plain, "/verify " + uri(mallory, hex(mallory)));
        assertThat(lines.next())
                .startsWith("{\"event\":\"verification\",\"jid\":\"mallory@example.org\",\"result\":\"unusable\","
                        + "\"reason\":\"foreign-address\",\"keys\":[],\"text\":\"")
                .contains("keys of mallory@example.org, not of bob@example.org");
        say(json, "{\"command\":\"verify\",\"to\":\"bob@example.org\",\"uri\":\"" + uri(mallory, hex(mallory)) + "\"}");
        assertThat(lines.next()).contains("not of bob@example.org");
        say(plain, "/verify xmpp:bob@example.org");
        assertThat(lines.next()).contains("\"reason\":\"no-keys\"", "It has no OMEMO keys");
        say(plain, "/verify bob");
        assertThat(lines.next()).startsWith("{\"event\":\"verification\",\"jid\":null,\"result\":\"unusable\"");
        assertThat(level(mallory.key())).isEqualTo(TrustLevel.UNDECIDED);

        say(plain, "/verify " + uri(tablet, hex(tablet)));
        assertThat(level(tablet.key())).isEqualTo(TrustLevel.VERIFIED);
    }

    @Test
    void aKeyThatADeviceHasInsteadIsAccepted() throws Exception {
        asks("m1");
        say(plain, "/refuse 1");
        lines.next();
        DeviceAddress device = phone.address();
        String other = hex(world.device("bob@example.org"));

        assertNothingChangesBy(plain, "/accept-key bob@example.org 7 " + other, "no device 7 of bob@example.org");
        say(plain, "/accept-key bob@example.org " + device.device() + " " + other);

        assertThat(lines.next())
                .isEqualTo(
                        "{\"event\":\"key-accepted\",\"jid\":\"bob@example.org\",\"devices\":[" + device.device()
                                + "],\"fingerprint\":\"" + other + "\",\"known\":\"" + hex(phone)
                                + "\",\"result\":\"changed\",\"from\":\"undecided\",\"trust\":\"undecided\",\"means\":\"acceptance\"}");
        assertThat(alice.omemo.trust().journal(1).get(0).means()).isEqualTo(TrustMeans.ACCEPTANCE);
    }

    @Test
    void aKeyThatNoRequestAsksAboutIsDecidedAboutAndThatIsUndone() throws Exception {
        asks("m1");
        say(plain, "/trust 1");
        lines.next();
        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        String fields = "{\"event\":\"key-decided\",\"jid\":\"bob@example.org\",\"devices\":["
                + phone.address().device() + "],\"fingerprint\":\"" + hex(phone)
                + "\",\"result\":\"changed\",\"from\":";

        say(plain, "/distrust bob@example.org " + phone.key().fingerprint());
        assertThat(lines.next())
                .isEqualTo(fields + "\"blindly-trusted\",\"trust\":\"distrusted\",\"means\":\"person\"}");
        say(plain, "/undo bob@example.org " + phone.key().fingerprint());
        assertThat(lines.next()).isEqualTo(fields + "\"distrusted\",\"trust\":\"blindly-trusted\",\"means\":\"undo\"}");
        say(json, "{\"command\":\"undo\"," + key(phone) + "}");
        assertThat(lines.next())
                .isEqualTo(
                        fields + "\"blindly-trusted\",\"trust\":\"undecided\",\"means\":\"undo\",\"decided\":false}");
        say(json, "{\"command\":\"undo\"," + key(phone) + "}");
        assertThat(lines.next()).contains("\"result\":\"refused\"");
        say(json, "{\"command\":\"compromise\"," + key(phone) + ",\"reason\":\"stolen\"}");
        assertThat(lines.next()).contains("\"trust\":\"compromised\"", "cannot be recalled");
        assertThat(alice.omemo.trust().journal(1).get(0).reason()).isEqualTo("stolen");
    }

    @Test
    void anUndoThatOthersCannotBeToldOfWarns() throws Exception {
        TestDevice tablet = world.device(TestClient.ALICE);
        alice.close();
        open(MANUAL);
        alice.omemo.trust().decide(tablet.key(), Decision.VERIFY, "");
        alice.omemo.prepare(BOB).get(30, TimeUnit.SECONDS);
        say(plain, "/distrust bob@example.org " + phone.key().fingerprint());
        lines.next();
        assertThat(alice.sent().getTo().toString()).as("a trust message").isEqualTo(TestClient.ALICE);

        say(plain, "/undo bob@example.org " + phone.key().fingerprint());

        assertThat(lines.next()).contains("\"means\":\"undo\"", "\"warning\":\"Other devices may have been told");
    }

    @Test
    void aDecisionAboutAKeyThatIsAskedAboutLetsWhatWaitsLeave() throws Exception {
        alice.omemo.trust().decide(laptop.key(), Decision.DISTRUST, "");
        asks("m1");

        say(json, "{\"command\":\"trust\"," + key(phone) + "}");

        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        assertThat(level(phone.key())).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void aKeyThatNoDeviceHasIsNotDecidedAboutAndTheKnownOnesAreNamed() throws Exception {
        asks("m1");

        assertNothingChangesBy(
                plain,
                "/distrust bob@example.org " + "1".repeat(64),
                "device " + phone.address().device() + " with " + phone.key().fingerprint());
        assertNothingChangesBy(plain, "/trust carol@example.net " + hex(phone), "no keys of carol@example.net");
    }

    @Test
    void devicesAreListed() throws Exception {
        asks("m1");
        say(plain, "/trust 1");
        lines.next();

        say(plain, "/devices bob@example.org");
        assertThat(lines.next())
                .startsWith(
                        "{\"event\":\"devices\",\"jid\":\"bob@example.org\",\"devices\":[{\"jid\":\"bob@example.org\",")
                .contains("\"thisDevice\":false", "\"trust\":\"blindly-trusted\"", hex(phone), hex(laptop));
        say(json, "{\"command\":\"devices\"}");
        assertThat(lines.next())
                .startsWith("{\"event\":\"devices\",\"jid\":\"" + TestClient.ALICE + "\"")
                .contains("\"thisDevice\":true");
        say(json, "{\"command\":\"devices\",\"jid\":\"carol@example.net\"}");
        assertThat(lines.next()).isEqualTo("{\"event\":\"devices\",\"jid\":\"carol@example.net\",\"devices\":[]}");
    }

    @Test
    void theEndOfInputWhileARequestWaitsIsSaidAtOnceAndTheMessageStays() throws Exception {
        asks("m1");

        assertThatThrownBy(() -> new LastMessages(alice.omemo, decisions).await(Duration.ofDays(1)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("messages to bob@example.org wait for a decision");
        assertThat(alice.omemo.waiting()).hasSize(1);
    }

    @Test
    void whatWasDecidedAboutLeavesBeforeTheEnd() throws Exception {
        asks("m1");
        say(plain, "/trust 1");

        new LastMessages(alice.omemo, decisions).await(Duration.ofDays(1));

        assertThat(alice.nextHeard()).isEqualTo("sent m1");
        assertThat(alice.omemo.waiting()).isEmpty();
    }

    private void open(OmemoConfig config) throws Exception {
        alice = TestClient.started(world, new MemoryStore(), config);
        decisions = new ChatDecisions(alice.omemo, new JsonEvents(lines.stream()), jid -> false);
        alice.omemo.addOmemoListener(decisions);
    }

    /** A message to Bob that waits for an answer. */
    private TrustRequest asks(String id) throws Exception {
        send(BOB, id);
        assertThat(lines.next())
                .contains("\"event\":\"trust-request\"", "\"to\":\"bob@example.org\"", "\"messages\":[\"" + id + "\"]");
        return alice.nextAsked();
    }

    private void send(BareJid to, String id) throws Exception {
        alice.connection.sendStanza(StanzaBuilder.buildMessage(id)
                .to(to)
                .ofType(Message.Type.chat)
                .setBody("Hello")
                .build());
    }

    private void say(ChatRequest.Reader reader, String line) throws Malformed {
        decisions.perform((ChatRequest.OfTrust) reader.read(line));
    }

    private void assertNothingChangesBy(ChatRequest.Reader reader, String line, String says) throws Exception {
        assertThatThrownBy(() -> say(reader, line))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(says);
        assertThat(alice.omemo.trust().journal(10).stream()
                        .filter(entry -> entry.refusal().isEmpty())
                        .filter(entry -> entry.key().equals(phone.key()))
                        .toList())
                .isEmpty();
        assertThat(level(phone.key())).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(lines.isEmpty()).isTrue();
    }

    private TrustLevel level(TrustKey key) throws Exception {
        return alice.omemo.trust().level(key);
    }

    private static TrustKey key(TrustRequest request, int device) {
        return new TrustKey(
                request.devices().get(device).address().jid(),
                request.devices().get(device).fingerprint().orElseThrow());
    }

    private static String decision(TestDevice device, String word) {
        return "{" + key(device) + ",\"decision\":\"" + word + "\"}";
    }

    private static String key(TestDevice device) {
        return "\"jid\":\"" + device.jid() + "\",\"fingerprint\":\"" + hex(device) + "\"";
    }

    private static String hex(TestDevice device) {
        return device.key().fingerprint().hex();
    }

    private static String uri(TestDevice device, String key) {
        return "xmpp:" + device.jid() + "?omemo-sid-" + device.address().device() + "=" + key;
    }
}
