/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jxmpp.jid.impl.JidCreate;

/** A remote server played by the test: an external component (XEP-0114) whose users do what a test says. */
final class Component implements AutoCloseable {
    private static final Pattern STREAM_ID = Pattern.compile("<stream:stream[^>]*\\sid=['\"]([^'\"]+)['\"][^>]*>");

    private final Socket socket;
    private final String domain;
    private final Map<String, RemoteContact> contacts = new ConcurrentHashMap<>();
    private final RemoteContact host;
    private final AtomicInteger number = new AtomicInteger();
    private final CountDownLatch accepted = new CountDownLatch(1);

    private Component(Socket socket, String domain) {
        this.socket = socket;
        this.domain = domain;
        // Clients look around for services at login, and wait for the answer.
        host = new RemoteContact(JidCreate.entityBareFromOrThrowUnchecked("host@" + domain), this::write);
    }

    static Component connect(String host, int port, String domain, String secret) {
        try {
            Component component = new Component(new Socket(host, port), domain);
            component.open(secret);
            return component;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new user of this server, who answers every request with {@code service-unavailable} until told otherwise. */
    RemoteContact contact() {
        String jid = "remote" + number.incrementAndGet() + "@" + domain;
        RemoteContact contact = new RemoteContact(JidCreate.entityBareFromOrThrowUnchecked(jid), this::write);
        contacts.put(jid, contact);
        return contact;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open(String secret) throws IOException {
        write("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
                + " xmlns:stream='http://etherx.jabber.org/streams' to='" + domain + "'>");
        InputStream in = socket.getInputStream();
        StringBuilder header = new StringBuilder();
        Matcher matcher = STREAM_ID.matcher(header);
        while (!matcher.reset(header).find()) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("The server closed the component's stream: " + header);
            }
            header.append((char) c);
        }
        write("<handshake>" + sha1(matcher.group(1) + secret) + "</handshake>");
        Thread thread = new Thread(() -> read(in), "component " + domain);
        thread.setDaemon(true);
        thread.start();
        try {
            if (!accepted.await(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("The server did not accept the component " + domain);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private void read(InputStream in) {
        StanzaSplitter splitter = new StanzaSplitter(this::handle);
        byte[] buffer = new byte[8192];
        try {
            int count = in.read(buffer);
            while (count >= 0) {
                splitter.add(buffer, 0, count);
                count = in.read(buffer);
            }
        } catch (IOException e) {
            // Closed by us, or by a server that goes: a test that still needs us sees its time run out.
            accepted.countDown();
        }
    }

    private void handle(String xml) {
        if (xml.startsWith("<handshake")) {
            accepted.countDown();
            return;
        }
        String to = new WireLog.Line(0, WireLog.Direction.RECEIVED, xml)
                .attribute("to")
                .orElse("");
        int slash = to.indexOf('/');
        contacts.getOrDefault(slash < 0 ? to : to.substring(0, slash), host).receive(xml);
    }

    private synchronized void write(String xml) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(xml.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
