/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import org.omemo4j.crypto.Bytes;

/**
 * A device has asked for plain text.
 *
 * @param identityKey its key in the Curve25519 form, 32 bytes.
 * @param reason why, perhaps in no words.
 */
public record OptOutRecord(Bytes identityKey, String reason) {}
