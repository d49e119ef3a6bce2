/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection of a device to its server, through the weather. Until its stream is managed (XEP-0198) all is calm: nobody could make up for what is lost then. */
final class ChaosLine implements Relay.Rules {
    /** How long a stanza waits to be overtaken, if nothing comes. */
    private static final long PATIENCE_MILLIS = 30;

    /** Less than any reply time-out of a client that waits to be connected meanwhile. */
    private static final long PATIENCE_WITH_SERVER_SECONDS = 2;

    private static final Pattern HANDLED = Pattern.compile("\\sh=(['\"])(\\d+)\\1");
    private static final Pattern STREAM = Pattern.compile("\\sprevid=(['\"]).*?\\1");
    private static final Pattern ID = Pattern.compile("\\sid=(['\"])(.*?)\\1");
    private static final Pattern FROM = Pattern.compile("\\sfrom=(['\"])(.*?)(/.*?)?\\1");
    private static final Pattern TO = Pattern.compile("\\sto=(['\"])(.*?)(/.*?)?\\1");

    private final ChaosProxy proxy;
    private final Closeable connection;
    private final Object toClient = new Object();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean gone;
    private volatile boolean managed;
    private volatile int handledBefore;

    /** A message that waits to be overtaken. Guarded by {@link #toClient}. */
    private Optional<Numbered> waiting = Optional.empty();

    private record Numbered(int number, String xml) {}

    /** @param connection ends with this. */
    ChaosLine(ChaosProxy proxy, Closeable connection) {
        this.proxy = proxy;
        this.connection = connection;
    }

    void cut() {
        gone = true;
        ChaosProxy.close(connection);
    }

    /** Waits until the server has heard all that came this way, but not for long. @return whether it has. */
    boolean awaitOver() throws InterruptedException {
        return over.await(PATIENCE_WITH_SERVER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void over() {
        over.countDown();
    }

    @Override
    public OutputStream onTheWay(boolean fromClient, OutputStream other) {
        Way way = fromClient ? new ToServer(other) : new ToClient(other);
        List<String> complete = new ArrayList<>();
        StanzaSplitter splitter = new StanzaSplitter(complete::add, complete::add);
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                splitter.add(bytes, offset, count);
                for (String xml : complete) {
                    try {
                        way.pass(xml);
                    } catch (IllegalArgumentException e) {
                        proxy.fault(e);
                        cut();
                    }
                }
                complete.clear();
            }
        };
    }

    private abstract class Way {
        private final OutputStream receiver;
        private final ChaosWeather weather;
        private volatile boolean lossy;

        Way(boolean fromClient, OutputStream receiver) {
            this.receiver = receiver;
            this.weather = proxy.weather(fromClient);
        }

        abstract void pass(String xml) throws IOException;

        /** Whether nothing arrives any more. */
        boolean isDead() {
            return gone || lossy;
        }

        ChaosWeather.Fate fate(boolean mayRepeat) {
            ChaosWeather.Fate fate = weather.next(mayRepeat);
            if (fate == ChaosWeather.Fate.LATE) {
                LockSupport.parkNanos(weather.delayNanos());
            } else if (fate == ChaosWeather.Fate.LOST) {
                lossy = true;
                later(ChaosLine.this::cut, weather.delayNanos());
            }
            return fate;
        }

        void write(String... xml) throws IOException {
            if (!gone) {
                receiver.write(String.join("", xml).getBytes(StandardCharsets.UTF_8));
                receiver.flush();
            }
        }

        void writeHalf(String xml) throws IOException {
            byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
            receiver.write(Arrays.copyOf(bytes, bytes.length / 2));
            receiver.flush();
        }
    }

    private final class ToServer extends Way {
        ToServer(OutputStream receiver) {
            super(true, receiver);
        }

        @Override
        void pass(String xml) throws IOException {
            if (isDead()) {
                return;
            }
            if (xml.startsWith("<a ")) {
                write(confirming(xml, proxy.stream().confirmed(handled(xml))));
                return;
            }
            if (xml.startsWith("<resume ")) {
                handledBefore = handled(xml);
                String resume = confirming(xml, proxy.stream().confirmed(handledBefore));
                write(proxy.forgetsStream() ? STREAM.matcher(resume).replaceFirst(" previd='forgotten'") : resume);
                return;
            }
            ChaosWeather.Fate fate = managed && isStanza(xml) ? fate(false) : ChaosWeather.Fate.PASSES;
            if (fate == ChaosWeather.Fate.CUT_INSIDE) {
                proxy.leavesHalf();
                writeHalf(xml);
                cut();
            } else if (!isDead()) {
                write(xml);
                if (fate == ChaosWeather.Fate.CUT) {
                    cut();
                }
            }
        }
    }

    private final class ToClient extends Way {
        ToClient(OutputStream receiver) {
            super(false, receiver);
        }

        @Override
        void pass(String xml) throws IOException {
            if (gone) {
                return;
            }
            if (xml.startsWith("<enabled")) {
                proxy.newStream();
                managed = true;
            } else if (xml.startsWith("<resumed")) {
                proxy.resumedStream(handledBefore);
                managed = true;
            } else if (managed && isStanza(xml)) {
                if (isEncrypted(xml)) {
                    proxy.serverSends(value(ID, messageTag(xml)));
                }
                passStanza(new Numbered(proxy.stream().sent(), xml));
                return;
            }
            synchronized (toClient) {
                if (!isDead()) {
                    if (!xml.startsWith("<r ") && !xml.startsWith("<a ")) {
                        release();
                    }
                    write(xml);
                }
            }
        }

        private void passStanza(Numbered stanza) throws IOException {
            if (isDead()) {
                return;
            }
            boolean mayRepeat = isEncrypted(stanza.xml());
            ChaosWeather.Fate fate = fate(mayRepeat);
            if (isDead()) {
                return;
            }
            synchronized (toClient) {
                if (fate == ChaosWeather.Fate.OVERTAKEN && waiting.isEmpty() && !isArchived(stanza.xml())) {
                    waiting = Optional.of(stanza);
                    later(this::releaseLate, TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS));
                    return;
                }
                Optional<Numbered> before = waiting;
                if (before.isPresent() && mayRepeat && !isArchived(stanza.xml()) && areApart(before.get(), stanza)) {
                    waiting = Optional.empty();
                    proxy.overtook();
                    hand(stanza, before.get());
                } else {
                    release();
                    if (fate == ChaosWeather.Fate.CUT_INSIDE) {
                        // Smack 4.4.8 counts what it could not read to its end, and never gets it again.
                        proxy.stream().handed(stanza.number());
                        writeHalf(stanza.xml());
                        cut();
                        return;
                    }
                    hand(stanza);
                }
                if (fate == ChaosWeather.Fate.TWICE) {
                    hand(stanza);
                }
            }
            if (fate == ChaosWeather.Fate.CUT) {
                cut();
            }
        }

        private void releaseLate() {
            try {
                synchronized (toClient) {
                    if (!isDead()) {
                        release();
                    }
                }
            } catch (IOException e) {
                cut();
            }
        }

        private void release() throws IOException {
            Optional<Numbered> late = waiting;
            waiting = Optional.empty();
            if (late.isPresent()) {
                hand(late.get());
            }
        }

        /** Recorded first: the client may confirm it before the write returns. */
        private void hand(Numbered... stanzas) throws IOException {
            for (Numbered stanza : stanzas) {
                proxy.stream().handed(stanza.number());
            }
            write(Arrays.stream(stanzas).map(Numbered::xml).toArray(String[]::new));
        }
    }

    private void later(Runnable task, long nanos) {
        try {
            proxy.timer().schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            cut(); // the proxy is closed
        }
    }

    static boolean isStanza(String xml) {
        return xml.startsWith("<message") || xml.startsWith("<iq") || xml.startsWith("<presence");
    }

    private static boolean isEncrypted(String xml) {
        return xml.startsWith("<message") && xml.contains("<encrypted ");
    }

    private static boolean isArchived(String xml) {
        return xml.contains("<result ");
    }

    /** Whether they belong to different conversations, or have different senders: then nobody promises an order. */
    private static boolean areApart(Numbered one, Numbered other) {
        return !conversation(one.xml()).equals(conversation(other.xml()));
    }

    /** Sender and receiver of the message, or of the one that a carbon has inside. */
    private static List<String> conversation(String xml) {
        String tag = messageTag(xml);
        return List.of(value(FROM, tag), value(TO, tag));
    }

    private static String messageTag(String xml) {
        String inner = xml.substring(xml.lastIndexOf("<message"));
        return inner.substring(0, inner.indexOf('>'));
    }

    private static String value(Pattern attribute, String tag) {
        Matcher matcher = attribute.matcher(tag);
        return matcher.find() ? matcher.group(2) : "";
    }

    private static int handled(String xml) {
        Matcher matcher = HANDLED.matcher(xml);
        if (!matcher.find()) {
            throw new IllegalArgumentException("No count in " + xml);
        }
        return Integer.parseInt(matcher.group(2));
    }

    private static String confirming(String xml, int handled) {
        return HANDLED.matcher(xml).replaceFirst(" h='" + handled + "'");
    }
}
