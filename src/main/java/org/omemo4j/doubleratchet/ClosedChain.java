/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import org.omemo4j.crypto.X25519PublicKey;

/**
 * A receiving chain that is over: a row of its own in a store.  A late copy of its messages is a duplicate, and not the beginning of a
 * new chain.
 *
 * @param number ascends within a session; rows with low numbers go first
 */
public record ClosedChain(X25519PublicKey ratchetKey, long number) {}
