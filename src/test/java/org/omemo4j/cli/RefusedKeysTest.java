/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.UnreadMessage;

/** What commands that log in say of keys that were refused. */
class RefusedKeysTest {
    private static final DeviceAddress PHONE = new DeviceAddress(Undecided.BOB, new DeviceId(5));
    private static final String REMEDY =
            "omemo accept-key --jid alice@localhost bob@localhost 5 " + Undecided.SECOND.hex();

    private final CommandRun command = new CommandRun();
    private final RefusedKeys refused =
            new RefusedKeys(JidCreate.entityBareFromOrThrowUnchecked("alice@localhost"), command.terminal());

    @Test
    void aBundleWithAnotherKeyIsToldWithWhatToType() {
        refused.onEvent(new OmemoEvent.IdentityKeyChanged(PHONE, Undecided.FIRST, Undecided.SECOND));
        refused.onEvent(new OmemoEvent.IdentityKeyShared(PHONE, Undecided.ALICE, Undecided.SECOND));

        assertThat(command.err().lines())
                .hasSize(2)
                .allMatch(line -> line.contains(Undecided.SECOND.toString()) && line.endsWith(REMEDY));
    }

    @Test
    void aMessageWithAnotherKeyIsToo() {
        refused.onUndecryptable(unread(Decryption.Proposal.ACCEPT_KEY), Decryption.Reason.IDENTITY_KEY_CHANGED);
        refused.onUndecryptable(unread(Decryption.Proposal.NONE), Decryption.Reason.NO_SESSION);

        assertThat(command.err())
                .hasLineCount(1)
                .contains("identity-key-changed")
                .endsWith(REMEDY + "\n");
    }

    private static UnreadMessage unread(Decryption.Proposal proposal) {
        return new UnreadMessage(
                Undecided.BOB,
                Optional.of(PHONE),
                Optional.of("m1"),
                Delivery.LIVE,
                Optional.empty(),
                proposal,
                Optional.of(Undecided.SECOND));
    }
}
