/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.trust.UnusableUriException.Reason;

/** What a person scans or pastes to verify the keys of an account. */
public sealed interface VerificationUri permits OmemoUri, TrustMessageUri {

    /** Whose keys they are, as the URI says. */
    BareJid jid();

    /**
     * Reads a URI, or an invitation link with the same query, in any form that clients write.
     *
     * @throws UnusableUriException when it verifies nothing
     */
    static VerificationUri parse(String text) throws UnusableUriException {
        XmppUri uri = XmppUri.parse(text);
        try {
            List<XmppUri.Parameter> query = uri.parameters();
            return XmppUri.isOfType(TrustMessageUri.TYPE, query)
                    ? TrustMessageUri.of(uri.jid(), query)
                    : OmemoUri.of(uri.jid(), query);
        } catch (UnusableUriException e) {
            throw e.naming(uri.jid());
        }
    }

    /**
     * To be called before anything else when the keys of one person were asked for.
     *
     * @throws UnusableUriException {@link Reason#FOREIGN_ADDRESS} when it has somebody else's
     */
    default void requireOwner(BareJid expected) throws UnusableUriException {
        if (!jid().equals(expected)) {
            throw new UnusableUriException(
                    Reason.FOREIGN_ADDRESS,
                    "These are keys of " + UnusableUriException.quote(jid()) + ", not of "
                            + UnusableUriException.quote(expected) + ".",
                    jid());
        }
    }
}
