/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;

/**
 * What became of the acceptance of a key.
 *
 * @param known the key that the device was known with before.
 */
record AcceptedKey(DeviceAddress device, Fingerprint shown, Optional<Fingerprint> known, TrustChange change) {

    TrustKey key() {
        return new TrustKey(device.jid(), shown);
    }

    /** For people; of one that was refused, its change has the sentence. */
    String words() {
        if (change instanceof TrustChange.Changed changed) {
            return "has another key from now on, which is " + changed.to().words();
        }
        return change instanceof TrustChange.Unchanged unchanged
                ? "has this key as before, which is " + unchanged.level().words()
                : "";
    }
}
