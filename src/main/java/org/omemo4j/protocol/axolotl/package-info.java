/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The version {@code eu.siacs.conversations.axolotl} (XEP-0384 0.3.0) with version 3 of the Signal protocol, which that text
 * names and does not describe.
 */
@NullMarked
package org.omemo4j.protocol.axolotl;

import org.jspecify.annotations.NullMarked;
