/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;

/** What became of a message that was to be encrypted. */
public sealed interface Encryption {

    /**
     * The step is committed and flushed: send it.
     *
     * @param elements the {@code <encrypted/>} elements, one for each version used.
     * @param versions the versions of these elements, in the same order.
     * @param devices who can read it.
     * @param leftOut who cannot, and why.
     * @param reaction what else to do.
     */
    record Encrypted(
            List<XmlElement> elements,
            List<OmemoVersion> versions,
            List<DeviceAddress> devices,
            List<LeftOut> leftOut,
            Reaction reaction)
            implements Encryption {}

    /** Something must be fetched first; then ask again. Nothing was changed. */
    record Missing(List<Action> actions) implements Encryption {}

    /** The policy of the conversation lets it leave in clear. {@code noDevices} tells PREFERRED from OFF. */
    record InClear(boolean noDevices) implements Encryption {}

    /** A control message that cannot be encrypted now and must not leave in clear: drop it. */
    record Withheld() implements Encryption {}

    /**
     * It must not leave.
     *
     * @param reason for programs.
     * @param sentence for people; names the remedy.
     * @param reaction what else to do.
     */
    record Refused(Refusal reason, String sentence, Reaction reaction) implements Encryption {}

    /** A device that cannot read the message. */
    record LeftOut(DeviceAddress device, Why why) {
        /** Why it was left out. */
        public enum Why {
            /** Its bundle is missing, malformed or badly signed. */
            NO_USABLE_BUNDLE("no usable bundle"),
            /** Nobody has decided about its key. */
            UNDECIDED("nobody has decided about its key"),
            /** Its key was refused. */
            DISTRUSTED("its key is not trusted"),
            /** It shows another identity key than the known one. */
            IDENTITY_KEY_CHANGED("its identity key has changed"),
            /** One stanza holds no more keys. */
            TOO_MANY_DEVICES("there are too many devices");

            private final String words;

            Why(String words) {
                this.words = words;
            }

            /** For the end of a sentence. */
            public String words() {
                return words;
            }
        }
    }

    /** Why a message was refused. */
    enum Refusal {
        /** The contact's account has answered that it has no OMEMO devices. */
        NO_DEVICES,
        /** It could not be found out which devices the contact has. */
        DEVICE_LIST_UNKNOWN,
        /** The contact has devices, and none of them can be encrypted for. */
        NO_USABLE_DEVICE,
        /** The message waited to be encrypted, and meanwhile the conversation's policy was loosened. */
        POLICY,
        /** Group chats are not built yet. */
        GROUP_CHAT
    }
}
