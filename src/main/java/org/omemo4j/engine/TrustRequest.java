/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.trust.TrustKey;

/**
 * What a person has to decide before the messages of a conversation can leave.
 *
 * @param conversation the contact or room that they go to.
 * @param devices all devices of all their readers, our own others among them, that nobody has decided about and that a policy asks for. Each has a fingerprint.
 */
public record TrustRequest(BareJid conversation, List<KnownDevice> devices) {
    public TrustRequest {
        devices = List.copyOf(devices);
    }

    /** The keys of these devices. */
    public Set<TrustKey> keys() {
        return devices.stream()
                .map(device -> new TrustKey(
                        device.address().jid(), device.fingerprint().orElseThrow()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
