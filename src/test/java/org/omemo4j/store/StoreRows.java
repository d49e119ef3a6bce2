/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;

/** Rows for tests of stores. */
public final class StoreRows {

    /** The version that most tests use. */
    public static final String OMEMO2 = "urn:xmpp:omemo:2";

    /** Another version, whose rows must not mix with the first. */
    public static final String LEGACY = "eu.siacs.conversations.axolotl";

    /** The account the store belongs to. */
    public static final BareJid ALICE = jid("alice@example.org");

    /** A contact. */
    public static final BareJid BOB = jid("bob@example.org");

    /** An instant of which every nanosecond counts. */
    public static final Instant NOW = Instant.parse("2026-11-23T17:26:27.123456789Z");

    /** The first and the last second that a store must hold. */
    public static final List<Instant> ENDS_OF_TIME =
            List.of(Instant.parse("1678-01-01T00:00:00Z"), Instant.parse("2261-12-31T23:59:59.999999999Z"));

    /** The largest number of a message in a chain. */
    public static final long LARGEST_N = (1L << 32) - 1;

    private StoreRows() {}

    public static BareJid jid(String jid) {
        return JidCreate.bareFromOrThrowUnchecked(jid);
    }

    public static DeviceAddress device(BareJid jid, int id) {
        return new DeviceAddress(jid, new DeviceId(id));
    }

    /** 32 equal bytes. */
    public static Bytes key(int filler) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filler);
        return Bytes.of(key);
    }

    /** 32 equal bytes, secret. */
    public static Secret secret(int filler) {
        return Secret.of(key(filler).toByteArray());
    }

    public static Secret secret(String text) {
        return Secret.of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static OwnDeviceRecord ownDevice(BareJid owner) {
        return new OwnDeviceRecord(owner, 4711, "ED25519_SEED", secret(1), Optional.empty(), NOW);
    }

    public static SignedPreKeyRecord signedPreKey(String version, int id, Instant created) {
        return new SignedPreKeyRecord(
                version, id, secret(id), key(id + 1), Bytes.concat(key(id + 2), key(id + 3)), created);
    }

    public static PreKeyRecord preKey(String version, int id) {
        return new PreKeyRecord(version, id, secret(id), key(id + 1), Optional.empty());
    }

    public static DeviceRecord deviceRecord(DeviceAddress address) {
        return new DeviceRecord(
                address, Optional.of(key(7)), Optional.empty(), Optional.empty(), NOW, NOW, Map.of(OMEMO2, true));
    }

    /** A session that is used for sending. */
    public static SessionRecord session(long id, DeviceAddress address) {
        return session(id, address, NOW, Optional.empty());
    }

    public static SessionRecord session(long id, DeviceAddress address, Instant created, Optional<Instant> archived) {
        return new SessionRecord(
                id, address, OMEMO2, key((int) id), created, archived, false, secret("state of session " + id));
    }

    public static SkippedKeyRecord skippedKey(long session, Bytes ratchetKey, long n, long number) {
        return new SkippedKeyRecord(session, ratchetKey, n, number, secret((int) number));
    }

    public static ParkedRecord parked(long number, BareJid to) {
        return new ParkedRecord(
                number,
                to,
                "id-" + number,
                secret("<message/>"),
                Optional.empty(),
                "REQUIRED",
                Optional.empty(),
                0,
                NOW);
    }
}
