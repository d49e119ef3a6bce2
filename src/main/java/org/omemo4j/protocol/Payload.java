/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;
import org.omemo4j.crypto.Bytes;

/**
 * The encrypted content of a message, the same for all devices.
 *
 * @param iv the initialisation vector where the version sends one; else empty
 * @param ciphertext the content; absent in the empty message of a version that sends an initialisation vector
 */
public record Payload(Bytes iv, Optional<Bytes> ciphertext) {

    /** Size of a received ciphertext in bytes.  Servers refuse stanzas long before (Prosody: 512 KiB with base64). */
    public static final int MAX_BYTES = 256 * 1024;
}
