/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.filter.StanzaFilter;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.delay.packet.DelayInformation;
import org.jivesoftware.smackx.forward.packet.Forwarded;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.jivesoftware.smackx.pubsub.EventElement;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.engine.IncomingMessage;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.smack.Account.Opened;
import org.omemo4j.smack.element.Placeholder;
import org.omemo4j.smack.element.RawElement;
import org.omemo4j.store.StoreException;

/**
 * Decrypts received messages in place. It stands as the filter of an asynchronous listener that never gets anything: Smack evaluates such filters
 * on the thread that reads the stream, before any collector and listener. So it must not send, wait or throw; whatever follows goes to the worker.
 */
final class DecryptingFilter implements StanzaFilter {
    private static final Logger LOGGER = Logger.getLogger(DecryptingFilter.class.getName());

    private final Supplier<Optional<Account>> accounts;

    DecryptingFilter(Supplier<Optional<Account>> accounts) {
        this.accounts = accounts;
    }

    @Override
    public boolean accept(Stanza stanza) {
        if (stanza instanceof Message message) {
            try {
                receive(message);
            } catch (Throwable t) { // an exception here would close the connection
                LOGGER.log(
                        Level.SEVERE,
                        "Reading a message failed with {0}.",
                        t.getClass().getName());
            }
        }
        return false;
    }

    private void receive(Message message) {
        boolean placeholder = message.getExtension(Placeholder.QNAME) != null;
        ReceivedElements.stripMarks(message);
        Optional<Account> account = accounts.get();
        Optional<Opened> open = account.flatMap(Account::opened);
        if (open.isEmpty()) {
            return;
        }
        Receiver receiver = new Receiver(account.get(), open.get());
        if (placeholder && isFrom(message, open.get().owner())) {
            ReceivedElements.neutralise(message, account.get().versions());
            return;
        }
        Optional<DeviceListEvent> event =
                DeviceListEvent.in(message, open.get().owner(), account.get().versions());
        if (event.isPresent()) {
            message.removeExtension(EventElement.ELEMENT, EventElement.NAMESPACE);
            account.get().received(event.get());
            return;
        }
        receiver.receive(message);
    }

    private static boolean isFrom(Message message, BareJid account) {
        Jid from = message.getFrom();
        return from == null || from.asBareJid().equals(account);
    }

    /** Where a message comes from, as far as our server vouches for it; read before anything is decrypted, and never looked for again. */
    private record Route(BareJid sender, BareJid recipient, Delivery delivery, Optional<Instant> stamp) {}

    private record Receiver(Account account, Opened open) {

        void receive(Message message) {
            Optional<CarbonExtension> carbon = ReceivedElements.find(message, CarbonExtension.class);
            Optional<MamResultExtension> archived = ReceivedElements.find(message, MamResultExtension.class);
            if (carbon.isPresent() || archived.isPresent()) {
                if (isOwn(message.getFrom())) { // anybody else could put any sender into a copy
                    carbon.ifPresent(copy -> receiveCopy(copy.getForwarded(), Delivery.CARBON));
                    archived.ifPresent(copy -> receiveCopy(copy.getForwarded(), Delivery.ARCHIVE));
                }
            } else if (isForUs(message)) {
                Optional<Instant> delay = ReceivedElements.all(message, DelayInformation.class)
                        .filter(this::isFromOurServer) // ours is not the first one if the sender wrote one, too
                        .findFirst()
                        .map(information -> information.getStamp().toInstant());
                Delivery delivery = delay.isPresent() ? Delivery.OFFLINE : Delivery.LIVE;
                decrypt(message, new Route(sender(message), open.owner(), delivery, delay));
            }
        }

        boolean isOwn(@Nullable Jid from) {
            return from == null || from.equals(open.owner());
        }

        private void receiveCopy(Forwarded<Message> copy, Delivery delivery) {
            Message message = copy.getForwardedStanza();
            if (!isForUs(message)) {
                return;
            }
            DelayInformation delay = copy.getDelayInformation();
            Optional<Instant> stamp = delay == null
                    ? Optional.empty()
                    : Optional.of(delay.getStamp().toInstant());
            BareJid sender = sender(message);
            Jid to = message.getTo();
            BareJid recipient = to == null ? open.owner() : to.asBareJid();
            if (sender.equals(open.owner()) || recipient.equals(open.owner())) {
                decrypt(message, new Route(sender, recipient, delivery, stamp));
            }
        }

        /** Errors bring our own message back, headlines are never encrypted, rooms have rules of their own. */
        private static boolean isForUs(Message message) {
            return message.getType() == Message.Type.chat || message.getType() == Message.Type.normal;
        }

        private BareJid sender(Message message) {
            Jid from = message.getFrom();
            return from == null ? open.owner() : from.asBareJid();
        }

        /**
         * Who kept the message says so (XEP-0203): Prosody and ejabberd put their own domain there for offline messages, and Prosody our bare JID for those of a stream that was lost. One
         * without an author is anybody's. A server that names none costs nothing but the grace of the prekey policy: the message counts as one that was just sent.
         */
        private boolean isFromOurServer(DelayInformation delay) {
            String from = delay.getFrom();
            return open.owner().toString().equals(from)
                    || open.owner().getDomain().toString().equals(from);
        }

        private void decrypt(Message message, Route route) {
            List<ExtensionElement> encrypted = encryptedIn(message);
            if (encrypted.isEmpty()) {
                return;
            }
            UnreadMessage unread = new UnreadMessage(
                    route.sender(),
                    Optional.empty(),
                    Optional.ofNullable(message.getStanzaId()),
                    route.delivery(),
                    Decryption.Proposal.NONE);
            try {
                Optional<Decryption> result = decrypt(encrypted, route);
                if (result.isPresent() && hasOnlyItsText(result.get())) {
                    ReceivedElements.removeEncrypted(message, account.versions());
                } else {
                    ReceivedElements.neutralise(message, account.versions());
                }
                if (result.isEmpty()) {
                    tellUndecryptable(unread, Decryption.Reason.MALFORMED);
                } else {
                    account.follow(result.get().reaction());
                    show(message, unread, result.get());
                }
            } catch (EngineClosedException e) {
                return; // stopped meanwhile: nothing was read, and the message stays as it is after a stop
            } catch (StoreException e) {
                ReceivedElements.neutralise(message, account.versions());
                tellUndecryptable(unread, Decryption.Reason.FAILED);
                account.failed(e);
            } catch (RuntimeException | Error e) {
                ReceivedElements.neutralise(message, account.versions());
                tellUndecryptable(unread, Decryption.Reason.FAILED);
                throw e;
            }
        }

        /** The best version first. */
        private List<ExtensionElement> encryptedIn(Message message) {
            List<ExtensionElement> found = new ArrayList<>();
            for (OmemoVersion version : account.versions()) {
                ElementName name = version.elements().encryptedName();
                ExtensionElement element = message.getExtensionElement(name.name(), name.namespace());
                if (element != null) {
                    found.add(element);
                }
            }
            return found;
        }

        /** One at most is used: the first that is not only for others. So a message in two versions is read once. */
        private Optional<Decryption> decrypt(List<ExtensionElement> encrypted, Route route) throws StoreException {
            Optional<Decryption> result = Optional.empty();
            for (ExtensionElement element : encrypted) {
                result = decrypt(element, route);
                if (!(result.isPresent() && result.get() instanceof Decryption.NotForThisDevice)) {
                    return result;
                }
            }
            return result;
        }

        private Optional<Decryption> decrypt(ExtensionElement encrypted, Route route) throws StoreException {
            if (!(encrypted instanceof RawElement raw) || raw.isInvalid()) {
                return Optional.empty();
            }
            return Optional.of(open.engine()
                    .decrypt(new IncomingMessage(
                            route.sender(),
                            route.recipient(),
                            raw.xml().orElseThrow(),
                            route.delivery(),
                            route.stamp())));
        }

        private static boolean hasOnlyItsText(Decryption result) {
            return result instanceof Decryption.Decrypted decrypted
                    && decrypted.origin().coverage() == Coverage.BODY;
        }

        private void show(Message message, UnreadMessage unread, Decryption result) {
            if (result instanceof Decryption.Decrypted decrypted) {
                List<String> dropped = new ArrayList<>(decrypted.dropped());
                dropped.addAll(ReceivedElements.add(message, decrypted.content()));
                message.addExtension(new OmemoInfo(decrypted.origin(), decrypted.time()));
                if (!dropped.isEmpty()) {
                    account.reports().tell(listener -> listener.onContentDropped(unread.from(), dropped));
                }
            } else if (result instanceof Decryption.Duplicate duplicate) {
                UnreadMessage named = unread.by(Optional.of(duplicate.sender()));
                account.reports().tell(listener -> listener.onDuplicate(named));
            } else if (result instanceof Decryption.NotForThisDevice other) {
                UnreadMessage named = unread.by(Optional.of(other.sender()));
                account.reports().tell(listener -> listener.onNotForThisDevice(named));
            } else if (result instanceof Decryption.Undecryptable undecryptable) {
                tellUndecryptable(
                        unread.by(undecryptable.sender()).proposing(undecryptable.proposal()), undecryptable.reason());
            }
        }

        private void tellUndecryptable(UnreadMessage unread, Decryption.Reason reason) {
            account.reports().tell(listener -> listener.onUndecryptable(unread, reason));
        }
    }
}
