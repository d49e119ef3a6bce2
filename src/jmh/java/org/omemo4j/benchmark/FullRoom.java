/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jivesoftware.smackx.xdata.form.FillableForm;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;

/**
 * A non-anonymous room for members only, all of whom are away and have published their devices; told to other JVMs by system properties.
 *
 * @param members the first one owns it
 */
record FullRoom(EntityBareJid jid, List<EntityBareJid> members) {

    private static final String JID = "benchmark.room";
    private static final String MEMBERS = "benchmark.members";

    /** As many as this library publishes. */
    private static final int PRE_KEYS = 100;

    static FullRoom ofThisJvm() {
        return new FullRoom(
                JidCreate.entityBareFromOrThrowUnchecked(System.getProperty(JID, "")),
                Arrays.stream(System.getProperty(MEMBERS, "").split(",", -1))
                        .map(JidCreate::entityBareFromOrThrowUnchecked)
                        .toList());
    }

    /** Makes a new one, with new accounts. */
    static FullRoom open(Place place) throws Exception {
        SecureRandom random = new SecureRandom();
        List<EntityBareJid> members = new ArrayList<>();
        for (int i = 1; i <= RoomBenchmark.MEMBERS; i++) {
            members.add(member(place, "member" + i, random));
        }
        FullRoom room = new FullRoom(
                JidCreate.entityBareFrom("room-" + UUID.randomUUID() + "@conference." + place.domain()), members);
        try (ChatClient owner = room.owner(place)) {
            MultiUserChat chat = room.seenBy(owner);
            chat.create(Resourcepart.from("owner")).makeInstant();
            FillableForm form = chat.getConfigurationForm().getFillableForm();
            form.setAnswer("muc#roomconfig_whois", "anyone");
            form.setAnswer("muc#roomconfig_membersonly", true);
            form.setAnswer("muc#roomconfig_persistentroom", true);
            chat.sendConfigurationForm(form);
            for (EntityBareJid member : members.subList(1, members.size())) {
                chat.grantMembership(member); // Prosody takes no more than one at a time.
            }
        }
        return room;
    }

    List<String> jvmArguments() {
        return List.of(
                "-D" + JID + "=" + jid,
                "-D" + MEMBERS + "="
                        + members.stream().map(EntityBareJid::toString).collect(Collectors.joining(",")));
    }

    /** Of each member. */
    static List<DeviceId> devices() {
        return IntStream.rangeClosed(1, RoomBenchmark.DEVICES_EACH)
                .mapToObj(DeviceId::new)
                .toList();
    }

    /** Makes somebody a member, too. */
    void admit(Place place, EntityBareJid guest) throws Exception {
        try (ChatClient owner = owner(place)) {
            seenBy(owner).grantMembership(guest);
        }
    }

    /** Puts an end to that. */
    void dismiss(Place place, EntityBareJid guest) throws Exception {
        try (ChatClient owner = owner(place)) {
            seenBy(owner).revokeMembership(guest);
        }
    }

    MultiUserChat seenBy(ChatClient client) {
        return MultiUserChatManager.getInstanceFor(client.connection()).getMultiUserChat(jid);
    }

    private ChatClient owner(Place place) throws Exception {
        return new ChatClient(place, members.get(0), Optional.empty());
    }

    private static EntityBareJid member(Place place, String name, SecureRandom random) throws Exception {
        List<IQ> publications = new ArrayList<>();
        publications.add(KeyRequests.publish(
                DeviceList.of(devices().stream().map(Device::of).toList())));
        for (DeviceId device : devices()) {
            publications.add(KeyRequests.publish(device, ForeignBundle.withPreKeys(PRE_KEYS, random)));
        }
        EntityBareJid jid = ChatClient.register(place, name);
        try (ChatClient client = new ChatClient(place, jid, Optional.empty())) {
            for (IQ publication : publications) {
                client.connection().sendIqRequestAndWaitForResponse(publication);
            }
        }
        return jid;
    }
}
