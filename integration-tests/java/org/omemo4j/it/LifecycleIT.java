/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jivesoftware.smack.packet.IQ;
import org.junit.jupiter.api.Test;
import org.omemo4j.it.ClientBuilder.Start;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreLockedException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.store.sql.SqlStore;

/** Starting and stopping, in and out of order. */
@OnServer
class LifecycleIT {
    private static final Pattern CAPS = Pattern.compile("<c\\s[^>]*ver='([^']+)'");

    @Test
    void startAfterLoginWorksAnnouncesCapsAgainAndReportsMissedMessages(World world) {
        Client bob = world.person("bob");
        Client alice =
                world.client(world.account("alice")).start(Start.AFTER_LOGIN).offline();
        alice.connect();
        String capsBefore = Await.value(() -> "the first caps\n" + alice.story(), () -> lastCaps(alice));

        alice.startOmemo();
        alice.awaitReady();

        alice.outcomes().await(Outcomes.MayHaveBeenMissed.class);
        Await.until(
                () -> "other caps than " + capsBefore + "\n" + alice.story(),
                () -> !lastCaps(alice).equals(Optional.of(capsBefore)));
        assertThat(featuresOf(alice, bob)).contains("urn:xmpp:omemo:2:devices+notify");
        bob.send(alice, "there you are");
        alice.reads(bob, "there you are");
        alice.send(bob, "here I am");
        bob.reads(alice, "here I am");
    }

    @Test
    void startBeforeLoginMissesNothing(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");

        assertThat(featuresOf(alice, bob)).contains("urn:xmpp:omemo:2:devices+notify");
        assertThat(alice.outcomes().of(Outcomes.MayHaveBeenMissed.class)).isEmpty();
    }

    @Test
    void beforeStartAndAfterStopSendsFailInsteadOfLeavingInClear(World world) {
        Client bob = world.person("bob");
        Client alice =
                world.client(world.account("alice")).start(Start.AFTER_LOGIN).offline();
        alice.connect();

        assertNotStarted(alice, bob, "too early");
        alice.startOmemo();
        alice.awaitReady();
        alice.send(bob, "in time");
        bob.reads(alice, "in time");
        alice.omemo().stop();
        assertNotStarted(alice, bob, "too late");

        assertThat(alice.omemo().isStarted()).isFalse();
        assertThat(alice.isAlive()).isTrue();
        assertThat(alice.wire().raw()).doesNotContain("too early", "too late", "<body");
        assertThat(bob.bodies()).containsExactly("in time");
    }

    @Test
    void stoppedAndStartedAgainItGoesOnWithItsSessions(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        alice.send(bob, "one");
        bob.reads(alice, "one");
        bob.send(alice, "two");
        alice.reads(bob, "two");

        alice.omemo().stop();
        int before = alice.wire().mark("stopped").number();
        alice.startOmemo();
        alice.awaitReady();
        alice.send(bob, "three");
        bob.reads(alice, "three");

        assertThat(alice.wire().encryptedSent())
                .filteredOn(line -> line.number() > before)
                .isNotEmpty()
                .noneMatch(WireLog.Line::isKeyExchange);
    }

    @Test
    void aSecondManagerOnTheSameFileIsRefusedAndToldWhoHoldsIt(World world) {
        Account account = world.account("alice");
        Path file = TestServer.scratch("locked").resolve("alice.db");
        Client first = world.client(account).store(SqlStore.open(file)).open();
        Client second = world.client(account).offline();

        assertThatThrownBy(() -> second.omemo().start(SqlStore.open(file)))
                .isInstanceOf(StoreLockedException.class)
                .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));

        assertThat(second.omemo().isStarted()).isFalse();
        first.stop();
        Smack.run(() -> second.omemo().start(SqlStore.open(file)));
        second.connect();
        second.awaitReady();
    }

    @Test
    void aProcessThatHoldsTheFileIsNamedAndItsDeathFreesIt(World world) {
        Account account = world.account("alice");
        Path file = TestServer.scratch("locked").resolve("alice.db");
        ChildJvm child = ChildJvm.start(world, account, file);
        Client second = world.client(account).offline();

        assertThatThrownBy(() -> second.omemo().start(SqlStore.open(file)))
                .isInstanceOf(StoreLockedException.class)
                .hasMessageContaining(Long.toString(child.pid()));

        child.kill();
        Smack.run(() -> second.omemo().start(SqlStore.open(file)));
        second.connect();
        second.awaitReady();
        assertThat("ready " + second.deviceId()).isEqualTo(child.await("ready"));
    }

    @Test
    void aSecondManagerOnTheSameStoreInMemoryIsRefused(World world) {
        MemoryStore store = new MemoryStore();
        Client first = world.client(world.account("alice")).store(store).open();
        Client second = world.client(first.account()).offline();

        assertThatThrownBy(() -> second.omemo().start(store)).isInstanceOf(StoreLockedException.class);

        assertThat(second.omemo().isStarted()).isFalse();
        assertThat(first.omemo().isStarted()).isTrue();
    }

    @Test
    void aConnectionThatNeverAskedForOmemoIsLeftAlone(World world) {
        Client alice = world.client(world.account("alice")).start(Start.NEVER).open();
        Client bob = world.client(world.account("bob")).start(Start.NEVER).open();

        alice.send(bob, "plain and proud");

        bob.inbox().await("plain and proud");
        assertThat(OmemoManager.getInstanceFor(alice.connection()).isStarted()).isFalse();
    }

    private static void assertNotStarted(Client from, Client to, String body) {
        assertThatThrownBy(() -> from.send(to, body))
                .isInstanceOfSatisfying(
                        OmemoException.class, e -> assertThat(e.reason()).isEqualTo(OmemoException.Reason.NOT_STARTED))
                .hasMessageNotContaining(body);
    }

    /** The caps hash of the last presence that left. */
    private static Optional<String> lastCaps(Client client) {
        List<String> all = client.wire().lines().stream()
                .filter(line ->
                        line.direction() == WireLog.Direction.SENT && line.xml().startsWith("<presence"))
                .map(line -> CAPS.matcher(line.xml()))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    private static String featuresOf(Client of, Client asking) {
        return asking.ask(new RawIq(
                        IQ.Type.get, of.connection().getUser(), "query", "http://jabber.org/protocol/disco#info", ""))
                .xml();
    }
}
