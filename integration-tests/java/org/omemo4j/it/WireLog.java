/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.SocketFactory;

/** The bytes that one client wrote to its sockets and read from them, over all its connections, and the same cut into stanzas. */
final class WireLog {
    /** Which way a stanza went. A mark went nowhere: a test put it there. */
    enum Direction {
        SENT,
        RECEIVED,
        MARK
    }

    /** A stanza as it was on the wire. Numbers ascend. */
    record Line(int number, Direction direction, String xml) {
        boolean isMessage() {
            return xml.startsWith("<message");
        }

        /** Whether a key in it is marked as a key exchange. */
        boolean isKeyExchange() {
            return xml.matches("(?s).*\\skex=(['\"])(true|1)\\1.*");
        }

        /** Whether it is from the library to itself: the placeholder of a message that waits. */
        boolean isHeadline() {
            return attribute("type").equals(Optional.of("headline"));
        }

        /** Name and namespace of the elements directly in it, where these say their namespace. */
        List<String> childNames() {
            List<String> names = new ArrayList<>();
            StanzaSplitter children = new StanzaSplitter(child -> {
                Matcher matcher = Pattern.compile("^<([^\\s/>]+)(?:[^>]*?\\sxmlns=(['\"])(.*?)\\2)?")
                        .matcher(child);
                if (matcher.find()) {
                    names.add(matcher.group(1) + (matcher.group(3) == null ? "" : " " + matcher.group(3)));
                }
            });
            byte[] inside = xml.substring(xml.indexOf('>') + 1, Math.max(xml.indexOf('>') + 1, xml.lastIndexOf("</")))
                    .getBytes(StandardCharsets.UTF_8);
            children.add(inside, 0, inside.length);
            return names;
        }

        /** An attribute of the outermost element, or of the first element that has it. */
        Optional<String> attribute(String name) {
            Matcher matcher = Pattern.compile("\\s" + name + "=(['\"])(.*?)\\1").matcher(xml);
            return matcher.find() ? Optional.of(matcher.group(2)) : Optional.empty();
        }
    }

    private static final int SHOWN_LINES = 40;
    private static final int SHOWN_CHARACTERS = 400;

    private final AtomicInteger streams = new AtomicInteger();
    private final List<Line> lines = new ArrayList<>();
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

    /** For the configuration of a connection. */
    SocketFactory sockets() {
        return new TappedSockets(this::tap);
    }

    /** How many sockets there were so far. */
    int streams() {
        return streams.get();
    }

    /** Puts a line of the test's own between the stanzas. */
    Line mark(String text) {
        return add(Direction.MARK, text);
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    /** The messages sent with an {@code <encrypted/>} for OMEMO 2, without carbons and archive. */
    List<Line> encryptedSent() {
        return encrypted(Direction.SENT);
    }

    List<Line> encryptedReceived() {
        return encrypted(Direction.RECEIVED);
    }

    /** All messages that left. */
    List<Line> messagesSent() {
        return lines().stream()
                .filter(line -> line.direction() == Direction.SENT && line.isMessage())
                .toList();
    }

    Line await(String what, Predicate<Line> wanted) {
        return awaitAfter(-1, what, wanted);
    }

    /** The first such line with a higher number. */
    Line awaitAfter(int number, String what, Predicate<Line> wanted) {
        return Await.value(
                () -> what + "\n" + tail(),
                () -> lines().stream()
                        .filter(line -> line.number() > number && wanted.test(line))
                        .findFirst());
    }

    /** Everything, as it was on the wire. */
    synchronized String raw() {
        return raw.toString(StandardCharsets.UTF_8);
    }

    synchronized int size() {
        return lines.size();
    }

    /** The last lines, shortened, for people. */
    String tail() {
        List<Line> all = lines();
        return all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size()).stream()
                .map(line -> line.number() + " " + line.direction() + " " + shortened(line.xml()))
                .collect(Collectors.joining("\n"));
    }

    static String shortened(String text) {
        return text.length() <= SHOWN_CHARACTERS
                ? text
                : text.substring(0, SHOWN_CHARACTERS) + "… (" + text.length() + " characters)";
    }

    private TappedSockets.Tap tap() {
        streams.incrementAndGet();
        return new TappedSockets.Tap() {
            private final StanzaSplitter sent = new StanzaSplitter(xml -> add(Direction.SENT, xml));
            private final StanzaSplitter received = new StanzaSplitter(xml -> add(Direction.RECEIVED, xml));

            @Override
            public void sent(byte[] bytes, int offset, int length) {
                keep(bytes, offset, length);
                sent.add(bytes, offset, length);
            }

            @Override
            public void received(byte[] bytes, int offset, int length) {
                keep(bytes, offset, length);
                received.add(bytes, offset, length);
            }
        };
    }

    private List<Line> encrypted(Direction direction) {
        return lines().stream()
                .filter(line -> line.direction() == direction
                        && line.isMessage()
                        && Pattern.compile("<encrypted\\s[^>]*xmlns=(['\"])urn:xmpp:omemo:2\\1")
                                .matcher(line.xml())
                                .find())
                .toList();
    }

    private synchronized void keep(byte[] bytes, int offset, int length) {
        raw.write(bytes, offset, length);
    }

    private synchronized Line add(Direction direction, String xml) {
        Line line = new Line(lines.size(), direction, xml);
        lines.add(line);
        return line;
    }
}
