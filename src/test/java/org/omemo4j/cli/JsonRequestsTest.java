/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.cli.ChatRequest.Choice;
import org.omemo4j.cli.ChatRequest.Which;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;

class JsonRequestsTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private final JsonRequests requests = new JsonRequests(Optional.empty());

    @Test
    void readsARequestToEnterARoom() throws Exception {
        assertThat(requests.read("{\"command\":\"join\",\"room\":\"r@conference.localhost\",\"nick\":\"a\"}"))
                .isEqualTo(new ChatRequest.Join(
                        JidCreate.entityBareFrom("r@conference.localhost"), Resourcepart.from("a")));
    }

    @Test
    void readsTheThreeCommands() throws Exception {
        assertThat(requests.read("{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":\"hi\"}"))
                .isEqualTo(new ChatRequest.Send(BOB, "hi", Optional.empty()));
        assertThat(requests.read("{\"command\":\"subscribe\",\"to\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.Subscribe(BOB));
        assertThat(requests.read("{\"command\":\"quit\"}")).isEqualTo(new ChatRequest.Quit());
    }

    @Test
    void aMessageMayHaveAnIdAndALineThatIsNotUnderstoodIsNamedByIt() throws Exception {
        assertThat(requests.read(
                        "{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":\"hi\",\"id\":\"m1 \u00e4\"}"))
                .isEqualTo(new ChatRequest.Send(BOB, "hi", Optional.of("m1 \u00e4")));
        for (String id :
                List.of("\"\"", "7", "\"a\\nb\"", "\"\\ud800\"", "\"\\uffff\"", "\"" + "x".repeat(101) + "\"")) {
            String line = "{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":\"hi\",\"id\":" + id + "}";
            assertThatThrownBy(() -> requests.read(line))
                    .isInstanceOf(ChatRequest.Malformed.class)
                    .hasMessageContaining("\"id\" is not a string");
            assertThat(requests.id(line)).isEmpty();
        }
        assertThat(requests.id("{\"command\":\"dance\",\"id\":\"m1\"}")).contains("m1");
        assertThat(requests.id("{\"id\":\"m1\"")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "{\"a\":\u0007}"})
    void whatIsNoJsonIsNamedByItsPlaceOnly(String line) {
        assertThatThrownBy(() -> requests.read(line))
                .isInstanceOf(ChatRequest.Malformed.class)
                .message()
                .matches("the line is not JSON, or has a field twice: see its character \\d+");
    }

    @Test
    void readsDecisions() throws Exception {
        TrustKey first = new TrustKey(BOB, new Fingerprint("01".repeat(32)));
        TrustKey second = new TrustKey(BOB, new Fingerprint("ab".repeat(32)));

        assertThat(requests.read(
                        "{\"command\":\"decide\",\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\""
                                + first.fingerprint().hex() + "\",\"decision\":\"trust\",\"x\":[{}]},"
                                + "{\"decision\":\"compromise\",\"fingerprint\":\"" + second.fingerprint()
                                + "\",\"jid\":\"bob@localhost\"}]}"))
                .isEqualTo(new ChatRequest.Decide(
                        3,
                        List.of(
                                new Choice(new Which.Keyed(first), Decision.TRUST),
                                new Choice(new Which.Keyed(second), Decision.COMPROMISE))));
        assertThat(requests.read(decide("verify"))).isEqualTo(decided(Decision.VERIFY));
        assertThat(requests.read(decide("distrust"))).isEqualTo(decided(Decision.DISTRUST));
        assertThat(requests.read("{\"command\":\"without\",\"request\":3}")).isEqualTo(new ChatRequest.Without(3));
        assertThat(requests.read("{\"command\":\"refuse\",\"request\":3}")).isEqualTo(new ChatRequest.Refuse(3));
        assertThat(requests.read("{\"command\":\"requests\"}")).isEqualTo(new ChatRequest.Requests());
    }

    @Test
    void readsUrisAndWhoseTheyAreToBe() throws Exception {
        assertThat(requests.read("{\"command\":\"verify\",\"uri\":\"xmpp:x\",\"to\":null}"))
                .isEqualTo(new ChatRequest.Verify(Optional.empty(), "xmpp:x"));
        assertThat(requests.read("{\"command\":\"verify\",\"uri\":\"xmpp:x\",\"to\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.Verify(Optional.of(BOB), "xmpp:x"));
    }

    @Test
    void readsTheAcceptanceOfAKey() throws Exception {
        String rest = "\"fingerprint\":\"" + "ab".repeat(32) + "\"}";
        assertThat(requests.read(
                        "{\"command\":\"accept-key\",\"jid\":\"bob@localhost\",\"device\":5,\"reason\":\"why\","
                                + rest))
                .isEqualTo(new ChatRequest.AcceptKey(
                        new DeviceAddress(BOB, new DeviceId(5)), new Fingerprint("ab".repeat(32)), "why"));
        for (String device : List.of("", "\"device\":0,", "\"device\":-5,", "\"device\":\"5\",")) {
            assertThatThrownBy(() ->
                            requests.read("{\"command\":\"accept-key\",\"jid\":\"bob@localhost\"," + device + rest))
                    .isInstanceOf(ChatRequest.Malformed.class);
        }
        assertThatThrownBy(() -> requests.read("{\"command\":\"accept-key\",\"device\":5," + rest))
                .isInstanceOf(ChatRequest.Malformed.class);
    }

    @Test
    void readsWhatIsDoneAboutAMessageThatCannotBeRead() throws Exception {
        assertThat(requests.read("{\"command\":\"replace-session\",\"jid\":\"bob@localhost\",\"device\":5}"))
                .isEqualTo(new ChatRequest.ReplaceSession(new DeviceAddress(BOB, new DeviceId(5))));
        assertThat(requests.read("{\"command\":\"refresh\",\"jid\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.Refresh(BOB));
        for (String fields : List.of(
                "\"jid\":\"bob@localhost\"",
                "\"device\":5",
                "\"jid\":\"bob\",\"device\":5",
                "\"jid\":\"bob@localhost\",\"device\":\"5\"",
                "\"jid\":\"bob@localhost\",\"device\":0")) {
            assertThatThrownBy(() -> requests.read("{\"command\":\"replace-session\"," + fields + "}"))
                    .isInstanceOf(ChatRequest.Malformed.class)
                    .message()
                    .containsAnyOf("\"jid\"", "\"device\"");
        }
        assertThatThrownBy(() -> requests.read("{\"command\":\"refresh\",\"jid\":\"bob\"}"))
                .isInstanceOf(ChatRequest.Malformed.class)
                .hasMessageContaining("\"jid\" is not an address");
    }

    @Test
    void readsDecisionsAboutAKeyThatNoRequestNames() throws Exception {
        TrustKey key = new TrustKey(BOB, new Fingerprint("ab".repeat(32)));
        String rest = ",\"jid\":\"bob@localhost\",\"fingerprint\":\"" + "ab".repeat(32) + "\"";

        assertThat(requests.read("{\"command\":\"trust\"" + rest + "}"))
                .isEqualTo(new ChatRequest.DecideKey(key, Decision.TRUST, ""));
        assertThat(requests.read("{\"command\":\"distrust\"" + rest + ",\"reason\":\"lost\"}"))
                .isEqualTo(new ChatRequest.DecideKey(key, Decision.DISTRUST, "lost"));
        assertThat(requests.read("{\"command\":\"compromise\"" + rest + "}"))
                .isEqualTo(new ChatRequest.DecideKey(key, Decision.COMPROMISE, ""));
        assertThat(requests.read("{\"command\":\"undo\"" + rest + ",\"reason\":\"found\"}"))
                .isEqualTo(new ChatRequest.Undo(key, "found"));
        assertThat(requests.read("{\"command\":\"devices\",\"jid\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.Devices(Optional.of(BOB)));
        assertThat(new JsonRequests(Optional.of(BOB)).read("{\"command\":\"devices\"}"))
                .isEqualTo(new ChatRequest.Devices(Optional.empty()));
        for (String command : List.of("trust", "distrust", "compromise", "undo")) {
            assertThatThrownBy(() -> requests.read("{\"command\":\"" + command + "\",\"jid\":\"bob@localhost\"}"))
                    .isInstanceOf(ChatRequest.Malformed.class);
        }
    }

    @Test
    void aUriMayHaveLineBreaks() throws Exception {
        assertThat(requests.read("{\"command\":\"verify\",\"uri\":\"xmpp:\\n  x\"}"))
                .isEqualTo(new ChatRequest.Verify(Optional.empty(), "xmpp:x"));
    }

    @Test
    void plainTextIsAgreedOnWithWhoIsNamedOnly() throws Exception {
        JsonRequests withBob = new JsonRequests(Optional.of(BOB));

        for (String command : List.of("accept-plaintext", "encrypt", "opt-out")) {
            assertThatThrownBy(() -> withBob.read("{\"command\":\"" + command + "\"}"))
                    .isInstanceOf(ChatRequest.Malformed.class);
        }
        assertThat(withBob.read("{\"command\":\"accept-plaintext\",\"to\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.AcceptPlaintext(BOB));
        assertThat(withBob.read("{\"command\":\"encrypt\",\"to\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.Encrypt(BOB));
        assertThat(withBob.read("{\"command\":\"opt-out\",\"to\":\"bob@localhost\",\"reason\":\"why\"}"))
                .isEqualTo(new ChatRequest.OptOut(BOB, Optional.of("why")));
        assertThat(withBob.read("{\"command\":\"opt-out\",\"to\":\"bob@localhost\"}"))
                .isEqualTo(new ChatRequest.OptOut(BOB, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]",
                "\"request\":\"3\",\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]",
                "\"request\":3.0,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]",
                "\"request\":99999999999,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]",
                "\"request\":3",
                "\"request\":3,\"decisions\":[]",
                "\"request\":3,\"decisions\":{}",
                "\"request\":3,\"decisions\":\"trust\"",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"},7]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"},{}]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]",
                "\"request\":3,\"decisions\":[{\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEYKEY\",\"decision\":\"trust\"}]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"blindly-trusted\"}]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":true}]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\"}]",
                "\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"jid\":\"bob@localhost\",\"fingerprint\":\"KEY\",\"decision\":\"trust\"}]"
            })
    void decisionsThatAreIncompleteOrOfAnotherTypeAreMalformed(String fields) {
        String line = "{\"command\":\"decide\"," + fields.replace("KEY", "01".repeat(32)) + "}";

        assertThatThrownBy(() -> requests.read(line)).isInstanceOf(ChatRequest.Malformed.class);
    }

    @Test
    void aRecipientOfAnotherTypeIsNotTakenForTheUsualOne() {
        JsonRequests withBob = new JsonRequests(Optional.of(BOB));

        for (String to : List.of("7", "\"\"", "[\"carol@localhost\"]", "{}")) {
            assertThatThrownBy(() -> withBob.read("{\"command\":\"send\",\"to\":" + to + ",\"body\":\"hi\"}"))
                    .isInstanceOf(ChatRequest.Malformed.class);
            assertThatThrownBy(() -> withBob.read("{\"command\":\"verify\",\"to\":" + to + ",\"uri\":\"xmpp:x\"}"))
                    .isInstanceOf(ChatRequest.Malformed.class);
        }
    }

    @Test
    void readsEscapesInAnyOrderOfFieldsAndPassesOverOthers() throws Exception {
        assertThat(
                        requests.read(
                                " { \"x\" : [1, {\"body\": 2}], \"body\" : \"a\\n\\u00e4\\ud83d\\ude00\", \"to\":\"bob@localhost\", \"command\":\"send\" } "))
                .isEqualTo(new ChatRequest.Send(BOB, "a\n\u00e4\ud83d\ude00", Optional.empty()));
    }

    @Test
    void thePartnerOfTheCommandLineIsMeantWhereNobodyIsNamed() throws Exception {
        assertThat(new JsonRequests(Optional.of(BOB)).read("{\"command\":\"send\",\"body\":\"hi\"}"))
                .isEqualTo(new ChatRequest.Send(BOB, "hi", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "{",
                "[]",
                "null",
                "\"send\"",
                "{}",
                "{\"command\":\"dance\"}",
                "{\"command\":1}",
                "{\"command\":\"send\"}",
                "{\"command\":\"join\",\"room\":\"r@conference.localhost\"}",
                "{\"command\":\"join\",\"nick\":\"a\"}",
                "{\"command\":\"join\",\"room\":\"r\",\"nick\":\"a\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":\"\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost\",\"body\":7}",
                "{\"command\":\"send\",\"body\":\"hi\"}",
                "{\"command\":\"send\",\"to\":\"bob\",\"body\":\"hi\"}",
                "{\"command\":\"send\",\"to\":\"bob@localhost/desk\",\"body\":\"hi\"}",
                "{\"command\":\"quit\",\"command\":\"send\"}",
                "{\"command\":\"quit\"} {\"command\":\"quit\"}",
                "{'command':'quit'}"
            })
    void anythingElseIsMalformed(String line) {
        assertThatThrownBy(() -> requests.read(line)).isInstanceOf(ChatRequest.Malformed.class);
    }

    @Test
    void deepNestingIsMalformedAndNoMore() {
        assertThatThrownBy(() -> requests.read("{\"x\":" + "[".repeat(100_000)))
                .isInstanceOf(ChatRequest.Malformed.class);
    }

    private static String decide(String word) {
        return "{\"command\":\"decide\",\"request\":3,\"decisions\":[{\"jid\":\"bob@localhost\",\"fingerprint\":\""
                + "01".repeat(32) + "\",\"decision\":\"" + word + "\"}]}";
    }

    private static ChatRequest decided(Decision decision) {
        TrustKey key = new TrustKey(BOB, new Fingerprint("01".repeat(32)));
        return new ChatRequest.Decide(3, List.of(new Choice(new Which.Keyed(key), decision)));
    }
}
