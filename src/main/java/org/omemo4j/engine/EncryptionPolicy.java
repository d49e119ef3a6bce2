/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

/** Whether a conversation is encrypted. A room is left alone until a policy is set for it; then {@link #PREFERRED} means the same as {@link #REQUIRED}, until it is {@link #OFF}. */
public enum EncryptionPolicy {
    /** Encrypted, or the send fails with a reason. */
    REQUIRED,
    /** Encrypted, or in clear where the contact's own account has answered that it has no devices in any version in use; never in clear again once it had one. */
    PREFERRED,
    /** Left alone. */
    OFF
}
