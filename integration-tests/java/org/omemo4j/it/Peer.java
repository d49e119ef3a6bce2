/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jxmpp.jid.EntityBareJid;

/** A person whose client shares no code with us: a program that takes commands and tells events. */
final class Peer {
    private final World world;
    private final PeerKind kind;
    private final Account account;
    private final Path state;
    private final OmemoCommand process;

    private Peer(World world, PeerKind kind, Account account, Path state) {
        this.world = world;
        this.kind = kind;
        this.account = account;
        this.state = state;
        ClientBuilder.Endpoint server = world.server().endpoint();
        process = OmemoCommand.start(
                world,
                Map.of(),
                List.of(
                        world.server().peerProgram(kind),
                        "--jid",
                        account.jid().toString(),
                        "--password",
                        account.password(),
                        "--host",
                        server.host(),
                        "--port",
                        Integer.toString(server.port()),
                        "--state",
                        state.toString(),
                        "--ns",
                        kind.word()));
    }

    /** Logs in with a new device; returns when others can find it. */
    static Peer start(World world, PeerKind kind, Account account) {
        Peer peer = new Peer(world, kind, account, TestServer.scratch(account.name()));
        peer.awaitReady();
        return peer;
    }

    /** The program ends, and starts again with what it kept. */
    Peer restarted() {
        say("quit");
        if (process.exitCode() != 0) {
            throw new AssertionError("It did not end well: " + this);
        }
        Peer next = new Peer(world, kind, account, state);
        next.awaitReady();
        return next;
    }

    Account account() {
        return account;
    }

    /** Enters a room under its account's name; returns when it is in. */
    void enters(EntityBareJid room) {
        say("join " + room + " " + account.name());
        await(
                "to be in " + room,
                "joined",
                event -> room.toString().equals(event.path("room").asText()));
    }

    EntityBareJid jid() {
        return account.jid();
    }

    int deviceId() {
        return event("ready").path("device").asInt();
    }

    /** Sends, without waiting until it is done. */
    void send(EntityBareJid to, String text) {
        say("send " + to + " " + kind.word() + " " + text);
    }

    /** Sends to a room that it has entered, without waiting until it is done. */
    void says(EntityBareJid room, String text) {
        say("mucsend " + room + " " + kind.word() + " " + text);
    }

    /** Sends; returns once the message has left. @return whether it was a key exchange for some device. */
    boolean sends(Client to, String text) {
        long before = events("sent").count();
        send(to.jid(), text);
        JsonNode sent = Await.value(
                () -> "\"" + text + "\" to be sent by " + this,
                () -> events("sent").skip(before).findFirst());
        return StreamSupport.stream(sent.path("keys").spliterator(), false)
                .anyMatch(key -> key.path(2).asBoolean());
    }

    /** The next message for this account has to begin from nothing. */
    void forget(Client other) {
        command("forget", other);
    }

    /** Makes a new session with each device of the other, and says so with an empty message. */
    void replaceSessions(Client other) {
        command("replace", other);
    }

    /** Reads and asserts which device it came from. @return whether it was a key exchange. */
    boolean reads(Client from, String text) {
        JsonNode message = await("\"" + text + "\" to be read", "message", event -> text.equals(body(event)));
        if (!message.path("sender").asText().equals(from.jid().toString())
                || message.path("device").asInt() != from.deviceId()) {
            throw new AssertionError("\"" + text + "\" is not from " + from.jid() + ": " + message);
        }
        return message.path("kex").asBoolean();
    }

    /** What it read, in its order. */
    List<String> bodies() {
        return events("message").map(Peer::body).toList();
    }

    /** Waits until it has read so many messages with content. */
    void awaitBodies(int count) {
        awaitCount("message", count);
    }

    /** Waits until it has got so many messages without content. */
    void awaitEmptyMessages(int count) {
        awaitCount("empty", count);
    }

    /** Waits until it has sent so many messages without content by itself, and the other has dealt with them. */
    void awaitItsEmptyMessages(int count, Client by) {
        List<JsonNode> sent = awaitCount("sent-empty", count);
        sent.forEach(message -> by.awaitHandled(message.path("id").asText()));
    }

    /** The events with this name. */
    Stream<JsonNode> events(String name) {
        return process.events().stream()
                .filter(event -> event.path("ev").asText().equals(name));
    }

    @Override
    public String toString() {
        return kind + " peer " + process;
    }

    private void awaitReady() {
        event("ready");
    }

    private JsonNode event(String name) {
        return await("the event " + name, name, event -> true);
    }

    private JsonNode await(String what, String name, Predicate<JsonNode> wanted) {
        return Await.value(
                () -> what + " of " + this, () -> events(name).filter(wanted).findFirst());
    }

    private List<JsonNode> awaitCount(String name, int count) {
        Await.until(
                () -> count + " events " + name + " of " + this,
                () -> events(name).count() >= count);
        return events(name).toList();
    }

    private void command(String name, Client other) {
        long before = events("done").count();
        say(name + " " + other.jid());
        Await.until(() -> name + " done by " + this, () -> events("done").count() > before);
    }

    private void say(String command) {
        process.say(command);
    }

    private static String body(JsonNode message) {
        return message.path("body").asText();
    }
}
