/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import org.omemo4j.crypto.Bytes;

/**
 * The two identity keys that every message of the session is bound to, as the version encodes them (X3DH, revision 1, section 3.3).
 * Which of them comes first in a MAC is the version's own rule.
 */
public record AssociatedData(Bytes initiator, Bytes responder) {}
