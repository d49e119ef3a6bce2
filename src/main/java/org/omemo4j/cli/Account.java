/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;

/**
 * Who logs in, and where.
 *
 * @param jid the account.
 * @param password its password.
 * @param route the way to its server.
 */
record Account(EntityBareJid jid, String password, Route route) {

    /** One that never logs in. */
    static Account local(EntityBareJid jid) {
        return new Account(jid, "", new Route(Optional.empty(), Optional.empty()));
    }

    /** Where its server was looked for, for sentences. */
    String server() {
        return route.server()
                .map(ServerAddress::toString)
                .orElseGet(() -> jid.getDomain().toString());
    }

    @Override
    public String toString() {
        return jid.toString(); // not the password
    }
}
