/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.List;
import java.util.stream.IntStream;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;

/** What became of a message that was to be encrypted. */
public sealed interface Encryption {

    /** What else to do. */
    Reaction reaction();

    /**
     * The step is committed and flushed: send it.
     *
     * @param elements the {@code <encrypted/>} elements, one for each version used.
     * @param versions the versions of these elements, in the same order.
     * @param devices who can read it.
     * @param leftOut which devices cannot, and why.
     * @param members which members of a room have no device at all that can.
     * @param beside what of the content stands beside them in clear, since one of the versions does not carry it and anybody may see it.
     * @param withheld names of what one of the versions does not carry and nobody may see: whoever reads that version does not get it.
     * @param reaction what else to do.
     */
    record Encrypted(
            List<XmlElement> elements,
            List<OmemoVersion> versions,
            List<DeviceAddress> devices,
            List<LeftOut> leftOut,
            List<MemberLeftOut> members,
            List<XmlElement> beside,
            List<String> withheld,
            Reaction reaction)
            implements Encryption {

        /** Each version's part, as a message of its own. */
        public List<Encrypted> byVersion() {
            return IntStream.range(0, versions.size())
                    .mapToObj(i -> new Encrypted(
                            List.of(elements.get(i)),
                            List.of(versions.get(i)),
                            devices,
                            leftOut,
                            members,
                            beside,
                            withheld,
                            reaction))
                    .toList();
        }

        /** Whether a body in clear tells users of other clients that they miss something. */
        public boolean needsFallbackBody() {
            return versions.stream().anyMatch(OmemoVersion::needsFallbackBody);
        }
    }

    /**
     * Something must be fetched first; then ask again. Without actions, it is only that it cannot leave in one stanza. Only which keys were seen was written.
     *
     * @param actions what the message waits for.
     * @param reaction what else to do.
     */
    record Missing(List<Action> actions, Reaction reaction) implements Encryption {}

    /**
     * It has to wait until these members of a room have a device that can read it, or belong to the room no more: {@link MembersWithoutKeys#HOLD}. Keep it, and ask again then.
     *
     * @param unnamed who else it waits for: {@link OutgoingMessage#unnamed}.
     */
    record Held(List<MemberLeftOut> members, List<String> unnamed, Reaction reaction) implements Encryption {}

    /**
     * It has to wait until somebody has decided about these devices, or it is encrypted without them ({@link OutgoingMessage#without}). Keep it, and ask again then. Only which keys were seen
     * was written, and to what is parked in its conversation, what the trust policies say.
     */
    record Undecided(TrustRequest request, Reaction reaction) implements Encryption {}

    /** It may leave in clear. */
    record InClear(Why why) implements Encryption {
        @Override
        public Reaction reaction() {
            return Reaction.NONE;
        }

        /** What allows it. */
        public enum Why {
            /** The policy OFF, or a room that needs no encryption. */
            OFF,
            /** The policy PREFERRED, and the contact's own account has answered that it has no devices. */
            NO_DEVICES,
            /** It is a control message that servers may see ({@link org.omemo4j.protocol.OpenElements}), and some of its readers speak a version that carries none. */
            OPEN
        }
    }

    /** A control message that cannot be encrypted now and must not leave in clear: drop it. */
    record Withheld(Reaction reaction) implements Encryption {}

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
            /** Its account's server has not answered when it was asked for the bundle, or not in time. */
            NO_ANSWER("its server has not answered"),
            /** Nobody has decided about its key. */
            UNDECIDED("nobody has decided about its key"),
            /** Its key was refused. */
            DISTRUSTED("its key is not trusted"),
            /** What its key is worth is not enough for its account's trust policy. */
            TRUST_POLICY("its key is not trusted enough"),
            /** It shows another identity key than the known one. */
            IDENTITY_KEY_CHANGED("its identity key has changed"),
            /** It shows an identity key that another account is known by. */
            IDENTITY_KEY_SHARED("its identity key is another account's"),
            /** It has spoken a better version of OMEMO, its account's list does not name that any more, and there is no session in it. */
            VERSION_DOWNGRADE(
                    "it has spoken a better version of OMEMO before; acceptVersions accepts that it does not any more"),
            /** It speaks no version of OMEMO that messages are sent in. */
            VERSION_NOT_USED("it speaks no version of OMEMO that is used for sending here"),
            /** The version that it speaks carries nothing of this message. */
            NOT_CARRIED("its version of OMEMO carries a text only"),
            /** It was written to often, in a new session too, and has never answered, while other devices of its account do. */
            SILENT("it has not answered for a long time"),
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
        /** The same, or what is known of the contact's devices is not enough, and their server has not answered in time: it may the next time ({@link OmemoEngine#askAgain}). */
        NO_ANSWER,
        /** The contact has devices, and none of them can be encrypted for. */
        NO_USABLE_DEVICE,
        /** The contact has asked for plain text, and nobody has answered yet. */
        OPTED_OUT,
        /** The message waited to be encrypted, and meanwhile the conversation's policy was loosened; or it is a trust message, and the policy is OFF. */
        POLICY,
        /** A member of the room has no device that can read it, and {@link MembersWithoutKeys#FAIL} is set. */
        MEMBER_WITHOUT_KEYS
    }
}
