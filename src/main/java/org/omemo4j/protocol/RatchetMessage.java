/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetHeader;

/**
 * One message of the Double Ratchet as it was received.  Nothing in it is authentic before {@link KeyMessages#open}.
 *
 * @param header ratchet key and counters
 * @param authenticated exactly the received bytes that the MAC covers, without the associated data
 * @param ciphertext at least one block, a multiple of 16 bytes
 * @param mac the received MAC, in the size of the version
 */
public record RatchetMessage(RatchetHeader header, Bytes authenticated, Bytes ciphertext, Bytes mac) {}
