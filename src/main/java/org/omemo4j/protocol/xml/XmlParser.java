/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.omemo4j.protocol.MalformedMessageException;

/**
 * One walk through one document, from left to right.  Every character has been checked before, and line ends are line feeds.
 * Names of tags are matched as written; {@link XmlNames} finds the namespaces.
 */
final class XmlParser {

    private static final Pattern DECLARATION =
            Pattern.compile("<\\?xml[ \\t\\n]+version[ \\t\\n]*=[ \\t\\n]*(?:'1\\.0'|\"1\\.0\")"
                    + "(?:[ \\t\\n]+encoding[ \\t\\n]*=[ \\t\\n]*(?:'[A-Za-z][\\w.-]*'|\"[A-Za-z][\\w.-]*\"))?"
                    + "(?:[ \\t\\n]+standalone[ \\t\\n]*=[ \\t\\n]*(?:'(?:yes|no)'|\"(?:yes|no)\"))?[ \\t\\n]*\\?>");
    private static final String CDATA = "<![CDATA[";
    private static final String CDATA_END = "]]>";

    private final String document;
    private final XmlLimits limits;
    private final Deque<OpenElement> open = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private int at;
    private int elements;
    private @Nullable XmlElement root;

    XmlParser(String document, XmlLimits limits) {
        this.document = document;
        this.limits = limits;
    }

    XmlElement parse() throws MalformedMessageException {
        var declaration = DECLARATION.matcher(document);
        at = declaration.lookingAt() ? declaration.end() : 0;
        while (at < document.length()) {
            int tag = document.indexOf('<', at);
            int end = tag < 0 ? document.length() : tag;
            characters(document.substring(at, end));
            at = end;
            if (tag >= 0) {
                markup();
            }
        }
        if (root == null || !open.isEmpty()) {
            throw malformed("that ends too early");
        }
        return root;
    }

    private void characters(String raw) throws MalformedMessageException {
        if (open.isEmpty()) {
            if (!raw.chars().allMatch(c -> XmlCharacters.isSpace((char) c))) {
                throw malformed("with text outside the root element");
            }
        } else if (raw.contains(CDATA_END)) {
            throw malformed("with the end of a section that was not begun");
        } else {
            XmlReferences.expand(raw, text);
        }
    }

    private void markup() throws MalformedMessageException {
        if (document.startsWith("</", at)) {
            endTag();
        } else if (document.startsWith(CDATA, at) && !open.isEmpty()) {
            int end = document.indexOf(CDATA_END, at);
            if (end < 0) {
                throw malformed("that ends too early");
            }
            text.append(document, at + CDATA.length(), end);
            at = end + CDATA_END.length();
        } else {
            startTag(); // a document type, a comment or an instruction has no name to begin with
        }
    }

    private void startTag() throws MalformedMessageException {
        if (root != null || ++elements > limits.elements() || open.size() == limits.depth()) {
            throw malformed("with too many or too deeply nested elements");
        }
        at++;
        String name = name();
        List<XmlNames.Attribute> attributes = attributes();
        flush();
        Optional<OpenElement> parent = Optional.ofNullable(open.peek());
        XmlNames names = XmlNames.within(parent.map(OpenElement::names), attributes);
        open.push(new OpenElement(name, names, names.element(name, attributes)));
        if (document.charAt(at) == '/') {
            at++;
            expect('>');
            close();
        } else {
            expect('>');
        }
    }

    /** Stops at the end of the tag, at {@code >} or {@code /}. */
    private List<XmlNames.Attribute> attributes() throws MalformedMessageException {
        List<XmlNames.Attribute> attributes = new ArrayList<>();
        while (true) {
            boolean space = skipSpace();
            if (peek() == '>' || peek() == '/') {
                return attributes;
            }
            if (!space || attributes.size() == limits.attributes()) {
                throw malformed("with too many attributes, or no space between them");
            }
            String name = name();
            skipSpace();
            expect('=');
            skipSpace();
            attributes.add(new XmlNames.Attribute(name, value()));
        }
    }

    private String value() throws MalformedMessageException {
        char quote = peek();
        int end = quote == '\'' || quote == '"' ? document.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw malformed("with an attribute without quotes");
        }
        String raw = document.substring(at + 1, end);
        if (raw.indexOf('<') >= 0) {
            throw malformed("with a tag in an attribute");
        }
        at = end + 1;
        StringBuilder value = new StringBuilder(raw.length());
        XmlReferences.expand(raw.replace('\n', ' ').replace('\t', ' '), value);
        return value.toString();
    }

    private void endTag() throws MalformedMessageException {
        at += 2;
        String name = name();
        skipSpace();
        expect('>');
        if (open.isEmpty() || !open.element().name().equals(name)) {
            throw malformed("with the wrong end tag");
        }
        flush();
        close();
    }

    private void close() {
        XmlElement element = open.pop().builder().build();
        if (open.isEmpty()) {
            root = element;
        } else {
            open.element().builder().child(element);
        }
    }

    private void flush() {
        if (text.length() > 0) {
            open.element().builder().text(text.toString());
            text.setLength(0);
        }
    }

    /** A qualified name as it is written; its characters are checked when its namespace is looked up. */
    private String name() throws MalformedMessageException {
        int start = at;
        while (!XmlCharacters.isSpace(peek()) && "=/>".indexOf(peek()) < 0) {
            at++;
        }
        return document.substring(start, at);
    }

    private boolean skipSpace() throws MalformedMessageException {
        int start = at;
        while (XmlCharacters.isSpace(peek())) {
            at++;
        }
        return at > start;
    }

    private void expect(char c) throws MalformedMessageException {
        if (peek() != c) {
            throw malformed("with a broken tag");
        }
        at++;
    }

    private char peek() throws MalformedMessageException {
        if (at >= document.length()) {
            throw malformed("that ends too early");
        }
        return document.charAt(at);
    }

    private static MalformedMessageException malformed(String how) {
        return new MalformedMessageException("XML " + how);
    }

    /** An element whose end tag is to come, with its name as it is written. */
    private record OpenElement(String name, XmlNames names, XmlElement.Builder builder) {}
}
