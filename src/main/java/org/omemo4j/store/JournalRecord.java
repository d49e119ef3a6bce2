/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;

/**
 * A message that was read or sent, kept so that it reads again when it comes again. Only where {@link OmemoStore#retention()} asks for it.
 *
 * @param hash of its encrypted element, 32 bytes; names it.
 * @param written when it was read or sent.
 * @param entry the message in clear, and where it belongs; opaque to the store.
 */
public record JournalRecord(Bytes hash, Instant written, Secret entry) {}
