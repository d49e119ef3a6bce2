/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.protocol.VisibleText;
import org.omemo4j.trust.UnusableUriException.Reason;

/**
 * An XMPP URI (RFC 5122, XEP-0147) or an invitation link, taken apart.
 *
 * @param jid the account it names.
 * @param query what comes after the question mark; may be empty.
 */
record XmppUri(BareJid jid, String query) {
    /** A QR code of the largest size holds 2953 bytes; what people paste may have a few dozen devices in a roomier form. */
    static final int MAX_LENGTH = 32_768;

    /** More devices than any account has. */
    static final int MAX_PARAMETERS = 200;

    private static final String SCHEME = "xmpp:";

    /** {@code https://conversations.im/i/alice@example.org}, or {@code …/i/alice/example.org}. Nothing is fetched, so any host will do. */
    private static final Pattern INVITATION = Pattern.compile("https://[^/?#]+/i/(.*)", Pattern.CASE_INSENSITIVE);

    /** The library takes some more for a JID. */
    private static final Pattern ACCOUNT = Pattern.compile("[^@/\\s]+@[^@/\\s]+");

    /**
     * A pair of the query, without percent-encoding.
     *
     * @param name in lower case.
     * @param value empty if it has none.
     */
    record Parameter(String name, String value) {}

    static XmppUri parse(String text) throws UnusableUriException {
        if (text.length() > MAX_LENGTH) {
            throw new UnusableUriException(
                    Reason.TOO_LONG, "It has " + text.length() + " characters, more than " + MAX_LENGTH + ".");
        }
        String uri = upTo('#', text.strip());
        String path = upTo('?', uri);
        String query = uri.substring(Math.min(path.length() + 1, uri.length()));
        return new XmppUri(jid(address(path)), query);
    }

    /** Its query, taken apart; not empty. */
    List<Parameter> parameters() throws UnusableUriException {
        String[] pairs = query.split("[;&]", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new UnusableUriException(
                    Reason.TOO_MANY_PARAMETERS, "It has more than " + MAX_PARAMETERS + " parameters.");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String pair : pairs) {
            String name = upTo('=', pair);
            String value = pair.substring(Math.min(name.length() + 1, pair.length()));
            parameters.add(new Parameter(decoded(name).toLowerCase(Locale.ROOT), decoded(value)));
        }
        return List.copyOf(parameters);
    }

    /** Whether the query has this type: {@code message} in {@code xmpp:alice@example.org?message;…}. */
    static boolean isOfType(String type, List<Parameter> query) {
        return query.get(0).equals(new Parameter(type, ""));
    }

    private static String upTo(char end, String text) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    private static String address(String path) throws UnusableUriException {
        if (path.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return decodedPath(path.substring(SCHEME.length()));
        }
        Matcher invitation = INVITATION.matcher(path);
        if (invitation.matches()) {
            String address = decodedPath(invitation.group(1));
            return address.contains("@") ? address : address.replaceFirst("/", "@");
        }
        throw new UnusableUriException(
                Reason.NO_XMPP_URI,
                "'" + UnusableUriException.quote(path)
                        + "' is no address with keys: they begin with xmpp:, or with https://…/i/ if they are invitations.");
    }

    private static BareJid jid(String address) throws UnusableUriException {
        String account = upTo('/', address);
        boolean isPlain = ACCOUNT.matcher(account).matches()
                && VisibleText.of(account, MAX_LENGTH).equals(account)
                && account.indexOf('\ufffd') < 0; // what the decoder makes of bytes that are not UTF-8
        try {
            if (isPlain) {
                return JidCreate.entityBareFrom(account);
            }
        } catch (XmppStringprepException e) {
            // told below
        }
        throw new UnusableUriException(
                Reason.NO_ADDRESS,
                "'" + UnusableUriException.quote(account) + "' is no address such as alice@example.org.");
    }

    /** In a path, a plus is a plus. */
    private static String decodedPath(String text) {
        return decoded(text.replace("+", "%2B"));
    }

    /** Text with a percent sign that encodes nothing is taken as it stands: some clients do not encode. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
