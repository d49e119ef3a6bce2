/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Decryption.Proposal;
import org.omemo4j.engine.Replacement;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** What an application does about a message that cannot be read. */
class ReplaceSessionTest {
    private final World world = new World();
    private final TestDevice bob = world.device("bob@example.org");

    @Test
    void theProposalOfAMessageThatCannotBeReadIsAcceptedOnce() throws Exception {
        try (TestClient alice = TestClient.started(world, new MemoryStore())) {
            BlockingQueue<UnreadMessage> unread = new LinkedBlockingQueue<>();
            alice.omemo.addOmemoListener(new OmemoListener() {
                @Override
                public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
                    unread.add(message);
                }
            });
            alice.receives(stanza(bob.send(TestClient.jid(TestClient.ALICE), "hello")));
            assertThat(alice.sent().toXML().toString())
                    .as("completes the session")
                    .doesNotContain("kex=");
            alice.omemo.prepare(bob.jid()).get(30, TimeUnit.SECONDS);

            alice.receives(
                    stanza(bob.send(TestClient.jid(TestClient.ALICE), "broken").spoilt()));

            UnreadMessage broken = unread.poll(30, TimeUnit.SECONDS);
            assertThat(broken.proposal()).isEqualTo(Proposal.REPLACE_SESSION);
            assertThat(broken.device()).isEqualTo(Optional.of(bob.address()));
            assertThat(alice.omemo.replaceSession(broken.device().get())).isEqualTo(Replacement.Outcome.BEGUN);
            assertThat(alice.sent().toXML().toString()).as("begins another").contains("kex=");
            assertThat(alice.omemo.replaceSession(broken.device().get())).isEqualTo(Replacement.Outcome.TOO_SOON);
        }
    }

    @Test
    void beforeTheStartItIsRefused() throws Exception {
        try (TestClient alice = TestClient.loggedIn()) {
            assertThatThrownBy(() -> alice.omemo.replaceSession(bob.address())).isInstanceOf(OmemoException.class);
            assertThatThrownBy(alice.omemo::afterRestore).isInstanceOf(OmemoException.class);
        }
    }

    private static String stanza(Letter letter) {
        return "<message xmlns='jabber:client' type='chat' from='" + letter.from() + "/x' to='" + letter.to() + "'>"
                + letter.encrypted().toXml() + "</message>";
    }
}
