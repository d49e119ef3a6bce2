/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

/**
 * One step of sending.  Keep {@code next} before anything leaves: a message key must never be used twice.
 */
public record Outgoing(RatchetState next, RatchetHeader header, MessageKey messageKey) {}
