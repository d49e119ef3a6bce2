/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.X25519PublicKey;

/** What a skipped message key is found by: the chain's ratchet key and the message's number in it. */
public record SkippedKeyId(X25519PublicKey ratchetKey, long n) {}
