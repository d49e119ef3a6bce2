/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smackx.mam.MamManager;
import org.jivesoftware.smackx.mam.MamManager.MamQuery;
import org.jivesoftware.smackx.mam.MamManager.MamQueryArgs;
import org.junit.jupiter.api.Test;
import org.omemo4j.smack.OmemoInfo;
import org.omemo4j.store.memory.MemoryStore;

/** The archive of a real server: read for the first time, read again, and not read at all. */
@OnServer
class ArchiveIT {
    private static final int PAGE = 5;

    @Test
    void aDeviceReadsWhatItMissedAndTheSameAgainMarkedAsRepeated(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        Client second = world.client(bob.account()).carbons().offline();
        second.login();
        alice.send(bob, "for both");
        bob.reads(alice, "for both");
        second.awaitAnywhere("for both");
        second.disconnect();
        List<String> missed = texts("missed", 2 * PAGE + 2);
        missed.forEach(text -> alice.send(bob, text));
        bob.inbox().await(missed.get(missed.size() - 1));

        second.login();
        List<Message> first = archive(second);
        List<Message> again = archive(second);

        assertThat(bodies(first)).containsAll(missed).contains("for both");
        assertThat(bodies(again)).isEqualTo(bodies(first));
        assertThat(again)
                .filteredOn(message -> missed.contains(String.valueOf(message.getBody())))
                .hasSize(missed.size())
                .allSatisfy(message -> {
                    OmemoInfo info = OmemoInfo.of(message).orElseThrow();
                    assertThat(info.repeated()).isTrue();
                    assertThat(info.device().jid().equals(alice.jid().asBareJid()))
                            .isTrue();
                });
        assertThat(second.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
    }

    @Test
    void whatWeSentReadsInOurOwnArchiveAsWhatWeSent(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        alice.send(bob, "one");
        bob.reads(alice, "one");
        alice.awaitSent();

        Message archived = archive(alice).stream()
                .filter(message -> "one".equals(message.getBody()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not in the archive\n" + alice.story()));

        OmemoInfo info = OmemoInfo.of(archived).orElseThrow();
        assertThat(info.repeated()).isTrue();
        assertThat(info.device()).isEqualTo(alice.omemo().ownDevice().address());
    }

    @Test
    void whatTheServerSendsAgainAsIfItWasNewIsADuplicate(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        alice.send(bob, "yes, pay");
        bob.reads(alice, "yes, pay");
        List<WireLog.Line> received = bob.wire().encryptedReceived();
        String xml = received.get(received.size() - 1).xml();
        String encrypted =
                xml.substring(xml.indexOf("<encrypted"), xml.indexOf("</encrypted>") + "</encrypted>".length());

        // As the server of alice would write it: from her very account.
        Client server =
                world.client(alice.account()).start(ClientBuilder.Start.NEVER).open();
        server.sendStanza(StanzaBuilder.buildMessage("replay")
                .to(bob.jid())
                .ofType(Message.Type.chat)
                .addExtension(new RawXml("encrypted", "urn:xmpp:omemo:2", encrypted))
                .build());

        assertThat(bob.outcomes().awaitFor("replay")).isInstanceOf(Outcomes.Duplicate.class);
        assertThat(archive(bob).stream().filter(message -> "yes, pay".equals(message.getBody())))
                .isNotEmpty()
                .allSatisfy(message -> assertThat(
                                OmemoInfo.of(message).orElseThrow().repeated())
                        .isTrue());
    }

    @Test
    void whoKeepsMessagesReadsThemAgainAfterARestart(World world) {
        Client alice = world.person("alice");
        MemoryStore store = new MemoryStore();
        Client bob = world.client(world.account("bob")).store(store).open();
        Smack.run(() -> bob.omemo().retain(Duration.ofDays(30)));
        alice.send(bob, "kept");
        bob.reads(alice, "kept");
        bob.stop();

        Client restarted = world.client(bob.account()).store(store).open();

        assertThat(archive(restarted))
                .filteredOn(message -> "kept".equals(message.getBody()))
                .hasSize(1)
                .allSatisfy(message -> assertThat(
                                OmemoInfo.of(message).orElseThrow().repeated())
                        .isTrue());
    }

    @Test
    void whoNeverReadsTheArchiveAnswersAfterThePresence(World world) {
        Client alice = world.person("alice");
        Client bob = world.person("bob");
        bob.disconnect();
        alice.send(bob, "missed");
        alice.awaitSent();
        bob.login();
        alice.send(bob, "next");
        bob.reads(alice, "next");

        Await.until(
                () -> "the empty message of " + bob.jid() + "\n" + bob.story(),
                () -> !bob.wire().encryptedSent().isEmpty());
    }

    /** All of it, page by page. */
    private static List<Message> archive(Client client) {
        return Smack.call(() -> {
            MamQueryArgs whole = MamQueryArgs.builder().setResultPageSize(PAGE).build();
            MamQuery query = MamManager.getInstanceFor(client.connection()).queryArchive(whole);
            List<Message> messages = new ArrayList<>(query.getMessages());
            while (!query.isComplete()) {
                Collection<Message> page = query.pageNext(PAGE);
                if (page.isEmpty()) {
                    break;
                }
                messages.addAll(page);
            }
            return messages;
        });
    }

    private static List<String> bodies(List<Message> messages) {
        return messages.stream()
                .map(Message::getBody)
                .filter(body -> body != null)
                .toList();
    }

    private static List<String> texts(String start, int count) {
        return IntStream.range(0, count).mapToObj(i -> start + " " + i).toList();
    }
}
