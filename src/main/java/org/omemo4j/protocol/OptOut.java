/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.List;
import java.util.Optional;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * Somebody would like plain text instead of encrypted messages. Means that only inside an encrypted envelope.
 *
 * @param reason in words, without white space at its ends; safe to show, at most 500 code points.
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1, "Opt-out"</a>
 */
public record OptOut(Optional<String> reason) {
    private static final String ELEMENT = "opt-out";
    private static final String NAMESPACE = "urn:xmpp:omemo:2";
    private static final String REASON = "reason";

    /** Longer than anybody's reason; a peer chooses it, and it is stored. */
    private static final int MAX_REASON = 500;

    public OptOut {
        reason = reason.map(text -> VisibleText.of(text, MAX_REASON)).filter(text -> !text.isEmpty());
    }

    /** The one in the content of an envelope, if it has one. */
    public static Optional<OptOut> in(List<XmlElement> content) {
        return content.stream()
                .filter(element -> element.is(ELEMENT, NAMESPACE))
                .findFirst()
                .map(element -> new OptOut(element.child(REASON, NAMESPACE).map(XmlElement::text)));
    }

    /** As it travels inside an envelope. */
    public XmlElement toXml() {
        XmlElement.Builder element = XmlElement.builder(ELEMENT, NAMESPACE);
        reason.ifPresent(text ->
                element.child(XmlElement.builder(REASON, NAMESPACE).text(text).build()));
        return element.build();
    }
}
