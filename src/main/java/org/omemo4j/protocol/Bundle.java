/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.SignedPreKey;

/**
 * The public keys with which anybody can begin a session with a device.  All keys are valid points and all ids in
 * range, and no two prekeys have one id.  The signature of the signed prekey is <em>not</em> verified yet; X3DH does.
 *
 * @param identityKey the device's identity key
 * @param signedPreKey its current signed prekey
 * @param preKeys 1 to {@link #MAX_PRE_KEYS} one-time prekeys with different ids
 */
public record Bundle(IdentityKey identityKey, SignedPreKey signedPreKey, List<PreKey> preKeys) {

    /** Prekeys in a bundle.  XEP-0384 recommends 100; ten times that is no bundle but an attempt to keep us busy. */
    public static final int MAX_PRE_KEYS = 1000;

    /**
     * @throws IllegalArgumentException if there are no prekeys, too many, or two with one id
     */
    public Bundle {
        preKeys = List.copyOf(preKeys);
        if (preKeys.isEmpty() || preKeys.size() > MAX_PRE_KEYS) {
            throw new IllegalArgumentException("a bundle with " + preKeys.size() + " prekeys");
        }
        if (preKeys.stream().mapToInt(PreKey::id).distinct().count() != preKeys.size()) {
            throw new IllegalArgumentException("a prekey id is there twice");
        }
    }

    /**
     * The prekeys that a peer listed, without those that share an id with another key.
     *
     * @throws MalformedMessageException if none is left
     */
    public static List<PreKey> unambiguous(List<PreKey> listed) throws MalformedMessageException {
        Map<Integer, PreKey> unique = new LinkedHashMap<>();
        Set<Integer> ambiguous = new HashSet<>();
        for (PreKey preKey : listed) {
            PreKey earlier = unique.putIfAbsent(preKey.id(), preKey);
            if (earlier != null && !earlier.equals(preKey)) {
                ambiguous.add(preKey.id());
            }
        }
        unique.keySet().removeAll(ambiguous);
        if (unique.isEmpty()) {
            throw new MalformedMessageException("no usable prekey");
        }
        return List.copyOf(unique.values());
    }
}
