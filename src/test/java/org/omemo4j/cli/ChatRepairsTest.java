/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.cli.ChatRequest.Malformed;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.smack.TestClient;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;

/** What is done in a chat about messages that cannot be read. */
class ChatRepairsTest {
    private static final BareJid ALICE = World.jid(TestClient.ALICE);
    private static final EntityBareJid ROOM = JidCreate.entityBareFromOrThrowUnchecked("r@conference.example.org");

    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.org");
    private final Lines lines = new Lines();
    private final JsonRequests json = new JsonRequests(Optional.empty());
    private final PlainRequests plain = new PlainRequests(Optional.empty());
    private TestClient alice;
    private ChatRepairs repairs;

    @BeforeEach
    void open() throws Exception {
        alice = TestClient.started(world, new MemoryStore(), World.CONFIG);
        JsonEvents events = new JsonEvents(lines.stream());
        alice.omemo.addOmemoListener(new ChatOutcomes(events, ROOM::equals, jid -> false, cause -> {}));
        repairs = new ChatRepairs(alice.omemo, events, ROOM::equals);
    }

    @AfterEach
    void leave() {
        alice.close();
    }

    @Test
    void aSessionThatIsBrokenIsReplacedAsItsEventProposes() throws Exception {
        bobIsKnown();
        alice.receives(stanza(bob.send(ALICE, "broken").spoilt()));
        assertThat(event())
                .isEqualTo("{\"event\":\"undecryptable\",\"from\":\"bob@example.org\",\"device\":"
                        + device() + ",\"reason\":\"broken-session\",\"id\":\"m1\","
                        + "\"proposal\":\"replace-session\"}");

        say(json, "{\"command\":\"replace-session\",\"jid\":\"bob@example.org\",\"device\":" + device() + "}");

        assertThat(event())
                .isEqualTo("{\"event\":\"session-begun\",\"jid\":\"bob@example.org\",\"device\":" + device() + "}");
        assertThat(alice.sent().toXML().toString()).contains("kex");
    }

    @Test
    void aSessionIsNotReplacedAgainAtOnce() throws Exception {
        bobIsKnown();
        say(plain, "/replace bob@example.org " + device());

        assertRefused("/replace bob@example.org " + device(), "try again later", "too-soon");
    }

    @Test
    void aDeviceThatIsNotListedOrNotTrustedOrThisOneGetsNoNewSession() throws Exception {
        bobIsKnown();
        alice.omemo.trust().decide(bob.key(), Decision.DISTRUST, "");

        assertRefused("/replace bob@example.org " + device(), "trust it first", "not-trusted");
        assertRefused("/replace bob@example.org 7", "device 7 of bob@example.org", "not-listed");
        assertRefused("/replace carol@example.net 7", "a refresh asks again", "not-listed");
        assertRefused(
                "/replace " + ALICE + " " + alice.omemo.ownDevice().address().device(),
                "this very device",
                "not-listed");
    }

    @Test
    void devicesAreAskedForAgain() throws Exception {
        say(json, "{\"command\":\"refresh\",\"jid\":\"bob@example.org\"}");

        assertThat(event()).isEqualTo("{\"event\":\"refreshed\",\"jid\":\"bob@example.org\"}");
        assertThat(alice.omemo.devices(bob.jid())).hasSize(1);
    }

    @Test
    void whoCannotBeAskedIsAnErrorThatSaysWhy() throws Exception {
        world.refuse("carol@example.net", FetchProblem.REMOTE_ERROR);

        say(plain, "/refresh carol@example.net");

        assertThat(event())
                .isEqualTo(
                        "{\"event\":\"error\",\"message\":\"it could not be found out which devices carol@example.net"
                                + " has: its server answers with an error\",\"to\":\"carol@example.net\"}");
    }

    @Test
    void norIsItRefreshedWhereAnAccountHasToldOnlyBefore() throws Exception {
        say(plain, "/refresh bob@example.org");
        assertThat(event()).contains("\"refreshed\"");
        world.refuse("bob@example.org", FetchProblem.REMOTE_ERROR);

        say(plain, "/refresh bob@example.org");

        assertThat(event())
                .contains("\"error\"", "which devices bob@example.org has: its server answers with an error");
        world.allow("bob@example.org");
        say(plain, "/refresh bob@example.org");
        assertThat(event()).contains("\"refreshed\"");
    }

    @Test
    void theMembersOfARoomAreAskedForAgain() throws Exception {
        say(plain, "/refresh " + ROOM);

        assertThat(event()).isEqualTo("{\"event\":\"refreshed\",\"jid\":\"" + ROOM + "\",\"room\":\"" + ROOM + "\"}");
    }

    private void bobIsKnown() throws Exception {
        alice.receives(stanza(bob.send(ALICE, "hello")));
        assertThat(alice.sent().toXML().toString()).as("completes the session").doesNotContain("kex");
        alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);
    }

    /** The next line that is no notice of a new key or the like. */
    private String event() throws InterruptedException {
        String line = lines.next();
        while (line.startsWith("{\"event\":\"notice\"")) {
            line = lines.next();
        }
        return line;
    }

    private int device() {
        return bob.address().device().value();
    }

    private void say(ChatRequest.Reader reader, String line) throws Malformed {
        repairs.perform((ChatRequest.OfReading) reader.read(line));
    }

    private void assertRefused(String line, String says, String reason) {
        assertThatThrownBy(() -> say(plain, line))
                .hasMessageContaining("was not replaced: ")
                .hasMessageContaining(says)
                .isInstanceOfSatisfying(
                        Malformed.class, refusal -> assertThat(refusal.reason()).contains(reason));
    }

    private static String stanza(Letter letter) {
        return "<message xmlns='jabber:client' type='chat' id='m1' from='" + letter.from() + "/x' to='" + letter.to()
                + "'>" + letter.encrypted().toXml() + "</message>";
    }
}
