/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.junit.jupiter.api.Test;
import org.omemo4j.smack.OmemoInfo;

/** Several devices per account: each reads every message of the conversation, whoever of them received or sent it. */
@OnServer
class DevicesIT {
    @Test
    void everyOtherDeviceOfBothSidesReadsEveryMessage(World world) {
        Client alicePhone = world.client(world.account("alice"))
                .carbons()
                .readingAllStrangers()
                .open();
        Client aliceDesk = world.client(alicePhone.account())
                .carbons()
                .readingAllStrangers()
                .open();
        Client bobPhone = world.client(world.account("bob"))
                .carbons()
                .readingAllStrangers()
                .open();
        Client bobDesk =
                world.client(bobPhone.account()).carbons().readingAllStrangers().open();
        List<Client> all = List.of(alicePhone, aliceDesk, bobPhone, bobDesk);
        alicePhone.awaitDevices(alicePhone, 2);
        aliceDesk.awaitDevices(aliceDesk, 2);
        bobPhone.awaitDevices(bobPhone, 2);
        bobDesk.awaitDevices(bobDesk, 2);

        for (Client sender : all) {
            Client other = sender.jid().equals(alicePhone.jid()) ? bobPhone : alicePhone;
            String body = "from device " + sender.deviceId();

            sender.send(other, body);

            for (Client reader : all) {
                if (reader != sender) {
                    Message message = reader.awaitAnywhere(body);
                    OmemoInfo info = OmemoInfo.of(message).orElseThrow();
                    assertThat(info.device().device().value()).isEqualTo(sender.deviceId());
                    assertThat(info.device().jid().toString())
                            .isEqualTo(sender.jid().toString());
                }
            }
        }
        assertThat(all).allSatisfy(client -> {
            assertThat(client.outcomes().of(Outcomes.Undecryptable.class)).isEmpty();
            assertThat(client.wire().raw()).doesNotContain("<body");
        });
    }

    @Test
    void carbonsOfReceivedAndSentMessagesAreReadable(World world) {
        Client alice = world.person("alice");
        Client phone = world.client(world.account("bob"))
                .carbons()
                .readingAllStrangers()
                .open();
        Client desk =
                world.client(phone.account()).carbons().readingAllStrangers().open();
        phone.awaitDevices(phone, 2);
        // Messages to the account go to the phone alone now; the desk gets copies.
        phone.becomeAvailable(5);
        phone.wire()
                .await(
                        "the new presence",
                        line -> line.direction() == WireLog.Direction.RECEIVED
                                && line.xml().startsWith("<presence")
                                && line.xml().contains("<priority>5</priority>"));

        alice.send(phone, "to the phone");
        phone.reads(alice, "to the phone");
        Message received = desk.receivedElsewhere().await("to the phone");
        phone.send(alice, "from the phone");
        alice.reads(phone, "from the phone");
        Message sent = desk.sentElsewhere().await("from the phone");

        assertThat(OmemoInfo.of(received).orElseThrow().device().jid().toString())
                .isEqualTo(alice.jid().toString());
        assertThat(OmemoInfo.of(sent).orElseThrow().device().device().value()).isEqualTo(phone.deviceId());
        assertThat(desk.wire().raw()).doesNotContain("<body");
    }

    @Test
    void aDeviceThatComesLaterReadsWhatIsSentThen(World world) {
        Client alice = world.person("alice");
        Client phone = world.client(world.account("bob")).carbons().open();
        world.befriend(alice, phone);
        alice.send(phone, "for one device");
        phone.reads(alice, "for one device");

        Client desk = world.client(phone.account()).carbons().open();
        alice.awaitDevices(phone, 2);
        alice.send(phone, "for two devices");

        desk.awaitAnywhere("for two devices");
        phone.awaitAnywhere("for two devices");
        assertThat(desk.bodies()).doesNotContain("for one device");
    }
}
