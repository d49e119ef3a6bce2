/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The plugin's tests without a server. */
@NullMarked
package org.omemo4j.smack;

import org.jspecify.annotations.NullMarked;
