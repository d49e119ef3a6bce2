/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import org.junit.jupiter.api.Tag;

/** Conversations with the program that OMEMO_LEGACY_PEER names. */
@Tag("legacy-peer")
class LegacyPeerIT extends PeerContract {
    LegacyPeerIT() {
        super(PeerKind.LEGACY);
    }
}
