/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.engine.Decryption;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.store.sql.SqlStore;

/**
 * An application in a process of its own, so that it can be killed. Commands come in by lines, what happens goes out by lines: a word and its
 * arguments, separated by blanks.
 */
final class ChildClient {
    private final Client client;
    private final Set<Integer> shown = new HashSet<>();

    private ChildClient(Client client) {
        this.client = client;
    }

    /** Arguments: host, port, domain, JID, store file, resource. The password is in the environment. */
    public static void main(String[] args) throws Exception {
        OmemoManager.install();
        ClientBuilder.Endpoint endpoint = new ClientBuilder.Endpoint(args[0], Integer.parseInt(args[1]), args[2]);
        Account account =
                new Account(JidCreate.entityBareFromOrThrowUnchecked(args[3]), System.getenv(ChildJvm.PASSWORD));
        Client client = new ClientBuilder(endpoint, account, made -> {})
                .store(SqlStore.open(Path.of(args[4])))
                .resource(args[5])
                .offline();
        new ChildClient(client).run();
    }

    private void run() throws IOException {
        client.inbox().listen(message -> say("received", message.getStanzaId(), String.valueOf(message.getBody())));
        client.omemo().addOmemoListener(new OmemoListener() {
            @Override
            public void onDuplicate(UnreadMessage message) {
                say("duplicate", message.stanzaId().orElse("-"));
            }

            @Override
            public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
                say("undecryptable", message.stanzaId().orElse("-"), reason.name());
            }

            @Override
            public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
                say("failed", stanzaId, why.reason().name());
            }

            @Override
            public void onStopped(Exception cause) {
                say("stopped", cause.toString());
            }
        });
        client.login();
        say("ready", Integer.toString(client.deviceId()));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 4);
            switch (words[0]) {
                case "send" -> send(JidCreate.entityBareFrom(words[1]), words[2], words[3]);
                case "burst" -> burst(JidCreate.entityBareFrom(words[1]), words[2], Integer.parseInt(words[3]));
                case "settle" -> settle("all");
                case "quit" -> {
                    client.stop();
                    say("bye");
                    return;
                }
                default -> say("unknown", words[0]);
            }
        }
        client.stop();
    }

    private void send(EntityBareJid to, String id, String body) {
        Message message = StanzaBuilder.buildMessage(id).setBody(body).build();
        Smack.run(() -> client.chatWith(to).send(message));
        say("returned", id);
    }

    /** Sends as fast as it can; says after each tenth that the server has all so far. */
    private void burst(EntityBareJid to, String name, int count) {
        for (int i = 0; i < count; i++) {
            send(to, name + "-" + i, name + "-" + i);
            if (i % 10 == 9) {
                settle(Integer.toString(i));
            }
        }
    }

    private void settle(String upTo) {
        client.awaitSent();
        for (WireLog.Line line : client.wire().encryptedSent()) {
            if (shown.add(line.number())) {
                say("wire", line.isKeyExchange() ? "exchange" : "ordinary");
            }
        }
        say("settled", upTo);
    }

    private static synchronized void say(String... words) {
        System.out.println(String.join(" ", words));
        System.out.flush();
    }
}
