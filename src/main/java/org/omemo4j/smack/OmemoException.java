/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

/**
 * A message that was not sent, because it could not be encrypted and must not leave in clear. Unchecked, because Smack's message interceptors can
 * throw nothing else: it comes out of {@code chat.send} and {@code connection.sendStanza}. The message is a sentence for a person that names the
 * remedy, and never quotes what was to be sent.
 */
public final class OmemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    OmemoException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    OmemoException(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    /** Why, for programs. */
    public Reason reason() {
        return reason;
    }

    /** Why a message was not sent. */
    public enum Reason {
        /** {@link OmemoManager#start} was not called, the connection has not logged in since, or {@link OmemoManager#stop} was called. */
        NOT_STARTED,
        /** The contact's account has answered that it has no OMEMO devices. */
        NO_DEVICES,
        /** It could not be found out which devices the contact has: no access, no answer, or a malformed one. */
        DEVICE_LIST_UNKNOWN,
        /** The contact has devices, and none of them can be encrypted for. */
        NO_USABLE_DEVICE,
        /** A policy is set for the room, and we are not in it; a message that waited fails so when the room says that. */
        NOT_IN_ROOM,
        /** A policy is set for the room, and it hides who is in it, or does not say that it does not. */
        ROOM_ANONYMOUS,
        /** A member of the room has no device that can read the message, and that fails a send by {@link org.omemo4j.engine.MembersWithoutKeys#FAIL}. */
        MEMBER_WITHOUT_KEYS,
        /** The message goes to one person through a room, and it is not known who that is; or a text stands beside what a room reads. */
        THROUGH_ROOM,
        /** The message has an element that is not well-formed XML, or it is too large. */
        CONTENT,
        /** The message waited for a decision about devices, and {@link OmemoTrust#refuse} or {@link org.omemo4j.engine.OmemoConfig#withDecisionTimeout} ended that. */
        UNDECIDED,
        /** The contact has asked for plain text, and neither {@link OmemoManager#acceptPlaintext} nor {@link OmemoManager#declineOptOut} has answered. */
        OPTED_OUT,
        /** The message waited to be encrypted, and meanwhile the conversation's policy became OFF. */
        POLICY,
        /** The server has ended the connection each time it got the message. */
        NOT_ACCEPTED,
        /** The store failed; the manager has stopped. */
        STORE
    }
}
