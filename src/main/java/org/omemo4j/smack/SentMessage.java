/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.MemberLeftOut;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.DeviceAddress;

/**
 * A message that left encrypted.
 *
 * @param to the conversation.
 * @param stanzaId the stanza's id, the one that the application knows.
 * @param devices who can read it, our own other devices among them. As all that follows but the last, empty when the message waited and a former process had encrypted it.
 * @param leftOut which devices cannot, and why.
 * @param members which members of a room cannot, as none of their devices can.
 * @param unnamed who else in a room cannot, as the room does not tell who they are; as parts of a sentence.
 * @param withheld names of the elements that one of its versions does not carry, and that must not be seen: who reads that version did not get them.
 * @param waited whether it waited in the store; then the server is known to have it. Else it was handed to the connection, as any stanza is;
 *     {@link OmemoManager#awaitSent} tells when the server has it.
 */
public record SentMessage(
        BareJid to,
        String stanzaId,
        List<DeviceAddress> devices,
        List<LeftOut> leftOut,
        List<MemberLeftOut> members,
        List<String> unnamed,
        List<String> withheld,
        boolean waited) {
    public SentMessage {
        withheld = List.copyOf(withheld);
        devices = List.copyOf(devices);
        leftOut = List.copyOf(leftOut);
        members = List.copyOf(members);
        unnamed = List.copyOf(unnamed);
    }

    /** A message that waited; who can read it was known to the process that has encrypted it. */
    static SentMessage ofFormerProcess(BareJid to, String stanzaId) {
        return new SentMessage(to, stanzaId, List.of(), List.of(), List.of(), List.of(), List.of(), true);
    }

    static SentMessage of(OutgoingMessage message, String stanzaId, Encrypted encrypted, boolean waited) {
        return new SentMessage(
                message.to(),
                stanzaId,
                encrypted.devices(),
                encrypted.leftOut(),
                encrypted.members(),
                message.unnamed(),
                encrypted.withheld(),
                waited);
    }
}
