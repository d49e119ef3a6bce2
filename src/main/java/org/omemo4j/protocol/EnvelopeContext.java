/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.jxmpp.jid.BareJid;

/**
 * What is known about a message from outside, to compare its envelope with.
 *
 * @param sender the verified account that sent it
 * @param recipient the account it was sent to: ours, or for a copy of an own message the original recipient, or the
 *     room
 * @param groupChat whether it came through a room
 */
public record EnvelopeContext(BareJid sender, BareJid recipient, boolean groupChat) {}
