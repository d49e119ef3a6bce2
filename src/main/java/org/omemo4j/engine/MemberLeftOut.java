/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import org.jxmpp.jid.BareJid;

/** A member of a room none of whose devices can read a message. */
public record MemberLeftOut(BareJid member, Why why) {
    /** Why the member cannot read it. */
    public enum Why {
        /** The account has answered that it has no OMEMO devices. */
        NO_DEVICES("has no OMEMO devices"),
        /** It could not be found out, in time or at all, which devices there are. */
        DEVICE_LIST_UNKNOWN("could not be asked for devices"),
        /** There are devices, and nobody has decided about the key of one of them that could read. */
        UNDECIDED("has a device that nobody has decided about, and none that reads"),
        /** There are devices, and nobody has sent the bundle of one of them, in time or at all; it is asked for again. */
        NO_ANSWER("has a device whose keys nobody has sent yet, and none that reads"),
        /** There are devices, and none of them can be encrypted for. */
        NO_USABLE_DEVICE("has no device that can be used");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /** What goes behind the member's name in a sentence. */
        public String words() {
            return words;
        }
    }

    /** A part of a sentence. */
    public String words() {
        return member + " " + why.words();
    }
}
