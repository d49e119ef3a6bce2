/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Instant;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;

/**
 * What a trust message has said about a key, kept until its sender is verified and the key is known.
 *
 * @param sender whose message it was, and which device's.
 * @param senderKey the identity key that the message was authenticated with, in its Curve25519 form.
 * @param sent when its sender says that it was written.
 * @param owner whose key it is about.
 * @param identifier the key as the message names it: 32 bytes, in either of its forms.
 * @param decision the name of what was decided; opaque to the store.
 */
public record KeptTrustRecord(
        DeviceAddress sender, Bytes senderKey, Instant sent, BareJid owner, Bytes identifier, String decision) {}
