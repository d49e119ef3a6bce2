/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import org.jivesoftware.smack.packet.IQ;
import org.jxmpp.jid.Jid;

/** A request whose content a test writes as it is. */
final class RawIq extends IQ {
    private final String inner;

    /**
     * @param inner what is in the child element.
     */
    RawIq(Type type, Jid to, String element, String namespace, String inner) {
        super(element, namespace);
        this.inner = inner;
        setType(type);
        setTo(to);
    }

    @Override
    protected IQChildElementXmlStringBuilder getIQChildElementBuilder(IQChildElementXmlStringBuilder xml) {
        xml.rightAngleBracket();
        xml.append(inner);
        return xml;
    }
}
