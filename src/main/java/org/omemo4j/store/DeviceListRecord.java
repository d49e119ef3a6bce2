/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import org.jxmpp.jid.BareJid;

/**
 * That an account's device list in a version was seen, and when. The devices themselves are {@link DeviceRecord}s.
 *
 * @param jid the account.
 * @param version the version's namespace.
 * @param seen when the account's own server last told it.
 */
public record DeviceListRecord(BareJid jid, String version, Instant seen) {}
