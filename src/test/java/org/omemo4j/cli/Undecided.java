/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;

/** Devices that nobody has decided about. */
final class Undecided {
    static final BareJid BOB = JidCreate.bareFromOrThrowUnchecked("bob@localhost");
    static final BareJid ALICE = JidCreate.bareFromOrThrowUnchecked("alice@localhost");
    static final BareJid ROOM = JidCreate.bareFromOrThrowUnchecked("r@conference.localhost");
    static final Fingerprint FIRST = new Fingerprint("01".repeat(32));
    static final Fingerprint SECOND = new Fingerprint("ab".repeat(32));
    static final TrustKey KEY = new TrustKey(BOB, FIRST);

    private Undecided() {}

    /** A device of Bob's with this label, and one of our own without any. */
    static TrustRequest request(BareJid conversation, String label) {
        return new TrustRequest(
                conversation,
                List.of(
                        device(new DeviceAddress(BOB, new DeviceId(5)), Optional.of(label), FIRST),
                        device(new DeviceAddress(ALICE, new DeviceId(7)), Optional.empty(), SECOND)));
    }

    private static KnownDevice device(DeviceAddress address, Optional<String> label, Fingerprint key) {
        return new KnownDevice(
                address,
                Set.of("urn:xmpp:omemo:2"),
                label,
                Optional.of(key),
                TrustLevel.UNDECIDED,
                Instant.parse("2026-11-26T10:20:30Z"),
                Instant.parse("2026-11-27T01:02:03Z"),
                true);
    }
}
