/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * A one-time prekey of ours whose private half still exists.
 *
 * @param version the version's namespace.
 * @param id 1 … 2^31-1.
 * @param privateKey 32 bytes.
 * @param publicKey 32 bytes.
 * @param hiddenSince when it was used and left the published bundle; empty while it is published.
 */
public record PreKeyRecord(String version, int id, Secret privateKey, Bytes publicKey, Optional<Instant> hiddenSince) {}
