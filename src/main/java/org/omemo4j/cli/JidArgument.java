/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.regex.Pattern;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of a person's account: {@code alice@example.org}. */
final class JidArgument implements ITypeConverter<EntityBareJid> {
    private static final Pattern FORM = Pattern.compile("[^@/\\s]+@[^@/\\s]+");

    /** @throws TypeConversionException if it is no such address. */
    @Override
    public EntityBareJid convert(String text) {
        try {
            return parse(text);
        } catch (XmppStringprepException e) {
            throw new TypeConversionException("'" + text + "' is not an address such as alice@example.org");
        }
    }

    /** @throws XmppStringprepException if it has no localpart, has a resource, or is no JID. */
    static EntityBareJid parse(String text) throws XmppStringprepException {
        if (!FORM.matcher(text).matches()) { // the library below takes some more for a JID
            throw new XmppStringprepException(text, "It is no bare address.");
        }
        return JidCreate.entityBareFrom(text);
    }
}
