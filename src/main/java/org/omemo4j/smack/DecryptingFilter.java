/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.filter.StanzaFilter;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smackx.pubsub.EventElement;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.EngineClosedException;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.xml.XmlElement;
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
    private final Occupants occupants;
    private final BooleanSupplier readsTexts;

    /** @param readsTexts whether messages with content are read; else only those that move a session on. */
    DecryptingFilter(Supplier<Optional<Account>> accounts, Occupants occupants, BooleanSupplier readsTexts) {
        this.accounts = accounts;
        this.occupants = occupants;
        this.readsTexts = readsTexts;
    }

    @Override
    public boolean accept(Stanza stanza) {
        try {
            if (stanza instanceof Message message) {
                receive(message);
            } else if (stanza instanceof IQ answer) {
                accounts.get().ifPresent(account -> account.received(answer));
            }
        } catch (Throwable t) { // an exception here would close the connection
            LOGGER.log(
                    Level.SEVERE,
                    "Reading a stanza failed with {0}.",
                    t.getClass().getName());
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
        Receiver receiver = new Receiver(account.get(), open.get(), readsTexts.getAsBoolean());
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
        receiver.receive(message, new Routes(open.get().owner(), occupants));
        account.get().catchUp().hasRead();
    }

    private static boolean isFrom(Message message, BareJid account) {
        Jid from = message.getFrom();
        return from == null || from.asBareJid().equals(account);
    }

    private record Receiver(Account account, Opened open, boolean readsTexts) {

        void receive(Message stanza, Routes routes) {
            List<Routes.Arrived> arrived = routes.of(stanza);
            refuseTrustMessages(stanza, arrived);
            refuse(
                    stanza,
                    arrived.stream()
                            .filter(Routes.Foreign.class::isInstance)
                            .map(Routes.Arrived::message)
                            .filter(message -> !encryptedIn(message).isEmpty())
                            .toList());
            for (Routes.Arrived one : arrived) {
                if (one instanceof Routes.Vouched vouched) {
                    if (vouched.route().isOfOwnArchive()) {
                        account.catchUp().archivedMessage();
                    }
                    decrypt(vouched.message(), vouched.route());
                } else if (one instanceof Routes.Ignored
                        && !encryptedIn(one.message()).isEmpty()) {
                    ReceivedElements.neutralise(one.message(), account.versions());
                }
            }
        }

        /** Shows nothing of what nobody vouches for, and tells of the stanza once. */
        private void refuse(Message stanza, List<Message> foreign) {
            foreign.forEach(message -> ReceivedElements.neutralise(message, account.versions()));
            if (!foreign.isEmpty()) {
                tellUndecryptable(
                        Route.direct(sender(stanza), open.owner(), Delivery.LIVE, Optional.empty())
                                .unread(stanza),
                        Decryption.Reason.FOREIGN_COPY);
            }
        }

        private BareJid sender(Message stanza) {
            Jid from = stanza.getFrom();
            return from == null ? open.owner() : from.asBareJid();
        }

        /** In clear they are nobody's word, also beside what is encrypted. Before that is read: an application that reads trust messages itself gets them from there. */
        private void refuseTrustMessages(Message stanza, List<Routes.Arrived> arrived) {
            if (arrived.stream().noneMatch(one -> hasTrustMessage(one.message()))) {
                return;
            }
            BareJid sender = arrived.stream()
                    .filter(Routes.Vouched.class::isInstance)
                    .map(one -> ((Routes.Vouched) one).route().sender())
                    .findFirst()
                    .orElseGet(() -> sender(stanza));
            try {
                account.follow(open.engine().trustMessageInClear(sender));
            } catch (EngineClosedException e) {
                return; // stopped meanwhile
            } catch (StoreException e) {
                account.failed(e);
            }
        }

        private static boolean hasTrustMessage(Message message) {
            return message.hasExtension(TrustMessage.NAME.name(), TrustMessage.NAME.namespace());
        }

        private void decrypt(Message message, Route route) {
            List<ExtensionElement> encrypted = encryptedIn(message);
            if (encrypted.isEmpty()) {
                return;
            }
            UnreadMessage unread = route.unread(message);
            try {
                if (!readsTexts && encrypted.stream().anyMatch(this::hasContent)) {
                    leave(message, unread, encrypted);
                    return;
                }
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

        private void leave(Message message, UnreadMessage unread, List<ExtensionElement> encrypted) {
            ReceivedElements.neutralise(message, account.versions());
            DeviceAddress own = open.engine().ownDevice().address();
            if (encrypted.stream()
                    .anyMatch(element -> read(element)
                            .map(content -> !content.keysFor(own).isEmpty())
                            .orElse(false))) {
                account.reports().tell(listener -> listener.onLeftUnread(unread));
            }
        }

        /** What is malformed has none. */
        private boolean hasContent(ExtensionElement encrypted) {
            return read(encrypted)
                    .flatMap(EncryptedMessage::payload)
                    .filter(payload -> payload.ciphertext().isPresent())
                    .isPresent();
        }

        private Optional<EncryptedMessage> read(ExtensionElement encrypted) {
            Optional<XmlElement> xml =
                    encrypted instanceof RawElement raw && !raw.isInvalid() ? raw.xml() : Optional.empty();
            Optional<OmemoVersion> version =
                    xml.flatMap(element -> OmemoVersion.ofEncrypted(ElementName.of(element), account.versions()));
            if (xml.isEmpty() || version.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(version.get().elements().encrypted(xml.get()));
            } catch (MalformedMessageException e) {
                return Optional.empty();
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
            return Optional.of(open.engine().decrypt(route.with(raw.xml().orElseThrow())));
        }

        private static boolean hasOnlyItsText(Decryption result) {
            return result instanceof Decryption.Decrypted decrypted
                    && decrypted.origin().coverage() == Coverage.BODY;
        }

        private void show(Message message, UnreadMessage unread, Decryption result) {
            if (result instanceof Decryption.Decrypted decrypted) {
                List<String> dropped = new ArrayList<>(decrypted.dropped());
                dropped.addAll(ReceivedElements.add(message, decrypted.content()));
                message.addExtension(new OmemoInfo(decrypted.origin(), decrypted.time(), decrypted.repeated()));
                if (!dropped.isEmpty()) {
                    account.reports().tell(listener -> listener.onContentDropped(unread.from(), dropped));
                }
            } else if (result instanceof Decryption.Duplicate duplicate) {
                UnreadMessage named = unread.by(Optional.of(duplicate.sender()));
                account.reports().tell(listener -> listener.onDuplicate(named));
            } else if (result instanceof Decryption.NotForThisDevice other && !other.empty()) {
                UnreadMessage named = unread.by(Optional.of(other.sender()));
                account.reports().tell(listener -> listener.onNotForThisDevice(named));
            } else if (result instanceof Decryption.Undecryptable undecryptable) {
                tellUndecryptable(unread.because(undecryptable), undecryptable.reason());
            }
        }

        private void tellUndecryptable(UnreadMessage unread, Decryption.Reason reason) {
            account.reports().tell(listener -> listener.onUndecryptable(unread, reason));
        }
    }
}
