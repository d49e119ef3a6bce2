/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * A signed prekey of ours.
 *
 * @param version the version's namespace.
 * @param id 1 … 2^31-1.
 * @param privateKey 32 bytes.
 * @param publicKey 32 bytes.
 * @param signature 64 bytes.
 * @param created when it was made; rotation counts from here.
 */
public record SignedPreKeyRecord(
        String version, int id, Secret privateKey, Bytes publicKey, Bytes signature, Instant created) {}
