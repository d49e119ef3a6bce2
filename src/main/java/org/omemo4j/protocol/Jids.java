/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;

/** JIDs that a peer wrote. */
public final class Jids {

    /** RFC 7622 section 3.1: three parts of at most 1023 bytes, and two separators. */
    private static final int MAX_LENGTH = 3071;

    private Jids() {}

    /** The bare form of what the text says, prepared for comparison; nothing if it is no JID. */
    public static Optional<BareJid> bare(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(JidCreate.from(text).asBareJid());
        } catch (XmppStringprepException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
