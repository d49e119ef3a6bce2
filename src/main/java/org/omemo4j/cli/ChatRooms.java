/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jivesoftware.smackx.muc.Occupant;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.jivesoftware.smackx.xdata.form.Form;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.EntityFullJid;
import org.jxmpp.jid.Jid;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.cli.ChatEvents.About;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.store.StoreException;

/** The rooms of a chat: Smack's ordinary {@link MultiUserChat}, and what it hands to its listeners. */
final class ChatRooms implements Received.Occupants {
    /** The field of a room's configuration that makes it non-anonymous (XEP-0045). */
    private static final String WHO_IS_WHO = "muc#roomconfig_whois";

    private final Client client;
    private final ChatEvents events;
    private final Map<BareJid, MultiUserChat> joined = new ConcurrentHashMap<>();

    /** Ids of what this process has sent to rooms, which come back from them. */
    private final Set<String> sent = ConcurrentHashMap.newKeySet();

    ChatRooms(Client client, ChatEvents events) {
        this.client = client;
        this.events = events;
    }

    /** The policy comes first: nothing leaves for this room in clear from then on. Waits until the room lets us in, and not until it has told who belongs to it. */
    void join(EntityBareJid room, Resourcepart nick, Duration time) throws InterruptedException {
        try {
            client.omemo().setPolicy(room, EncryptionPolicy.REQUIRED);
            MultiUserChatManager manager = MultiUserChatManager.getInstanceFor(client.connection());
            manager.setAutoJoinOnReconnect(true);
            MultiUserChat chat = manager.getMultiUserChat(room);
            if (joined.put(room, chat) == null) {
                chat.addMessageListener(message -> show(chat, message));
            }
            if (chat.createOrJoin(nick) != null) {
                showWhoIsThere(chat);
            }
            new RoomEntry(room, nick, () -> client.omemo().room(room), events).follow(time);
        } catch (SmackException | XMPPException | StoreException | OmemoException e) {
            events.error("the room " + room + " could not be entered: " + Sentence.of(e), About.room(room));
        }
    }

    /** @return whether it is a room that was entered here. */
    boolean send(EntityBareJid to, MessageBuilder message) throws NotConnectedException, InterruptedException {
        MultiUserChat chat = joined.get(to);
        if (chat == null) {
            return false;
        }
        sent.add(String.valueOf(message.getStanzaId()));
        chat.sendMessage(message);
        return true;
    }

    @Override
    public boolean contains(BareJid jid) {
        return joined.containsKey(jid);
    }

    @Override
    public Optional<BareJid> realJid(Jid occupant) {
        MultiUserChat chat = joined.get(occupant.asBareJid());
        EntityFullJid nick = occupant.asEntityFullJidIfPossible();
        Occupant known = chat == null || nick == null ? null : chat.getOccupant(nick);
        return Optional.ofNullable(known).map(Occupant::getJid).map(Jid::asBareJid);
    }

    /** A room that did not exist: as the server makes it, most likely nothing could be encrypted in it. */
    private static void showWhoIsThere(MultiUserChat chat) throws SmackException, XMPPException, InterruptedException {
        Form form = chat.getConfigurationForm();
        FillableForm answers = form.getFillableForm();
        if (form.hasField(WHO_IS_WHO)) {
            answers.setAnswer(WHO_IS_WHO, "anyone");
        }
        chat.sendConfigurationForm(answers);
    }

    private void show(MultiUserChat chat, Message message) {
        Jid from = message.getFrom();
        if (message.getBody() == null || from == null) {
            return;
        }
        boolean ours = from.getResourceOrEmpty().equals(chat.getNickname());
        if (ours && sent.remove(String.valueOf(message.getStanzaId()))) {
            return; // it comes back from the room
        }
        events.message(Received.inRoom(message, from, this));
    }
}
