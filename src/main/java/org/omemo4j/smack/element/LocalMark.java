/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.element;

import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.StanzaView;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.omemo4j.protocol.InnerElements;

/**
 * Marks a stanza of our own while it is in this process. Recognised by its identity, so that nothing parsed from XML passes for one.
 */
public final class LocalMark implements ExtensionElement {
    /** The stanza goes out in place of one that waits, to ourselves, and says nothing. It is the only mark that is written. */
    public static final LocalMark PLACEHOLDER = new LocalMark("placeholder", true);
    /** The stanza was let through in clear by its conversation's policy. */
    public static final LocalMark IN_CLEAR = new LocalMark("in-clear", false);

    private final String name;
    private final boolean written;

    private LocalMark(String name, boolean written) {
        this.name = name;
        this.written = written;
    }

    /** Whether this very mark is on the stanza. */
    public boolean isOn(StanzaView stanza) {
        for (ExtensionElement element : stanza.getExtensions()) {
            if (element == this) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String getElementName() {
        return name;
    }

    @Override
    public String getNamespace() {
        return InnerElements.OWN_NAMESPACE;
    }

    @Override
    public CharSequence toXML(XmlEnvironment enclosing) {
        return written ? "<" + name + " xmlns='" + InnerElements.OWN_NAMESPACE + "'/>" : "";
    }
}
