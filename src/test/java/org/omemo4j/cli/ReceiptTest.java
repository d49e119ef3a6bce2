/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;

/** What the command that sends one message says when it cannot leave. */
class ReceiptTest {
    private static final EntityBareJid BOB = JidCreate.entityBareFromOrThrowUnchecked("bob@localhost");
    private static final EntityBareJid ALICE = JidCreate.entityBareFromOrThrowUnchecked("alice@localhost");

    @Test
    void aMessageThatWaitsForADecisionIsSaidAtOnceWithTheDevicesAndTheRemedy() throws Exception {
        Deadline deadline = Deadline.in(Duration.ofDays(1));
        Account account = new Account(ALICE, "secret", new Route(Optional.empty(), Optional.empty()));
        try (Client client = new Client(
                        account, Client.configuration(account, deadline).build(), deadline);
                Receipt receipt = new Receipt(client, BOB, "m1")) {
            receipt.onDecisionNeeded(Undecided.request(Undecided.ROOM, "a conversation of somebody else's"));
            receipt.onDecisionNeeded(Undecided.request(BOB, "phone"));

            assertThatThrownBy(() -> receipt.await(deadline, Path.of("alice.db")))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining(
                            "Messages to bob@localhost wait for a decision about bob@localhost/5 (" + Undecided.FIRST)
                    .hasMessageContaining("omemo chat");
        }
    }
}
