/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Decryption.Proposal;
import org.omemo4j.engine.Delivery;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;

/**
 * A received message whose content the application does not get. The stanza itself still reaches the listeners, without a body.
 *
 * @param from the account that the server names as the sender; the room where it does not say who that was.
 * @param device the device that the message claims to be from; empty where even that is malformed. Not authenticated.
 * @param stanzaId the stanza's id, where it has one.
 * @param delivery the way it came.
 * @param room the room that it came through, if it did.
 * @param proposal what may be done about it; {@code NONE} for a message that was read before or is for others, and where a new session with its device is begun already.
 * @param shownKey where its device shows another identity key than the one known for it, or one that another account is known by, that key. Nothing proves that its sender has it.
 */
public record UnreadMessage(
        BareJid from,
        Optional<DeviceAddress> device,
        Optional<String> stanzaId,
        Delivery delivery,
        Optional<BareJid> room,
        Proposal proposal,
        Optional<Fingerprint> shownKey) {

    UnreadMessage by(Optional<DeviceAddress> claimed) {
        return new UnreadMessage(from, claimed, stanzaId, delivery, room, proposal, shownKey);
    }

    UnreadMessage because(Decryption.Undecryptable why) {
        return new UnreadMessage(from, why.sender(), stanzaId, delivery, room, why.proposal(), why.shownKey());
    }
}
