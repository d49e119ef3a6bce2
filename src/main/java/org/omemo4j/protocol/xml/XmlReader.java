/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.MalformedMessageException;

/**
 * Reads one XML document that a peer has written.  Strict UTF-8, XML 1.0 with namespaces, and only what RFC 6120
 * section 11.1 leaves of it: no document type, no entities but the five predefined ones, no processing instruction, no
 * comment.  Bounded in size, depth and number; nothing outside the input is ever read.  Iterative.  Thread-safe.
 *
 * <p>Not built on the parser of the JDK, which prints a stack trace to the standard error stream for some documents, throws
 * unchecked exceptions for others, and costs more to set up than a message takes to read.
 */
public final class XmlReader {

    private XmlReader() {}

    /**
     * The root element of the document.
     *
     * @param utf8 the document
     * @param limits what to refuse
     * @throws MalformedMessageException if the document is not well-formed, uses what is forbidden or exceeds a limit
     */
    public static XmlElement read(Bytes utf8, XmlLimits limits) throws MalformedMessageException {
        if (utf8.size() > limits.bytes()) {
            throw new MalformedMessageException("XML of more than " + limits.bytes() + " bytes");
        }
        String document = decode(utf8);
        if (!XmlCharacters.isText(document)) {
            throw new MalformedMessageException("XML with a forbidden character");
        }
        // XML 1.0, section 2.11: a parser sees one kind of line end only.
        return new XmlParser(document.replace("\r\n", "\n").replace('\r', '\n'), limits).parse();
    }

    private static String decode(Bytes utf8) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("XML that is not UTF-8");
        }
    }
}
