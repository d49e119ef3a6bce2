/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Secret;

/**
 * Our own device.
 *
 * @param owner the account the store belongs to.
 * @param deviceId 1 … 2^31-1.
 * @param identityForm the name of the identity key's form; opaque to the store.
 * @param identityKey the private identity key, 32 bytes.
 * @param label what others see it as, if anything.
 * @param created when it was made.
 */
public record OwnDeviceRecord(
        BareJid owner, int deviceId, String identityForm, Secret identityKey, Optional<String> label, Instant created) {

    /** The same under another id. */
    public OwnDeviceRecord withDeviceId(int other) {
        return new OwnDeviceRecord(owner, other, identityForm, identityKey, label, created);
    }

    /** The same under another label. */
    public OwnDeviceRecord withLabel(Optional<String> other) {
        return new OwnDeviceRecord(owner, deviceId, identityForm, identityKey, other, created);
    }
}
