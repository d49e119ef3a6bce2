/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Secret;

/**
 * A message that waits to be sent.
 *
 * @param number ascends; first in, first out within a conversation.
 * @param to the conversation.
 * @param stanzaId the stanza's id.
 * @param stanza the stanza in clear, UTF-8 XML.
 * @param encrypted the stanza as it leaves, once it is encrypted: it is sent again as it is until the server has it, so that the receiver knows a repeat.
 * @param parked since when.
 */
public record ParkedRecord(
        long number, BareJid to, String stanzaId, Secret stanza, Optional<String> encrypted, Instant parked) {}
