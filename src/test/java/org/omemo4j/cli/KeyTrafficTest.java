/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StanzaError.Condition;
import org.jivesoftware.smackx.mam.element.MamFinIQ;
import org.jivesoftware.smackx.mam.element.MamQueryIQ;
import org.jivesoftware.smackx.rsm.packet.RSMSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.smack.QuietConnection;

/** What is said when the account's archive answers in one way or another. */
class KeyTrafficTest {
    private final CommandRun command = new CommandRun();
    private final AtomicInteger asked = new AtomicInteger();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Condition.class,
            names = {"service_unavailable", "feature_not_implemented"})
    void anAccountWithoutAnArchiveIsNothingToSay(Condition none) throws Exception {
        read(query -> IQ.createErrorResponse(query, none));

        assertThat(asked).hasValue(1);
        assertThat(command.err()).isEmpty();
        assertThat(folder.resolve("a.db.read")).doesNotExist();
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
        assertThat(folder.resolve("a.db.read")).exists();
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

    private void read(Function<MamQueryIQ, IQ> archive) throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        connection.connect();
        connection.login();
        connection.answerBy(request -> {
            if (request instanceof MamQueryIQ query) {
                asked.incrementAndGet();
                return Optional.of(archive.apply(query));
            }
            return Optional.empty();
        });
        new KeyTraffic(connection, OmemoManager.getInstanceFor(connection), folder.resolve("a.db"))
                .read(Deadline.in(Duration.ofMinutes(5)), command.terminal());
        connection.disconnect();
    }

    private static IQ page(MamQueryIQ query, boolean complete) {
        MamFinIQ end = new MamFinIQ(
                query.getQueryId(), new RSMSet(null, null, -1, -1, "last", -1, "first", -1), complete, true);
        end.setType(IQ.Type.result);
        end.setTo(query.getFrom());
        return end;
    }
}
