/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaError.Condition;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.mam.element.MamFinIQ;
import org.jivesoftware.smackx.mam.element.MamQueryIQ;
import org.jivesoftware.smackx.rsm.packet.RSMSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.smack.QuietConnection;
import org.omemo4j.store.Changes.Durability;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What is said when the account's archive answers in one way or another. */
class KeyTrafficTest {
    private final CommandRun command = new CommandRun();
    private final AtomicInteger asked = new AtomicInteger();

    private final MemoryStore store = new MemoryStore();
    private OmemoStore started = store;
    private QuietConnection connection;

    @TempDir
    Path folder;

    @BeforeEach
    void logIn() throws Exception {
        OmemoManager.install();
        connection = new QuietConnection("alice", "example.org");
        connection.connect();
        connection.login();
    }

    @ParameterizedTest
    @EnumSource(
            value = Condition.class,
            names = {"service_unavailable", "feature_not_implemented"})
    void anAccountWithoutAnArchiveIsNothingToSay(Condition none) throws Exception {
        read(query -> IQ.createErrorResponse(query, none));

        assertThat(asked).hasValue(1);
        assertThat(command.err()).isEmpty();
        assertThat(noted()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(
            value = Condition.class,
            names = {"internal_server_error", "forbidden", "resource_constraint"})
    void anArchiveThatRefusesIsSaidInOneLine(Condition why) throws Exception {
        read(query -> IQ.createErrorResponse(query, why));

        assertThat(command.err().lines()).singleElement().asString().contains("could not be read", why.toString());
    }

    @Test
    void aLostPlaceInTheArchiveIsNothingToSay() throws Exception {
        read(query -> asked.get() == 1 ? page(query, false) : IQ.createErrorResponse(query, Condition.item_not_found));

        assertThat(asked).hasValue(2);
        assertThat(command.err()).isEmpty();
        assertThat(noted()).exists();
    }

    @Test
    void pagesThatAreLeftOverAreSaidInOneLine() throws Exception {
        read(query -> page(query, false));

        assertThat(asked).hasValue(20);
        assertThat(command.err().lines()).singleElement().asString().contains("more than was read");
    }

    @Test
    void anArchiveThatWasReadToItsEndIsNothingToSay() throws Exception {
        read(query -> page(query, asked.get() == 3));

        assertThat(asked).hasValue(3);
        assertThat(command.err()).isEmpty();
    }

    @Test
    void theTimeIsNotedOnlyOnceWhatWasReadIsInTheStore() throws Exception {
        World world = new World();
        TestDevice alice = world.device("alice@example.org", store, OmemoConfig.defaults());
        TestDevice bob = world.device("bob@example.org");
        bob.read(alice.send(bob, "Hello"));
        String answer = world.mail().removeLast().encrypted().toXml();
        store.close();
        List<Durability> commits = new CopyOnWriteArrayList<>();
        started = InterceptedStore.watched(store, changes -> commits.add(changes.durability()));

        read(query -> {
            connection.receive(archived(query, answer));
            assertThat(commits).as("commits").endsWith(Durability.BATCHED);
            return page(query, true);
        });

        assertThat(commits.get(commits.size() - 1)).isNotEqualTo(Durability.BATCHED);
        assertThat(noted()).exists();
    }

    @Test
    void theTimeIsNotNotedIfOmemoHasStoppedMeanwhile() throws Exception {
        read(query -> {
            OmemoManager.getInstanceFor(connection).stop();
            return page(query, true);
        });

        assertThat(command.err().lines()).singleElement().asString().contains("could not be read");
        assertThat(noted()).doesNotExist();
    }

    /** Nothing but the reading goes on meanwhile: OMEMO's own requests are not answered before its end. */
    private void read(Function<MamQueryIQ, IQ> archive) throws Exception {
        Thread reading = Thread.currentThread();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        connection.answerBy(request -> {
            if (request instanceof MamQueryIQ query) {
                asked.incrementAndGet();
                return Optional.of(archive.apply(query));
            }
            if (Thread.currentThread() != reading) {
                working.countDown();
                await(over);
            }
            return Optional.empty();
        });
        OmemoManager omemo = OmemoManager.getInstanceFor(connection);
        omemo.start(started);
        await(working);
        new KeyTraffic(connection, omemo, folder.resolve("a.db"))
                .read(Deadline.in(Duration.ofMinutes(5)), command.terminal());
        over.countDown();
        omemo.stop();
        connection.disconnect();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path noted() {
        return folder.resolve("a.db.read");
    }

    private static Message archived(MamQueryIQ query, String encrypted) {
        try {
            return PacketParserUtils.parseStanza("<message xmlns='jabber:client' from='alice@example.org'>"
                    + "<result xmlns='urn:xmpp:mam:2' id='1' queryid='" + query.getQueryId()
                    + "'><forwarded xmlns='urn:xmpp:forward:0'>"
                    + "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>"
                    + "<message xmlns='jabber:client' type='chat' to='alice@example.org' from='bob@example.org/x'>"
                    + encrypted + "</message></forwarded></result></message>");
        } catch (Exception e) { // parseStanza declares it
            throw new AssertionError(e);
        }
    }

    private static IQ page(MamQueryIQ query, boolean complete) {
        MamFinIQ end = new MamFinIQ(
                query.getQueryId(), new RSMSet(null, null, -1, -1, "last", -1, "first", -1), complete, true);
        end.setType(IQ.Type.result);
        end.setTo(query.getFrom());
        return end;
    }
}
