/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import org.jxmpp.jid.BareJid;

/**
 * One device of one account.
 *
 * @param jid the account
 * @param device the device within it
 */
public record DeviceAddress(BareJid jid, DeviceId device) {

    @Override
    public String toString() {
        return jid + "/" + device;
    }
}
