/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import org.jxmpp.jid.EntityBareJid;

/** An account of the test server. */
record Account(EntityBareJid jid, String password) {
    String name() {
        return jid.getLocalpart().toString();
    }
}
