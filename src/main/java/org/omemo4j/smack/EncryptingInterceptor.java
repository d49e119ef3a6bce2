/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.xml.namespace.QName;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.util.Consumer;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.hints.element.NoCopyHint;
import org.jivesoftware.smackx.hints.element.NoStoreHint;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.EncryptionPolicy;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.Account.Opened;
import org.omemo4j.smack.OmemoException.Reason;
import org.omemo4j.smack.element.ClearContent;
import org.omemo4j.smack.element.Placeholder;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.StoreException;

/**
 * Encrypts messages on their way out, on the thread that sends them and after every other interceptor. Never waits for the network: what cannot be
 * encrypted at once is stored, and a placeholder to ourselves leaves instead.
 */
final class EncryptingInterceptor implements Consumer<MessageBuilder> {
    private static final String CLIENT = "jabber:client";

    /** Padding, time and addresses beside the content. */
    private static final int ENVELOPE_BYTES = 4096;

    private final Host host;

    /** What the interceptor needs to know when a message comes. */
    interface Host {
        /** Whether the application has asked for OMEMO on this connection. */
        boolean isClaimed();

        /** Empty before the start and after the end. */
        Optional<Account> account();

        /** Our full JID, once logged in. */
        @Nullable
        Jid self();

        /** The rooms of the connection. */
        Rooms rooms();

        /** Why there is no account, as a sentence. */
        String whyNotStarted();

        /** Whether a start has succeeded, so that {@link #lastPolicy} knows what was set. */
        boolean knowsPolicies();

        /** What was set for a conversation, in the store that was started last. */
        Optional<EncryptionPolicy> lastPolicy(BareJid conversation);

        /** Remembers what rules a conversation. */
        void remember(BareJid conversation, EncryptionPolicy policy);
    }

    EncryptingInterceptor(Host host) {
        this.host = host;
    }

    /** Whether a stanza comes here at all. Cheap: called under a lock of Smack. */
    static boolean selects(Message message) {
        return StanzaContent.concerns(message.getType(), Optional.ofNullable(message.getTo()));
    }

    @Override
    public void accept(MessageBuilder builder) {
        Message message = builder.build();
        if (!host.isClaimed()
                || !selects(message) // another interceptor may have changed it
                || Placeholder.isOn(message)
                || ClearContent.isOn(message)) {
            return;
        }
        Optional<Account> account = host.account();
        Optional<Opened> open = account.flatMap(Account::opened);
        Optional<PrivateMessage> personal = PrivateMessage.in(message, host.rooms());
        // The policy first: what need not be encrypted is nobody's business, however it looks.
        if (open.isPresent() ? isLeftAlone(message, personal, open.get()) : !mustBeEncrypted(message, personal)) {
            return;
        }
        List<OmemoVersion> versions =
                account.map(Account::versions).orElse(OmemoConfig.defaults().versions());
        XmlElement stanza = personal.isPresent() ? PrivateMessage.withoutMark(read(message)) : read(message);
        StanzaContent content = StanzaContent.of(stanza, versions);
        if (content.kind() == StanzaContent.Kind.LEFT_ALONE) {
            return;
        }
        if (content.kind() == StanzaContent.Kind.CONTRADICTORY) {
            throw new OmemoException(
                    Reason.CONTENT,
                    "The message has an encrypted element and a text in clear beside it. It was not sent. Send it without one of"
                            + " the two.");
        }
        if (message.getType() != Message.Type.groupchat && content.isReadByRoom()) {
            throw new OmemoException(
                    Reason.THROUGH_ROOM,
                    "The message to " + message.getTo()
                            + " goes through a room, and it is not known for whom it is. It was not sent. Write to the"
                            + " person's own address, put the text of an invitation into its reason, or set the room's"
                            + " policy to OFF.");
        }
        if (open.isPresent()) {
            send(new Outgoing(builder, message, stanza, content, account.get(), open.get()), personal);
        } else if (content.isControl()) {
            replaceByPlaceholder(builder);
        } else {
            throw new OmemoException(Reason.NOT_STARTED, whyItCannotLeave(message));
        }
    }

    private String whyItCannotLeave(Message message) {
        if (message.getType() != Message.Type.groupchat || host.knowsPolicies()) {
            return host.whyNotStarted();
        }
        return "The message to the room " + message.getTo()
                + " was not sent: the room may have to be encrypted, and only the" + " store tells. "
                + host.whyNotStarted();
    }

    private void send(Outgoing outgoing, Optional<PrivateMessage> personal) {
        try {
            encrypt(personal.isPresent() ? readdressed(outgoing, personal.get()) : outgoing);
        } catch (StoreException e) {
            outgoing.account().failed(e);
            fail(outgoing, new OmemoException(Reason.STORE, Lifecycle.stoppedBy(e)));
        } catch (OmemoException e) { // too large, for one
            fail(outgoing, e);
        }
    }

    /** The person is written to, not the occupant: the room would show everybody's server whom we write to, and another may have the nick by then. */
    private static Outgoing readdressed(Outgoing outgoing, PrivateMessage personal) {
        BareJid person = personal.person()
                .orElseThrow(() -> new OmemoException(
                        Reason.THROUGH_ROOM,
                        "The message to " + outgoing.message().getTo()
                                + " goes to one person through a room, and the room does not tell who that is. It was not"
                                + " sent. Write to the person's own address, or set the room's policy to OFF."));
        MessageBuilder builder = outgoing.builder().to(person);
        XmlElement stanza = PrivateMessage.to(person, outgoing.stanza());
        return new Outgoing(
                builder, builder.build(), stanza, outgoing.content(), outgoing.account(), outgoing.open(), true);
    }

    private static boolean isLeftAlone(Message message, Optional<PrivateMessage> personal, Opened open) {
        Jid to = message.getTo();
        try {
            return personal.isPresent()
                    ? open.engine()
                            .leavesAlone(personal.get().room(), personal.get().person())
                    : open.engine()
                            .leavesAlone(
                                    to == null ? open.owner() : to.asBareJid(),
                                    message.getType() == Message.Type.groupchat);
        } catch (StoreException e) {
            return false; // encrypting meets the same failure, and tells it
        }
    }

    /** While nothing can be encrypted: what is not known counts as the policy REQUIRED, except for rooms that the store that was started last has no policy for. */
    private boolean mustBeEncrypted(Message message, Optional<PrivateMessage> personal) {
        Jid to = message.getTo();
        boolean groupChat = message.getType() == Message.Type.groupchat;
        Optional<EncryptionPolicy> chosen = to == null ? Optional.empty() : host.lastPolicy(to.asBareJid());
        return chosen.or(() -> personal.flatMap(PrivateMessage::person).flatMap(host::lastPolicy))
                .map(policy -> policy != EncryptionPolicy.OFF)
                .orElse(!groupChat || !host.knowsPolicies());
    }

    static Reason reason(Encryption.Refusal refusal) {
        return switch (refusal) {
            case NO_DEVICES -> Reason.NO_DEVICES;
            case DEVICE_LIST_UNKNOWN, NO_ANSWER -> Reason.DEVICE_LIST_UNKNOWN;
            case NO_USABLE_DEVICE -> Reason.NO_USABLE_DEVICE;
            case POLICY -> Reason.POLICY;
            case OPTED_OUT -> Reason.OPTED_OUT;
            case MEMBER_WITHOUT_KEYS -> Reason.MEMBER_WITHOUT_KEYS;
        };
    }

    static OmemoException anonymous(BareJid room) {
        return new OmemoException(
                Reason.ROOM_ANONYMOUS,
                "The room " + room
                        + " hides from some of its occupants who the others are, or does not say that it does"
                        + " not, so nothing can be encrypted for them. The message was not sent. An owner of the room"
                        + " can make it non-anonymous.");
    }

    /** @param personal whether it was a private message through a room: then it never leaves in clear. */
    private record Outgoing(
            MessageBuilder builder,
            Message message,
            XmlElement stanza,
            StanzaContent content,
            Account account,
            Opened open,
            boolean personal) {
        Outgoing(
                MessageBuilder builder,
                Message message,
                XmlElement stanza,
                StanzaContent content,
                Account account,
                Opened open) {
            this(builder, message, stanza, content, account, open, false);
        }

        BareJid to() {
            Jid to = message.getTo();
            return to == null ? open.owner() : to.asBareJid();
        }

        boolean groupChat() {
            return message.getType() == Message.Type.groupchat;
        }

        String id() {
            String id = message.getStanzaId();
            return id == null ? "" : id;
        }
    }

    private void encrypt(Outgoing outgoing) throws StoreException {
        StanzaContent content = outgoing.content();
        if (!content.isControl()) {
            requireSize(content);
        }
        RoomStatus room = outgoing.groupChat()
                ? roomOf(outgoing.to())
                : new RoomStatus(RoomReaders.State.OPEN, Set.of(outgoing.to()), List.of());
        if (room.kind() == RoomReaders.State.ASKED && content.isControl()) {
            withhold(outgoing); // it may be anonymous, and our keys would tell who we are
            return;
        }
        boolean waits = room.kind() == RoomReaders.State.ASKED
                || outgoing.open().engine().hasParked(outgoing.to());
        if (waits && !content.isControl()) {
            park(outgoing);
            if (room.kind() == RoomReaders.State.ASKED) {
                outgoing.account().messageWaits(outgoing.to());
            }
            return;
        }
        OutgoingMessage message = new OutgoingMessage(
                outgoing.to(),
                outgoing.groupChat(),
                room.members(),
                room.unnamed(),
                content.inside(),
                Set.of(),
                Set.of(),
                content.isControl());
        Encryption result = outgoing.open().engine().encrypt(message, encrypted -> replaceBy(encrypted, outgoing));
        Reports reports = outgoing.account().reports();
        if (result instanceof Encryption.Encrypted encrypted) {
            outgoing.account().follow(encrypted.reaction());
            SentMessage sent = SentMessage.of(message, outgoing.id(), encrypted, false);
            reports.tell(listener -> listener.onSent(sent));
        } else if (result instanceof Encryption.Missing || result instanceof Encryption.Held) {
            outgoing.account().follow(result.reaction());
            park(outgoing);
        } else if (result instanceof Encryption.Undecided undecided) {
            awaitDecision(outgoing, undecided);
        } else if (result instanceof Encryption.InClear inClear) {
            if (outgoing.personal()) {
                throw new OmemoException(
                        Reason.THROUGH_ROOM,
                        "The message goes to " + outgoing.to() + " through a room, and cannot be encrypted for them."
                                + " It was not sent. Write to the person's own address, or set the room's policy to"
                                + " OFF.");
            }
            if (inClear.why() == Encryption.InClear.Why.NO_DEVICES) {
                reports.tell(listener -> listener.onSentInClear(outgoing.to(), outgoing.id()));
            }
        } else if (result instanceof Encryption.Refused refused) {
            outgoing.account().follow(refused.reaction());
            if (refused.reason() == Encryption.Refusal.NO_ANSWER) {
                park(outgoing); // their server may have been slow once
                return;
            }
            throw new OmemoException(reason(refused.reason()), refused.sentence());
        } else {
            outgoing.account().follow(result.reaction());
            withhold(outgoing);
        }
    }

    /** @throws OmemoException if nothing can be encrypted for it. */
    private RoomStatus roomOf(BareJid room) {
        host.remember(room, EncryptionPolicy.REQUIRED);
        RoomStatus status = host.rooms().status(room);
        if (status.kind() == RoomReaders.State.ANONYMOUS) {
            throw anonymous(room);
        }
        if (status.kind() == RoomReaders.State.NOT_IN_ROOM) {
            throw new OmemoException(
                    Reason.NOT_IN_ROOM,
                    "The message to the room " + room + " was not sent: we are not in the room, so it does not tell who"
                            + " would read it. Enter it first, after the OmemoManager was made.");
        }
        return status;
    }

    /** What is asked for is told when the message waits: an answer that comes at once is for it, too. Where it cannot wait, the next one asks again. */
    private void awaitDecision(Outgoing outgoing, Encryption.Undecided undecided) throws StoreException {
        try {
            park(outgoing);
        } catch (RuntimeException e) {
            outgoing.account().later(open -> open.engine().askForDecisionsAgain(outgoing.to()));
            throw e;
        } finally {
            outgoing.account().follow(undecided.reaction());
        }
    }

    private void park(Outgoing outgoing) throws StoreException {
        if (outgoing.content().isControl()) {
            withhold(outgoing);
            return;
        }
        XmlElement stanza = outgoing.stanza();
        String id = outgoing.id();
        if (id.isEmpty()) {
            id = UUID.randomUUID().toString();
            stanza = withId(stanza, id);
        }
        BareJid to = outgoing.to();
        // Before it is stored: what throws here must not leave a message behind that the caller believes unsent.
        replaceByPlaceholder(outgoing.builder());
        try {
            OmemoEngine engine = outgoing.open().engine();
            if (outgoing.personal()) {
                engine.park(to, id, stanza.toXml(), EncryptionPolicy.REQUIRED);
            } else {
                engine.park(to, id, stanza.toXml());
            }
        } catch (
                EngineClosedException
                        e) { // and not as one that may be tried again: the builder has the placeholder now
            throw new OmemoException(Reason.NOT_STARTED, host.whyNotStarted());
        }
        outgoing.open().outbox().drainSoon(to);
    }

    private void withhold(Outgoing outgoing) {
        replaceByPlaceholder(outgoing.builder());
        outgoing.account().reports().tell(listener -> listener.onWithheld(outgoing.to(), outgoing.id()));
    }

    private void fail(Outgoing outgoing, OmemoException why) {
        if (outgoing.content().isControl()) {
            withhold(outgoing);
        } else {
            throw why;
        }
    }

    /** Before the commit: what cannot leave moves no session. */
    private static void replaceBy(Encryption.Encrypted encrypted, Outgoing outgoing) {
        StanzaContent content = outgoing.content();
        List<ExtensionElement> leaving = new ArrayList<>();
        for (XmlElement element : Stanzas.inClear(encrypted, content)) {
            leaving.add(outgoing.message().getExtensions().stream()
                    .filter(extension -> Stanzas.writes(extension, element))
                    .findFirst()
                    .orElseGet(() -> RawElement.of(element)));
        }
        leaving.addAll(Stanzas.envelope(encrypted, Stanzas.storeHintNeeded(content)));
        if (encrypted.needsFallbackBody()) {
            leaving.add(Stanzas.fallbackBody());
        }
        replaceContent(outgoing.builder(), leaving);
        Stanzas.written(outgoing.builder().build()); // throws if it is too large
    }

    /** Smack has no way to stop a stanza from inside but an exception. So something else goes out, to ourselves, and nobody keeps it. */
    private void replaceByPlaceholder(MessageBuilder builder) {
        builder.to(host.self()).ofType(Message.Type.headline);
        replaceContent(
                builder,
                List.of(
                        Placeholder.INSTANCE,
                        NoStoreHint.INSTANCE,
                        NoCopyHint.INSTANCE,
                        CarbonExtension.Private.INSTANCE));
    }

    /** An extension may write something else than its name says, so everything goes, and names do not tell what stays. */
    private static void replaceContent(MessageBuilder builder, List<ExtensionElement> content) {
        for (ExtensionElement extension : List.copyOf(builder.getExtensions())) {
            QName key = extension.getQName();
            builder.removeExtension(key.getLocalPart(), key.getNamespaceURI());
        }
        if (!builder.getExtensions().isEmpty()) {
            throw new OmemoException(
                    Reason.CONTENT,
                    "The message cannot be encrypted: it has an element whose name changes. Send it without"
                            + " that.");
        }
        builder.addExtensions(content);
    }

    private static XmlElement read(Message message) {
        try {
            return StanzaContent.read(message);
        } catch (MalformedMessageException e) {
            throw new OmemoException(
                    Reason.CONTENT,
                    "The message cannot be encrypted: it has a character that XML forbids, or is too large. Take that out, or"
                            + " shorten it.");
        }
    }

    private static void requireSize(StanzaContent content) {
        long bytes = content.inside().stream()
                .mapToLong(element -> element.toXml().getBytes(StandardCharsets.UTF_8).length)
                .sum();
        if (bytes > Payload.MAX_BYTES - ENVELOPE_BYTES) {
            throw new OmemoException(
                    Reason.CONTENT,
                    "The message is too large to be encrypted: its content may have "
                            + (Payload.MAX_BYTES - ENVELOPE_BYTES) + " bytes, and it has " + bytes
                            + ". Shorten it, or send it in parts.");
        }
    }

    private static XmlElement withId(XmlElement stanza, String id) {
        XmlElement.Builder copy = XmlElement.builder("message", CLIENT);
        stanza.attributes().forEach(copy::attribute);
        copy.attribute("id", id);
        stanza.elements().forEach(copy::child);
        return copy.build();
    }
}
