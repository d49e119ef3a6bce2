/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.trust.UnusableUriException.Reason;

/**
 * A trust message in an XMPP URI: {@code xmpp:bob@example.com?trust-message;encryption=urn:xmpp:omemo:2;trust=…;distrust=…}.
 *
 * @param jid the owner of the keys.
 * @param encryption the namespace of the encryption that they are for, as it was written.
 * @param trusted identifiers of 32 bytes; which form of a key they are, the encryption says.
 * @param distrusted likewise; none of them is trusted, too.
 * @see <a href="https://xmpp.org/extensions/xep-0434.html">XEP-0434 0.6.0, "URI Query Types"</a>
 */
public record TrustMessageUri(BareJid jid, String encryption, Set<Bytes> trusted, Set<Bytes> distrusted)
        implements VerificationUri {
    static final String TYPE = "trust-message";

    /**
     * @throws IllegalArgumentException if a key is both trusted and distrusted
     */
    public TrustMessageUri {
        if (!Collections.disjoint(trusted, distrusted)) {
            throw new IllegalArgumentException("a key of " + jid + " is both trusted and distrusted");
        }
        trusted = Collections.unmodifiableSet(new LinkedHashSet<>(trusted));
        distrusted = Collections.unmodifiableSet(new LinkedHashSet<>(distrusted));
    }

    /**
     * To be called before its keys are looked at.
     *
     * @param namespaces of the versions of OMEMO in use.
     * @throws UnusableUriException {@link Reason#BAD_ENCRYPTION} when it is for none of these
     */
    public void requireEncryption(Set<String> namespaces) throws UnusableUriException {
        if (!namespaces.contains(encryption)) {
            throw new UnusableUriException(
                    Reason.BAD_ENCRYPTION,
                    "Its keys are for the encryption '" + UnusableUriException.quote(encryption)
                            + "', which is not in use here.",
                    jid);
        }
    }

    static TrustMessageUri of(BareJid jid, List<XmppUri.Parameter> query) throws UnusableUriException {
        List<String> encryptions = values(query, "encryption");
        if (encryptions.size() != 1 || encryptions.get(0).isEmpty()) {
            throw new UnusableUriException(
                    Reason.BAD_ENCRYPTION, "This trust message does not name one encryption that it is for.");
        }
        Set<Bytes> trusted = keys(query, "trust");
        Set<Bytes> distrusted = keys(query, "distrust");
        if (trusted.isEmpty() && distrusted.isEmpty()) {
            throw new UnusableUriException(
                    Reason.NO_KEYS, "It has no keys of " + UnusableUriException.quote(jid) + ".");
        }
        if (!Collections.disjoint(trusted, distrusted)) {
            throw new UnusableUriException(Reason.CONTRADICTION, "It trusts and distrusts the same key.");
        }
        return new TrustMessageUri(jid, encryptions.get(0), trusted, distrusted);
    }

    private static Set<Bytes> keys(List<XmppUri.Parameter> query, String name) throws UnusableUriException {
        Set<Bytes> keys = new LinkedHashSet<>();
        for (String text : values(query, name)) {
            try {
                keys.add(Bytes.ofHex(HexDigits.read(text)));
            } catch (MalformedFingerprintException e) {
                throw UnusableUriException.ofKey("A key to " + name, e);
            }
        }
        return keys;
    }

    private static List<String> values(List<XmppUri.Parameter> query, String name) {
        return query.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(XmppUri.Parameter::value)
                .toList();
    }
}
