/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.omemo4j.engine.MessageOrigin;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/**
 * Says that a message was received encrypted, and from which device. Immutable. Only this package makes one: it is never parsed from XML, its
 * element is stripped from whatever comes in, and it is never written.
 */
public final class OmemoInfo implements ExtensionElement {
    /** The element's name. */
    public static final String ELEMENT = "info";
    /** The element's namespace. */
    public static final String NAMESPACE = InnerElements.OWN_NAMESPACE;
    /** Both. */
    public static final QName QNAME = new QName(NAMESPACE, ELEMENT);

    private final MessageOrigin origin;
    private final Optional<Instant> time;
    private final boolean repeated;

    OmemoInfo(MessageOrigin origin, Optional<Instant> time, boolean repeated) {
        this.origin = Objects.requireNonNull(origin);
        this.time = time;
        this.repeated = repeated;
    }

    /**
     * What is known about a received message, or empty if it was not encrypted. Never throws.
     *
     * @param message a message as Smack's listeners get it; for a carbon or an archived message the inner one.
     */
    public static Optional<OmemoInfo> of(Message message) {
        // By class, not by name: Smack's lookup by name casts, and would throw at a stranger's element.
        for (ExtensionElement element : message.getExtensions()) {
            if (element instanceof OmemoInfo info) {
                return Optional.of(info);
            }
        }
        return Optional.empty();
    }

    /** The sending account and device. */
    public DeviceAddress device() {
        return origin.device();
    }

    /** Of the identity key that the message was authenticated with. */
    public Fingerprint fingerprint() {
        return origin.fingerprint();
    }

    /** What that key was worth when the message was read. */
    public TrustLevel trust() {
        return origin.trust();
    }

    /** The namespace of the version of OMEMO that was used. */
    public String version() {
        return origin.version();
    }

    /**
     * What of the message was encrypted and authenticated. Where it is {@link Coverage#BODY}, as in legacy OMEMO, nothing but the text is the sender's word: not to whom and when it was
     * written, and not what stands beside it (a correction's or a reply's mark, a receipt).
     */
    public Coverage coverage() {
        return origin.coverage();
    }

    /** When the sender says that it was written; nobody has said so in legacy OMEMO. */
    public Optional<Instant> time() {
        return time;
    }

    /**
     * Whether this device has read the message before, or has sent it itself, and it has come again: from the archive, as a carbon, or as a room's history. One that a server sends again as if it
     * was new never reads.
     */
    public boolean repeated() {
        return repeated;
    }

    @Override
    public String getElementName() {
        return ELEMENT;
    }

    @Override
    public String getNamespace() {
        return NAMESPACE;
    }

    /** Nothing: it stays in this process. */
    @Override
    public CharSequence toXML(XmlEnvironment enclosing) {
        return "";
    }

    @Override
    public String toString() {
        return "OmemoInfo[" + device() + ", " + trust() + "]";
    }
}
