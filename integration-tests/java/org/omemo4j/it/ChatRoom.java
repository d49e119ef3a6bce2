/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.engine.EncryptionPolicy;

/** A new room of one test's own, as Smack's applications see it. */
final class ChatRoom {
    private final EntityBareJid jid;
    private final Map<String, Inbox> inboxes = new TreeMap<>();

    private ChatRoom(EntityBareJid jid) {
        this.jid = jid;
    }

    /** Members only and non-anonymous, with archive, owned by this client, which is in it under its account's name. */
    static ChatRoom of(World world, Client owner) {
        ChatRoom room = new ChatRoom(JidCreate.entityBareFromOrThrowUnchecked(
                World.unique("room") + "@" + world.server().mucDomain()));
        Smack.run(() -> room.seenBy(owner).create(nick(owner)).makeInstant());
        room.configure(owner, "muc#roomconfig_whois", "anyone");
        room.configure(owner, "muc#roomconfig_membersonly", true);
        room.configure(owner, "muc#roomconfig_persistentroom", true);
        room.require(owner);
        return room;
    }

    EntityBareJid jid() {
        return jid;
    }

    MultiUserChat seenBy(Client client) {
        return MultiUserChatManager.getInstanceFor(client.connection()).getMultiUserChat(jid);
    }

    void configure(Client owner, String field, Object value) {
        Smack.run(() -> {
            FillableForm form = seenBy(owner).getConfigurationForm().getFillableForm();
            if (value instanceof Boolean bool) {
                form.setAnswer(field, bool);
            } else {
                form.setAnswer(field, value.toString());
            }
            seenBy(owner).sendConfigurationForm(form);
        });
    }

    void member(Client owner, Account member) {
        Smack.run(() -> seenBy(owner).grantMembership(member.jid()));
    }

    void ban(Client owner, Account member) {
        Smack.run(() -> seenBy(owner).banUser(member.jid(), "out"));
    }

    /** Enters under the account's name, and requires encryption; returns when everything that sending needs is there. */
    void enter(Client client) {
        listen(client);
        Smack.run(() -> seenBy(client).join(nick(client)));
        require(client);
    }

    /** Begins a new inbox for this client. */
    void listen(Client client) {
        Inbox inbox = new Inbox("the room as " + client.account().name() + " sees it", client::story);
        inboxes.put(client.account().name(), inbox);
        seenBy(client).addMessageListener(inbox::add);
    }

    void require(Client client) {
        Smack.run(() -> {
            client.omemo().setPolicy(jid, EncryptionPolicy.REQUIRED);
            client.omemo().prepare(jid).get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
        });
    }

    /** Waits until the room has told this client of a member. */
    void awaitMember(Client client, Account member) {
        Await.until(
                () -> member.jid() + " to be a member of " + jid + "\n" + client.story(),
                () -> Smack.call(() -> client.omemo().room(jid)).members().contains(member.jid()));
    }

    void says(Client client, String body) {
        Smack.run(() -> seenBy(client).sendMessage(body));
    }

    static Resourcepart nick(Client client) {
        return Resourcepart.fromOrThrowUnchecked(client.account().name());
    }

    /** What the room's listener of this client got. */
    Inbox inbox(Client client) {
        return Optional.ofNullable(inboxes.get(client.account().name()))
                .orElseThrow(() -> new AssertionError(client.jid() + " has not entered " + jid));
    }
}
