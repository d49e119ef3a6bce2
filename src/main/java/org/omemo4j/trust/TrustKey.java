/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import org.jxmpp.jid.BareJid;

/**
 * What trust belongs to: an identity key as the key of an account. The same key under another account is another one.
 *
 * @param jid whose it is.
 * @param fingerprint the key.
 */
public record TrustKey(BareJid jid, Fingerprint fingerprint) {}
