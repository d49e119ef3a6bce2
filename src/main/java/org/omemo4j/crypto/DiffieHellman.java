/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.crypto;

/** One X25519 agreement yet to be made, on its way into {@link Hkdf}: our key pair and their public key. */
public record DiffieHellman(X25519KeyPair own, X25519PublicKey theirs) {}
