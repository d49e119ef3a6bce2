/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

/** Conversations with python-twomemo over slixmpp. */
class Omemo2PeerIT extends PeerContract {
    Omemo2PeerIT() {
        super(PeerKind.OMEMO2);
    }
}
