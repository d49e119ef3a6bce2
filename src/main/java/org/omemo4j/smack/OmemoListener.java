/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustRequest;

/**
 * Hears of every outcome that is not a plain message. All methods do nothing by default. They are called one after the other, in the order of
 * what happened, on a thread of Smack's own: never on the one that reads the stream, and with no lock held. A listener may call the manager and
 * may wait for it. What a listener throws is logged.
 */
public interface OmemoListener {

    /** Something to show or log: a new identity key, another one in a bundle, a publication that failed. */
    default void onEvent(OmemoEvent event) {}

    /**
     * Messages of a conversation wait until a person has decided about devices that they would go to. Told once for the same devices, and again after a new start; {@link
     * OmemoTrust#requests} has those that are open. The request is answered by one of
     *
     * <ul>
     *   <li>{@link OmemoTrust#answer}, or any other decision about its keys, from wherever it comes: the messages go on, in their order;
     *   <li>{@link OmemoTrust#sendWithout}: they leave without these devices;
     *   <li>{@link OmemoTrust#refuse}: they are not sent.
     * </ul>
     *
     * Without an answer they wait, as long as {@link org.omemo4j.engine.OmemoConfig#withDecisionTimeout} says or for ever.
     */
    default void onDecisionNeeded(TrustRequest request) {}

    /**
     * A contact has asked, in an encrypted message, for plain text from now on. Show that, with what the key of the device is worth, and ask the person: if the wish {@link OmemoEvent.OptedOut#blocks},
     * nothing is sent to the contact, and sends fail with {@link OmemoException.Reason#OPTED_OUT}, until {@link OmemoManager#acceptPlaintext} or {@link OmemoManager#declineOptOut}. That of a device that
     * is not trusted changes nothing.
     */
    default void onOptOut(OmemoEvent.OptedOut optOut) {}

    /**
     * A message could not be read; no key was changed by it, and the stanza shows nothing. Told once for a stanza. {@link UnreadMessage#proposal()} is the one sensible thing to do about it, and nothing of that happens by itself:
     *
     * <ul>
     *   <li>{@code REPLACE_SESSION}: {@link OmemoManager#replaceSession}, so that the device's next messages can be read; this one is lost, and its sender may send it again.
     *   <li>{@code REFRESH}: {@link OmemoManager#prepare}, as the device is on no list that is known. Where it is not known who wrote it ({@code UNKNOWN_AUTHOR}), prepare {@link
     *       UnreadMessage#room()}, and ask the room's archive again when that has completed.
     *   <li>{@code ACCEPT_KEY}: show {@link UnreadMessage#shownKey()} and ask a person, who asks the contact; then {@link OmemoTrust#acceptKey}, never because of a message.
     *   <li>{@code NONE}: nothing; show at most that there was a message. Also where a new session is begun already, as it is once a day with a listed device whose session is lost, or by {@link
     *       org.omemo4j.engine.OmemoConfig#withAutomaticRepair}: the next messages can be read if the device's keys can be had and may be used, and else propose it.
     * </ul>
     */
    default void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {}

    /** A message came again, and shows nothing. There is nothing to do: it was heard the first time. */
    default void onDuplicate(UnreadMessage message) {}

    /** A message was encrypted for others of our devices only, or by this very device, and shows nothing. Not told of one without content. At most a hint that it can be read elsewhere makes sense; it must never cause a new session. */
    default void onNotForThisDevice(UnreadMessage message) {}

    /** A message with content came for this device, and nothing was done with it, as {@link OmemoManager#readKeyTrafficOnly} asks for. */
    default void onLeftUnread(UnreadMessage message) {}

    /** A message left encrypted. */
    default void onSent(SentMessage message) {}

    /** A message that waited will not be sent; {@code why} names the reason and the remedy. It no longer waits. */
    default void onSendFailed(BareJid to, String stanzaId, OmemoException why) {}

    /** A message left in clear, as the policy PREFERRED allows: the contact's own account has answered that it has no OMEMO devices.
     * One that waited may leave again, with the same id, when the connection was lost before the server had it. */
    default void onSentInClear(BareJid to, String stanzaId) {}

    /** A chat state, receipt or marker could not be encrypted now and was dropped, as it must not leave in clear; or a trust message of the application, which no verified device could read. */
    default void onWithheld(BareJid to, String stanzaId) {}

    /** Elements of a decrypted message were dropped: they must not travel inside, or could not be parsed. {@code names} are element names. */
    default void onContentDropped(BareJid from, List<String> names) {}

    /** OMEMO was started after the login: encrypted messages that came before could not be read. */
    default void onMessagesMayHaveBeenMissed() {}

    /** The store failed, or somebody else has written to it: nothing is encrypted or decrypted any more, and sends fail. */
    default void onStopped(Exception cause) {}
}
