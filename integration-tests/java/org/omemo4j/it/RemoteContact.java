/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jxmpp.jid.EntityBareJid;

/** A user of the remote server that the test plays. */
final class RemoteContact {
    private static final Pattern NODE = Pattern.compile("<items\\s[^>]*node=['\"]([^'\"]+)['\"]");
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";

    private final EntityBareJid jid;
    private final Consumer<String> out;
    private final List<String> received = new ArrayList<>();
    private final List<String> held = new ArrayList<>();
    private final Map<String, String> items = new HashMap<>();
    private String error =
            "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    private boolean holding;

    RemoteContact(EntityBareJid jid, Consumer<String> out) {
        this.jid = jid;
        this.out = out;
    }

    EntityBareJid jid() {
        return jid;
    }

    /** What requests are answered with that are not for a node with items. */
    synchronized RemoteContact answering(String type, String condition) {
        error = "<error type='" + type + "'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
        return this;
    }

    /** A node with one item; {@code item} is the whole {@code <item/>}. */
    synchronized RemoteContact publishing(String node, String item) {
        items.put(node, item);
        return this;
    }

    /** Keeps requests unanswered until {@link #release()}. */
    synchronized RemoteContact holdingBack() {
        holding = true;
        return this;
    }

    /** Answers what was held back, and everything from now on. */
    void release() {
        List<String> requests;
        synchronized (this) {
            holding = false;
            requests = List.copyOf(held);
            held.clear();
        }
        requests.forEach(this::answer);
    }

    synchronized List<String> received() {
        return List.copyOf(received);
    }

    /** How many requests wait for their answer. */
    synchronized int heldBack() {
        return held.size();
    }

    String await(String what, Predicate<String> wanted) {
        return Await.value(
                () -> what + " at " + jid + ", which received " + received(),
                () -> received().stream().filter(wanted).findFirst());
    }

    /** A message from this user, written as it is. */
    void sendMessage(EntityBareJid to, String id, String inner) {
        out.accept("<message type='chat' from='" + jid + "/remote' to='" + to + "' id='" + id + "'>" + inner
                + "</message>");
    }

    /** Any stanza, written as it is. */
    void send(String xml) {
        out.accept(xml);
    }

    void receive(String xml) {
        synchronized (this) {
            received.add(xml);
            if (!xml.startsWith("<iq") || !(xml.contains("type='get'") || xml.contains("type='set'"))) {
                return;
            }
            if (holding) {
                held.add(xml);
                return;
            }
        }
        answer(xml);
    }

    private void answer(String request) {
        Matcher node = NODE.matcher(request);
        Optional<String> item;
        String problem;
        synchronized (this) {
            item = node.find() ? Optional.ofNullable(items.get(node.group(1))) : Optional.empty();
            problem = error;
        }
        if (item.isPresent()) {
            reply(
                    request,
                    "result",
                    "<pubsub xmlns='" + PUBSUB + "'><items node='" + node.group(1) + "'>" + item.get()
                            + "</items></pubsub>");
        } else {
            reply(request, "error", problem);
        }
    }

    private void reply(String request, String type, String inner) {
        WireLog.Line line = new WireLog.Line(0, WireLog.Direction.RECEIVED, request);
        out.accept("<iq type='" + type + "' id='" + line.attribute("id").orElseThrow() + "' from='"
                + line.attribute("to").orElseThrow() + "' to='"
                + line.attribute("from").orElseThrow() + "'>" + inner + "</iq>");
    }
}
