/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * The key of a message that has not come yet.
 *
 * @param session the session's id.
 * @param ratchetKey the ratchet key of its chain, 32 bytes.
 * @param n its place in the chain, 0 … 2^32-1.
 * @param number ascends within the session; the oldest go first.
 * @param seed the message key, 32 bytes.
 */
public record SkippedKeyRecord(long session, Bytes ratchetKey, long n, long number, Secret seed) {}
