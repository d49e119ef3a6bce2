/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.testkit.World;

/** Alice at a connection without a server: what she sends is kept, what she receives is put in by the test. */
public final class TestClient implements OmemoListener, AutoCloseable {
    public static final String ALICE = "alice@example.org";

    public final QuietConnection connection;
    public final OmemoManager omemo;
    /** What the listener heard, as text. */
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    /** The decisions that it was asked for. */
    final BlockingQueue<TrustRequest> asked = new LinkedBlockingQueue<>();

    private TestClient(QuietConnection connection) {
        this.connection = connection;
        this.omemo = OmemoManager.getInstanceFor(connection);
        omemo.addOmemoListener(this);
    }

    /** Of a connection that is none yet. */
    static TestClient unconnected() throws Exception {
        OmemoManager.install();
        return new TestClient(new QuietConnection("alice", "example.org"));
    }

    static QuietConnection connect() throws Exception {
        OmemoManager.install();
        QuietConnection connection = new QuietConnection("alice", "example.org");
        connection.connect();
        connection.login();
        return connection;
    }

    static TestClient loggedIn() throws Exception {
        return new TestClient(connect());
    }

    /** At a server with these nodes. */
    static TestClient started(World world, OmemoStore store) throws Exception {
        return started(world, store, OmemoConfig.defaults());
    }

    /** At a server with these nodes. */
    public static TestClient started(World world, OmemoStore store, OmemoConfig config) throws Exception {
        TestClient client = loggedIn();
        client.connection.answerBy(new TestPep(world, jid(ALICE))::answer);
        client.omemo.start(store, config);
        assertThat(client.omemo.awaitReady(Duration.ofSeconds(30))).as("ready").isTrue();
        return client;
    }

    static TestClient started(OmemoStore store) throws Exception {
        return started(store, OmemoConfig.defaults());
    }

    static TestClient started(OmemoStore store, OmemoConfig config) throws Exception {
        TestClient client = loggedIn();
        client.omemo.start(store, config);
        return client;
    }

    static BareJid jid(String text) {
        return JidCreate.bareFromOrThrowUnchecked(text);
    }

    /** The next message on the wire. */
    public Message sent() throws InterruptedException {
        return connection.sentMessage();
    }

    /** The next message on the wire that is none: the worker may be quicker than the thread that puts the placeholder there. */
    Message sentBesideThePlaceholder() throws InterruptedException {
        Message one = sent();
        Message other = sent();
        assertThat(List.of(names(one).contains("placeholder"), names(other).contains("placeholder")))
                .as("one placeholder")
                .containsExactlyInAnyOrder(true, false);
        return names(one).contains("placeholder") ? other : one;
    }

    /** What every listener of Smack gets when this comes in. */
    public Message receives(String stanza) throws Exception {
        Message message = PacketParserUtils.parseStanza(stanza);
        connection.receive(message);
        return message;
    }

    public String nextHeard() throws InterruptedException {
        String next = heard.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("a report").isNotNull();
        return String.valueOf(next);
    }

    public TrustRequest nextAsked() throws InterruptedException {
        TrustRequest next = asked.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("a request for decisions").isNotNull();
        return Objects.requireNonNull(next);
    }

    public static List<String> names(Message message) {
        return message.getExtensions().stream()
                .map(ExtensionElement::getElementName)
                .toList();
    }

    @Override
    public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
        heard.add("undecryptable " + reason
                + message.room().map(room -> " in " + room).orElse(""));
    }

    @Override
    public void onDuplicate(UnreadMessage message) {
        heard.add("duplicate " + message.delivery());
    }

    @Override
    public void onLeftUnread(UnreadMessage message) {
        heard.add("left unread " + message.from());
    }

    @Override
    public void onOptOut(OmemoEvent.OptedOut optOut) {
        heard.add("opt-out " + optOut.device()
                + optOut.reason().map(words -> " " + words).orElse(""));
    }

    @Override
    public void onDecisionNeeded(TrustRequest request) {
        asked.add(request);
    }

    @Override
    public void onSent(SentMessage message) {
        heard.add("sent " + message.stanzaId());
    }

    @Override
    public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
        heard.add("failed " + stanzaId + " " + why.reason());
    }

    @Override
    public void onWithheld(BareJid to, String stanzaId) {
        heard.add("withheld " + to);
    }

    @Override
    public void onContentDropped(BareJid from, List<String> names) {
        heard.add("dropped " + names);
    }

    @Override
    public void onStopped(Exception cause) {
        heard.add("stopped " + cause.getMessage());
    }

    @Override
    public void close() {
        omemo.stop();
        connection.disconnect();
    }
}
