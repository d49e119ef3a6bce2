/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.List;

/**
 * What we publish in one version of OMEMO, and how far the server has it.
 *
 * @param version the version's namespace.
 * @param nextPreKeyId the id of the next new prekey; ids are never used twice.
 * @param nextSignedPreKeyId likewise.
 * @param changed counts the changes of our bundle.
 * @param published the value of {@code changed} that the server is known to have; smaller means a publication is due.
 * @param announced whether our id was ever on the published device list.
 * @param healings when that list was put right after somebody else had written it, oldest first, no time twice; bounds how often that happens.
 */
public record OwnBundleRecord(
        String version,
        int nextPreKeyId,
        int nextSignedPreKeyId,
        long changed,
        long published,
        boolean announced,
        List<Instant> healings) {

    public OwnBundleRecord {
        healings = List.copyOf(healings);
    }

    /** With another next prekey id. */
    public OwnBundleRecord withNextPreKeyId(int next) {
        return new OwnBundleRecord(version, next, nextSignedPreKeyId, changed, published, announced, healings);
    }

    /** With another next signed prekey id. */
    public OwnBundleRecord withNextSignedPreKeyId(int next) {
        return new OwnBundleRecord(version, nextPreKeyId, next, changed, published, announced, healings);
    }

    /** After one more change. */
    public OwnBundleRecord withChange() {
        return new OwnBundleRecord(
                version, nextPreKeyId, nextSignedPreKeyId, changed + 1, published, announced, healings);
    }

    /** After the server was seen to have a change. */
    public OwnBundleRecord withPublished(long change) {
        return new OwnBundleRecord(version, nextPreKeyId, nextSignedPreKeyId, changed, change, announced, healings);
    }

    /** Once our id is on the published list, or has left it for good. */
    public OwnBundleRecord withAnnounced(boolean listed) {
        return new OwnBundleRecord(version, nextPreKeyId, nextSignedPreKeyId, changed, published, listed, healings);
    }

    /** With other healings of the device list. */
    public OwnBundleRecord withHealings(List<Instant> times) {
        return new OwnBundleRecord(version, nextPreKeyId, nextSignedPreKeyId, changed, published, announced, times);
    }
}
