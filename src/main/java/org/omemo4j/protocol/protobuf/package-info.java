/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the versions with a protobuf wire format share in writing and telling apart its messages. */
@NullMarked
package org.omemo4j.protocol.protobuf;

import org.jspecify.annotations.NullMarked;
