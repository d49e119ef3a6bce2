/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.XmlEnvironment;
import org.jivesoftware.smack.parsing.SmackParsingException;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smack.xml.XmlPullParser;
import org.jivesoftware.smack.xml.XmlPullParserException;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.forward.packet.Forwarded;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;

/** Changes to a received message, in place: every listener of Smack gets the same object. */
final class ReceivedElements {
    private static final String ENCRYPTION = "urn:xmpp:eme:0";

    /** Chat states, receipts, markers, and to which message a text belongs: corrections, replies, and what of a text is only a fallback. None of them holds a text. */
    private static final Set<String> COMPANIONS = Set.of(
            "http://jabber.org/protocol/chatstates",
            "urn:xmpp:receipts",
            "urn:xmpp:chat-markers:0",
            "urn:xmpp:message-correct:0",
            "urn:xmpp:reply:0",
            "urn:xmpp:fallback:0");

    private ReceivedElements() {}

    /** Takes what looks like our own marks out of a stanza, and out of the stanzas that are forwarded in it at any depth. */
    static void stripMarks(Stanza stanza) {
        Deque<Stanza> todo = new ArrayDeque<>();
        todo.add(stanza);
        while (!todo.isEmpty()) {
            Stanza current = todo.remove();
            for (ExtensionElement element : current.getExtensions()) {
                if (InnerElements.OWN_NAMESPACE.equals(element.getNamespace())) {
                    current.removeExtension(element.getElementName(), element.getNamespace());
                }
                forwarded(element).map(Forwarded::getForwardedStanza).ifPresent(todo::add);
            }
        }
    }

    /** What an element forwards, if it does: by itself, as a carbon or from an archive. */
    static Optional<Forwarded<?>> forwarded(ExtensionElement element) {
        if (element instanceof Forwarded<?> forwarded) {
            return Optional.of(forwarded);
        }
        if (element instanceof CarbonExtension carbon) {
            return Optional.of(carbon.getForwarded());
        }
        if (element instanceof MamResultExtension result) {
            return Optional.of(result.getForwarded());
        }
        return Optional.empty();
    }

    /** The first element of this class. By class, not by name: what a stranger sends under the name may be something else. */
    static <E extends ExtensionElement> Optional<E> find(Stanza stanza, Class<E> type) {
        return all(stanza, type).findFirst();
    }

    /** All elements of this class, in their order. */
    static <E extends ExtensionElement> Stream<E> all(Stanza stanza, Class<E> type) {
        return stanza.getExtensions().stream().filter(type::isInstance).map(type::cast);
    }

    /** Takes out the encrypted elements, and what stood in clear beside them: body, subject, and whatever else belongs inside. */
    static void neutralise(Message message, List<OmemoVersion> versions) {
        remove(
                message,
                name -> isOfEncryption(name, versions) || InnerElements.mayTravelInside(name.name(), name.namespace()));
    }

    /**
     * Takes out the encrypted elements, and what stood in clear beside them, but for what other clients put there because their version does not carry it. That is not secret, and nobody's
     * word.
     */
    static void removeEncrypted(Message message, List<OmemoVersion> versions) {
        remove(
                message,
                name -> isOfEncryption(name, versions)
                        || (InnerElements.mayTravelInside(name.name(), name.namespace())
                                && !COMPANIONS.contains(name.namespace())));
    }

    private static boolean isOfEncryption(ElementName name, List<OmemoVersion> versions) {
        return ENCRYPTION.equals(name.namespace())
                || OmemoVersion.ofEncrypted(name, versions).isPresent();
    }

    private static void remove(Message message, Predicate<ElementName> which) {
        for (ExtensionElement element : message.getExtensions()) {
            ElementName name = new ElementName(element.getElementName(), element.getNamespace());
            if (which.test(name)) {
                message.removeExtension(name.name(), name.namespace());
            }
        }
    }

    /**
     * Adds decrypted elements. Each is parsed alone by its provider; one that cannot be is left out.
     *
     * @return the names of those that were left out.
     */
    static List<String> add(Message message, List<XmlElement> content) {
        List<String> failed = new ArrayList<>();
        for (XmlElement element : content) {
            Optional<ExtensionElement> parsed = parse(element);
            if (parsed.isPresent()) {
                message.addExtension(parsed.get());
            } else {
                failed.add(element.name());
            }
        }
        stripMarks(message);
        return failed;
    }

    /** The one place that parses an extension from a parser: Smack 4.5 wants more arguments. */
    private static Optional<ExtensionElement> parse(XmlElement element) {
        try {
            XmlPullParser parser = PacketParserUtils.getParserFor(element.toXml());
            ExtensionElement parsed = PacketParserUtils.parseExtensionElement(
                    element.name(), element.namespace(), parser, XmlEnvironment.EMPTY);
            // A provider may answer with whatever it likes; only what it was asked for is taken.
            boolean same = parsed != null && parsed.getQName().equals(new QName(element.namespace(), element.name()));
            return same ? Optional.of(parsed) : Optional.empty();
        } catch (XmlPullParserException
                | IOException
                | SmackParsingException
                | RuntimeException
                | LinkageError
                | AssertionError
                | StackOverflowError e) {
            return Optional.empty(); // the peer's element and somebody's provider: nothing that should end here
        }
    }
}
