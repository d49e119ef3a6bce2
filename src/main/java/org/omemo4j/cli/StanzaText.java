/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stanza's XML as people can look at it: an element a line, long base64 cut short. */
final class StanzaText {
    private static final Pattern LONG_BASE64 = Pattern.compile("[A-Za-z0-9+/=]{41,}");
    private static final int SHOWN = 12;
    private static final Pattern TAG = Pattern.compile("<(/?)[^>]*?(/?)>([^<]*)");

    private StanzaText() {}

    /** The stanza, indented. Malformed XML gives malformed lines. */
    static String of(String xml) {
        StringBuilder lines = new StringBuilder();
        int depth = 0;
        boolean open = false; // the line so far ends inside an element that may close on it
        for (MatchResult tag : (Iterable<MatchResult>) TAG.matcher(xml).results()::iterator) {
            boolean closing = !tag.group(1).isEmpty();
            boolean empty = !tag.group(2).isEmpty();
            if (closing) {
                depth = Math.max(0, depth - 1);
            }
            if (!(closing && open)) {
                lines.append(lines.isEmpty() ? "" : "\n").append(" ".repeat(depth));
            }
            lines.append(shorten(OneLine.of(tag.group())));
            if (!closing && !empty) {
                depth++;
            }
            open = !closing && !empty;
        }
        return lines.toString();
    }

    private static String shorten(String text) {
        return LONG_BASE64
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(found.group().substring(0, SHOWN) + "...[+"
                        + (found.group().length() - SHOWN) + "]"));
    }
}
