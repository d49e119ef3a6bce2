/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

/** Why a decision about an identity key changed nothing. */
public enum TrustRefusal {
    /** The key is distrusted or compromised, and only an undo leaves that. */
    DISTRUST_WINS,
    /** It is this device's own key. */
    OWN_KEY,
    /** Nothing that was decided about the key is left to be undone. */
    NOTHING_TO_UNDO,
    /** No device can have such a key. */
    NO_KEY,
    /** A trust message is about keys that its sender has no say in: a contact's device speaks for its own account. */
    NOT_ITS_KEY,
    /** The sender of a trust message is not verified; what it says is kept until it is. */
    SENDER_UNDECIDED,
    /** The sender of a trust message is distrusted or compromised. */
    SENDER_DISTRUSTED,
    /** A trust message did not come inside an envelope, or in one that names another sender or recipient than the stanza: whoever is on the way can have written it, or have moved it. One entry for each account and day in the journal, none for an account whose keys are not known. */
    FORGED,
    /** A trust message is no newer than another one of its sender that was read before: an envelope that is replayed. One whose stanza is repeated, as by an archive, is none for the journal. */
    REPLAYED,
    /** A URI verifies nothing, or not the person whose keys were asked for; or a trust message is malformed, for another encryption, does not say itself when, by whom and for whom it was written, is from the future, or came through a room. */
    UNUSABLE,
    /** So much of what trust messages have said is kept already that no more is. */
    TOO_MUCH,
    /** A trust message is about keys that nobody has shown yet; what it says of them is kept until somebody does. */
    KEY_UNKNOWN,
    /** A trust message of this device has reached nobody whom it was for. */
    NOT_TOLD,
    /** The device that should have it is known with another key. */
    MISMATCH
}
