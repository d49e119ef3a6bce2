/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.smack.OmemoInfo;

/** A contact who asks for plain text, in an encrypted message, blocks sending until the person at each device has answered. */
@OnServer
class OptOutIT {
    @Test
    void whoAgreesWritesInClearAndWhoDeclinesGoesOnEncrypted(World world) {
        Client phone = world.client(world.account("alice")).carbons().open();
        Client desk = world.client(phone.account()).carbons().open();
        Client bob = world.person("bob");
        phone.awaitDevices(phone, 2);
        desk.awaitDevices(desk, 2);

        Smack.run(() -> bob.omemo().optOut(phone.jid(), Optional.of("my screen reader cannot")));

        for (Client alices : new Client[] {phone, desk}) {
            Outcomes.OptedOut asked = alices.outcomes().await(Outcomes.OptedOut.class);
            assertThat(asked.from()).isEqualTo(bob.omemo().ownDevice().address());
            assertThat(asked.reason()).contains("my screen reader cannot");
            assertThat(alices.failureOf(bob.jid(), "not before an answer").reason())
                    .isEqualTo(Reason.OPTED_OUT);
        }
        assertThat(bob.wire().raw()).doesNotContain("screen reader", "opt-out");

        Smack.run(() -> desk.omemo().declineOptOut(bob.jid()));
        desk.send(bob, "still encrypted");
        bob.reads(desk, "still encrypted");
        assertThat(phone.failureOf(bob.jid(), "not by another device's answer").reason())
                .isEqualTo(Reason.OPTED_OUT);

        Smack.run(() -> phone.omemo().acceptPlaintext(bob.jid()));
        phone.send(bob, "in clear then");
        assertThat(OmemoInfo.of(bob.inbox().await("in clear then"))).isEmpty();

        Smack.run(() -> phone.omemo().setPolicy(bob.jid(), EncryptionPolicy.REQUIRED));
        phone.send(bob, "encrypted again");
        bob.reads(phone, "encrypted again");
        for (Client client : new Client[] {phone, desk, bob}) {
            assertThat(client.wire().raw())
                    .doesNotContain("not before", "not by", "still encrypted", "encrypted again");
        }
    }
}
