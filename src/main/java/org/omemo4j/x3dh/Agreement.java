/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Secret;

/**
 * What both sides have after X3DH.
 *
 * @param sharedSecret SK, 32 bytes
 */
public record Agreement(Secret sharedSecret, AssociatedData associatedData) {}
