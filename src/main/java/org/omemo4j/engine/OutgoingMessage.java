/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static java.util.function.Predicate.not;

import java.util.List;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.trust.TrustKey;

/**
 * A message to encrypt.
 *
 * @param to the contact or, with {@code groupChat}, the room.
 * @param groupChat whether it is a message to a room.
 * @param readers the accounts that shall read it: the contact, or everybody who belongs to the room. Our own other devices read it in any case.
 * @param unnamed who else should read it and cannot, as nobody tells who they are; as parts of a sentence.
 * @param content what must be secret: the stanza's elements that {@link org.omemo4j.protocol.InnerElements} lets inside.
 * @param without undecided keys that it does not wait for, and leaves without.
 * @param unawaited lists and bundles that it does not wait for, and leaves without; that says nothing about who would have answered.
 * @param control whether it carries nothing a person wrote (chat state, receipt, marker): then it never fetches, waits, starts a session or fails.
 */
public record OutgoingMessage(
        BareJid to,
        boolean groupChat,
        Set<BareJid> readers,
        List<String> unnamed,
        List<XmlElement> content,
        Set<TrustKey> without,
        Set<Action> unawaited,
        boolean control) {
    public OutgoingMessage {
        unawaited = Set.copyOf(unawaited);
        without = Set.copyOf(without);
        readers = Set.copyOf(readers);
        unnamed = List.copyOf(unnamed);
        content = List.copyOf(content);
    }

    /** A message to a contact, or to our own account. */
    public static OutgoingMessage toContact(BareJid contact, List<XmlElement> content, boolean control) {
        return new OutgoingMessage(contact, false, Set.of(contact), List.of(), content, Set.of(), Set.of(), control);
    }

    /** A message to a room. @param members who belongs to it, present or not, by their real JIDs. */
    public static OutgoingMessage toRoom(
            BareJid room, Set<BareJid> members, List<XmlElement> content, boolean control) {
        return toRoom(room, members, List.of(), content, control);
    }

    /** A message to a room. @param unnamed who belongs to it, too, without being known; as parts of a sentence. */
    public static OutgoingMessage toRoom(
            BareJid room, Set<BareJid> members, List<String> unnamed, List<XmlElement> content, boolean control) {
        return new OutgoingMessage(room, true, members, unnamed, content, Set.of(), Set.of(), control);
    }

    /** The same, which leaves without these keys if nobody has decided about them when it does. */
    public OutgoingMessage without(Set<TrustKey> undecided) {
        return new OutgoingMessage(to, groupChat, readers, unnamed, content, undecided, unawaited, control);
    }

    /** The same, which leaves without what these would bring if it is not there when it does. */
    public OutgoingMessage notAwaiting(Set<Action> fetches) {
        return new OutgoingMessage(to, groupChat, readers, unnamed, content, without, fetches, control);
    }

    /** Those of these that it waits for. */
    List<Action> awaited(List<Action> fetches) {
        return fetches.stream().filter(not(unawaited::contains)).toList();
    }
}
