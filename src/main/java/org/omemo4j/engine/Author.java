/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.Set;
import org.jxmpp.jid.BareJid;

/** Who wrote a received message, as far as a server vouches for it. */
public sealed interface Author {

    /** The server names the account. */
    record Known(BareJid jid) implements Author {}

    /**
     * The room where it was written does not say any more who it was. It is one of these people if the message itself proves it, with an identity key that is known, and of one of them only;
     * nobody else. Without people it is nobody.
     */
    record OneOf(Set<BareJid> people) implements Author {
        public OneOf {
            people = Set.copyOf(people);
        }
    }

    /** A room does not say who it was, and nobody can. */
    Author NOBODY = new OneOf(Set.of());
}
