/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.trust.Fingerprint;

/** A key that a device has shown, and that is refused until a person accepts it. */
record RefusedKey(DeviceAddress device, Fingerprint shown) {

    /** That which an event tells of, if it does. */
    static Optional<RefusedKey> of(OmemoEvent event) {
        if (event instanceof OmemoEvent.IdentityKeyChanged changed) {
            return Optional.of(new RefusedKey(changed.device(), changed.shown()));
        }
        return event instanceof OmemoEvent.IdentityKeyShared shared
                ? Optional.of(new RefusedKey(shared.device(), shared.fingerprint()))
                : Optional.empty();
    }

    /** That which a message could not be read for, if it could not for one. */
    static Optional<RefusedKey> of(UnreadMessage message) {
        return message.proposal() == Decryption.Proposal.ACCEPT_KEY
                ? message.device().flatMap(device -> message.shownKey().map(key -> new RefusedKey(device, key)))
                : Optional.empty();
    }

    /** What a person can do. @param command how it is typed here. */
    String remedy(String command) {
        return "Only if the owner of the device confirms it in another way: " + command + " " + device.jid() + " "
                + device.device() + " " + shown.hex();
    }
}
