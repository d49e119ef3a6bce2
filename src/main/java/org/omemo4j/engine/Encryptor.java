/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.Outgoing;
import org.omemo4j.engine.Encryption.Encrypted;
import org.omemo4j.engine.Encryption.InClear;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.Encryption.LeftOut.Why;
import org.omemo4j.engine.Encryption.Missing;
import org.omemo4j.engine.Encryption.Withheld;
import org.omemo4j.engine.Readers.Reader;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.OpenElements;
import org.omemo4j.protocol.SealedPayload;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.X3dhException;

/** Encrypts one message for all devices that may read it. Used under the engine's lock. */
final class Encryptor {
    private final State state;
    private final Permission permission;
    private final Readers readers;
    private final Members members;
    private final Repeats repeats;
    private final ShownKeys shown;

    Encryptor(State state) {
        this.state = state;
        this.permission = new Permission(state);
        this.readers = new Readers(state);
        this.members = new Members(state, readers);
        this.repeats = new Repeats(state);
        this.shown = new ShownKeys(state);
    }

    /**
     * Where a message comes from.
     *
     * @param composed when it was written.
     * @param waited whether it may leave in more than one stanza.
     * @param trust binds it beside the policies of now: the stricter one counts.
     */
    record Origin(Instant composed, boolean waited, FormerPolicy trust) {

        /** It is written now. */
        static Origin now(Step step) {
            return new Origin(step.now(), false, FormerPolicy.NONE);
        }

        /** It has waited. */
        static Origin of(ParkedRecord parked) throws StoreException {
            FormerPolicy trust = parked.trust().isPresent()
                    ? FormerPolicy.read(parked.trust().get())
                    : FormerPolicy.NONE;
            return new Origin(parked.parked(), true, trust);
        }
    }

    Encryption encrypt(Step step, OutgoingMessage message, Origin origin) throws StoreException {
        if (state.trustMessages() && message.content().stream().anyMatch(TrustMessage::is)) {
            return ofTrust(step, message, origin.composed());
        }
        Optional<Encryption> decided = permission.of(step, message);
        if (decided.isPresent()) {
            return decided.get();
        }
        List<LeftOut> leftOut = new ArrayList<>();
        List<Reader> wanted = readers.of(step, message, leftOut);
        if (message.control()) {
            if (wanted.stream().anyMatch(reader -> reader.session().isEmpty())) {
                return new Withheld(step.reaction());
            }
        }
        List<Action> missing = message.awaited(missing(step, wanted, message.groupChat()));
        if (!missing.isEmpty()) {
            return new Missing(missing, step.reaction());
        }
        Admission admission = admit(step, wanted, message, origin.trust(), leftOut);
        List<Session> sessions = admission.sessions();
        if (!admission.undecided().isEmpty()) {
            state.parking().bind(step, message.to(), state.trust().policies(message));
            // Where it cannot leave whatever is decided, nobody need decide.
            List<Session> all = admission.all();
            Optional<Encryption> objection = objection(step, message, all, notReached(step, message, all, leftOut));
            if (objection.isEmpty()) {
                return state.trustRequests().ask(step, state, message, origin.trust(), admission.undecided());
            }
            state.trustRequests().settled(step, message.to());
            return objection.get();
        }
        if (!message.control()) {
            state.trustRequests().settled(step, message.to());
        }
        NotReached notReached = notReached(step, message, sessions, leftOut);
        Optional<Encryption> objection = objection(step, message, sessions, notReached);
        if (objection.isPresent()) {
            return message.control() ? new Withheld(step.reaction()) : objection.get();
        }
        if (message.control() && !sessions.stream().allMatch(session -> carries(session, message))) {
            return message.content().stream().allMatch(OpenElements::contain)
                    ? new InClear(InClear.Why.OPEN)
                    : new Withheld(step.reaction());
        }
        if (!origin.waited() && state.separateStanzas() && versions(sessions).size() > 1) {
            return new Missing(List.of(), step.reaction());
        }
        return seal(step, message, origin.composed(), sessions, notReached);
    }

    /** A trust message: where no verified device can read it, there is nothing to send. */
    private Encryption ofTrust(Step step, OutgoingMessage message, Instant composed) throws StoreException {
        Optional<TrustMessage> said = TrustReaders.in(message);
        if (said.isEmpty() || !state.trustMessages()) {
            return new Withheld(step.reaction());
        }
        TrustReaders trustReaders = new TrustReaders(state);
        Optional<Encryption> unwanted = permission.ofTrust(step, message);
        if (unwanted.isPresent()) {
            return trustReaders.mayAny(step, message.to(), said.get()) ? unwanted.get() : new Withheld(step.reaction());
        }
        List<Action> missing = new ArrayList<>(permission.toAsk(step, message));
        List<Reader> wanted = trustReaders.of(step, message.to(), said.get());
        missing.addAll(missing(step, wanted, false));
        if (!missing.isEmpty()) {
            return new Missing(missing, step.reaction());
        }
        List<Session> sessions = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        for (Reader reader : wanted) {
            Optional<Session> session = sessionWith(step, reader, true, leftOut);
            if (session.isPresent()) {
                BareJid jid = reader.address().jid();
                IdentityKey key = session.get().identityKey();
                shown.level(step, reader.address(), key);
                if (trustReaders.mayRead(step, jid, key.x25519().bytes(), said.get())) {
                    sessions.add(session.get());
                }
            }
        }
        if (!sessions.isEmpty()) {
            return seal(step, message, composed, sessions, NotReached.NONE);
        }
        if (trustReaders.mayAny(step, message.to(), said.get())) {
            if (!leftOut.isEmpty()) {
                return Permission.noUsableDevice(step, message.to(), leftOut);
            }
            Optional<OmemoVersion> unknown =
                    wanted.isEmpty() ? permission.unconfirmed(step, message.to()) : Optional.empty();
            if (unknown.isPresent()) {
                return permission.listUnknown(step, message.to(), unknown.get());
            }
        }
        return new Withheld(step.reaction());
    }

    /** What this device's person has decided, and has waited to be told: none of it that is not so any more. */
    Encryption ofNews(Step step, OutgoingMessage message, Instant composed) throws StoreException {
        Optional<OutgoingMessage> standing = new TrustNews(state).standing(step, message);
        return standing.isPresent() ? ofTrust(step, standing.get(), composed) : new Withheld(step.reaction());
    }

    /** What an engine before this one has encrypted leaves again. */
    void leavesAgain(Step step, OutgoingMessage message, Instant composed, List<XmlElement> leaving)
            throws StoreException {
        for (XmlElement element : leaving) {
            Optional<OmemoVersion> version = OmemoVersion.ofEncrypted(ElementName.of(element), state.versions());
            if (version.isPresent()
                    && state.journal().find(step, ElementHash.of(element)).isEmpty()) {
                repeats.sent(step, version.get(), element, message, composed);
            }
        }
    }

    /** What a message to this account would lack. */
    List<Action> missing(Step step, BareJid to) throws StoreException {
        OutgoingMessage text = OutgoingMessage.toContact(to, List.of(), false);
        return missing(step, readers.of(step, text, new ArrayList<>()), false);
    }

    /** Remembers the keys that fetched bundles of this account's devices show, as a message to it would. Its sessions are thrown away: nothing is sent. */
    void see(Step step, BareJid jid) throws StoreException {
        OutgoingMessage text = OutgoingMessage.toContact(jid, List.of(), false);
        for (Reader reader : readers.of(step, text, new ArrayList<>())) {
            if (reader.session().isEmpty()) {
                Optional<Session> session = newSession(step, reader, new ArrayList<>());
                if (session.isPresent()) {
                    shown.level(step, reader.address(), session.get().identityKey());
                }
            }
        }
    }

    /** Lists of these accounts to ask for, whether that has failed lately or not. */
    List<Action> unconfirmed(Step step, Set<BareJid> accounts) throws StoreException {
        List<Action> lists = new ArrayList<>();
        for (BareJid account : accounts) {
            for (OmemoVersion version : state.versions()) {
                if (state.lists().knowledge(step, account, version) != DeviceLists.Knowledge.CONFIRMED) {
                    lists.add(new Action.FetchDeviceList(account, version));
                }
            }
        }
        return lists;
    }

    /** What a message to a room with these members lacks: first lists, then bundles. */
    List<Action> missing(Step step, Set<BareJid> accounts) throws StoreException {
        OutgoingMessage text = OutgoingMessage.toRoom(state.owner(), accounts, List.of(), false);
        List<Action> lists = permission.toAsk(step, text);
        return lists.isEmpty() ? missing(step, readers.of(step, text, new ArrayList<>()), false) : lists;
    }

    /** Who could not read a message to a room with these members. */
    List<MemberLeftOut> outlook(Step step, Set<BareJid> accounts) throws StoreException {
        return members.outlook(step, accounts);
    }

    /** An empty message to this device, if one is still owed: in its session, or in a new one that takes its place. */
    Encryption empty(Step step, Action.SendEmptyMessage action) throws StoreException {
        DeviceAddress address = action.address();
        OmemoVersion version = action.version();
        List<LeftOut> leftOut = new ArrayList<>();
        Optional<Session> session = state.sessions().active(step, address, version);
        if (state.replacements().isOwed(step, address, version)) {
            if (state.bundles().isMissing(step, address, version)) {
                return new Missing(List.of(new Action.FetchBundle(address, version)), step.reaction());
            }
            state.replacements().settle(step, address, version);
            session = sessionWith(step, new Reader(address, version, Optional.empty()), true, leftOut);
        } else if (session.isEmpty() || !session.get().owesEmptyMessage()) {
            return new Withheld(step.reaction());
        }
        if (session.isEmpty()) {
            return Permission.noUsableDevice(step, address.jid(), leftOut);
        }
        TrustLevel level = shown.level(step, address, session.get().identityKey());
        if (!Owed.mayGo(version, level)) {
            leftOut.add(new LeftOut(address, notTrusted(level)));
            return Permission.noUsableDevice(step, address.jid(), leftOut);
        }
        SealedPayload empty = version.payloadCipher().empty(state.random());
        EncryptedMessage message = new EncryptedMessage(
                state.keys().address().device(), List.of(key(step, session.get(), empty)), empty.payload());
        return encrypted(step, List.of(message), List.of(version), List.of(), List.of(session.get()), NotReached.NONE);
    }

    /** Which bundles a message waits for. A room waits for one once, as for lists, and for none of an account that is silent. */
    private List<Action> missing(Step step, List<Reader> readers, boolean groupChat) {
        List<Action> missing = new ArrayList<>();
        for (Reader reader : readers) {
            if (reader.session().isEmpty() && state.bundles().isMissing(step, reader.address(), reader.version())) {
                Action fetch = new Action.FetchBundle(reader.address(), reader.version());
                if (groupChat && state.bundles().hasFailedLately(step, reader.address(), reader.version())) {
                    step.act(fetch);
                } else {
                    missing.add(fetch);
                }
            }
        }
        return missing;
    }

    /** Whom a message does not reach: devices, and members of a room with all of theirs. */
    private record NotReached(List<LeftOut> devices, List<MemberLeftOut> members) {
        static final NotReached NONE = new NotReached(List.of(), List.of());
    }

    private NotReached notReached(Step step, OutgoingMessage message, List<Session> sessions, List<LeftOut> leftOut)
            throws StoreException {
        return new NotReached(
                leftOut, message.groupChat() ? members.leftOut(step, message, sessions, leftOut) : List.of());
    }

    /** What keeps a message from leaving in these sessions. */
    private Optional<Encryption> objection(
            Step step, OutgoingMessage message, List<Session> sessions, NotReached notReached) {
        if (message.groupChat()) {
            return members.objection(step, message, sessions, notReached.members());
        }
        return sessions.stream().noneMatch(session -> session.address().jid().equals(message.to()))
                ? Optional.of(Permission.noUsableDevice(step, message.to(), notReached.devices()))
                : Optional.empty();
    }

    private static boolean carries(Session session, OutgoingMessage message) {
        return message.content().stream().allMatch(session.version().content()::carries);
    }

    /**
     * Whether others of the account's devices read the message, and have not fallen silent. An account of which nobody answers may be away with all of them: it keeps them. This device
     * is one of ours that reads, save in a chat with ourselves.
     */
    private boolean answersElsewhere(BareJid account, OutgoingMessage message, List<Session> admitted) {
        return (account.equals(state.owner()) && !account.equals(message.to()))
                || admitted.stream()
                        .anyMatch(session -> session.address().jid().equals(account) && !session.isSilent());
    }

    /** The sessions of those who may read a message that a policy binds, and of those whom it waits for a decision about. */
    private record Admission(FormerPolicy former, List<Session> sessions, List<Session> undecided) {
        /** As if all were trusted. */
        List<Session> all() {
            return Stream.concat(sessions.stream(), undecided.stream()).toList();
        }
    }

    private Admission admit(
            Step step, List<Reader> wanted, OutgoingMessage message, FormerPolicy former, List<LeftOut> leftOut)
            throws StoreException {
        Admission admission = new Admission(former, new ArrayList<>(), new ArrayList<>());
        List<Reader> silent = wanted.stream().filter(Reader::isSilent).toList();
        for (Reader reader : wanted) {
            if (!reader.isSilent()) {
                admit(step, reader, message, admission, leftOut);
            }
        }
        for (Reader reader : silent) {
            if (answersElsewhere(reader.address().jid(), message, admission.sessions())) {
                leftOut.add(new LeftOut(reader.address(), Why.SILENT));
            } else {
                admit(step, reader, message, admission, leftOut);
            }
        }
        return admission;
    }

    /** Finds or begins the session of a reader, or says why it is left out. */
    private void admit(Step step, Reader reader, OutgoingMessage message, Admission admission, List<LeftOut> leftOut)
            throws StoreException {
        Optional<Session> session = sessionWith(step, reader, !message.control(), leftOut);
        if (session.isEmpty()) {
            return;
        }
        TrustLevel now = shown.level(step, reader.address(), session.get().identityKey());
        BareJid jid = reader.address().jid();
        TrustLevel level = state.trust()
                .peek(step, jid, session.get().identityKey().x25519().bytes(), admission.former());
        if (state.trust().mayRead(jid, level) && admission.former().mayRead(jid, level)) {
            admission.sessions().add(session.get());
        } else if (level == TrustLevel.UNDECIDED
                && (state.trust().asks(jid) || level != now)
                && !message.control()
                && !message.without()
                        .contains(new TrustKey(jid, Fingerprint.of(session.get().identityKey())))) {
            admission.undecided().add(session.get());
        } else {
            leftOut.add(new LeftOut(reader.address(), notTrusted(level)));
        }
    }

    private static Why notTrusted(TrustLevel level) {
        return switch (level) {
            case UNDECIDED -> Why.UNDECIDED;
            case BLINDLY_TRUSTED, VERIFIED -> Why.TRUST_POLICY;
            case DISTRUSTED, COMPROMISED -> Why.DISTRUSTED;
        };
    }

    private Optional<Session> sessionWith(Step step, Reader reader, boolean mayBegin, List<LeftOut> leftOut)
            throws StoreException {
        if (reader.session().isEmpty()) {
            return newSession(step, reader, leftOut);
        }
        Session session = reader.session().get();
        if (!session.worn() || !mayBegin) {
            return reader.session();
        }
        if (state.bundles().isMissing(step, reader.address(), reader.version())) {
            // No message waits for it: the session that there is may still do.
            step.act(new Action.FetchBundle(reader.address(), reader.version()));
            return reader.session();
        }
        Optional<Session> renewed = newSession(step, reader, new ArrayList<>());
        return renewed.isPresent() ? renewed : Optional.of(session.goOn());
    }

    private Optional<Session> newSession(Step step, Reader reader, List<LeftOut> leftOut) throws StoreException {
        Optional<Bundle> bundle = state.bundles().of(step, reader.address(), reader.version());
        if (bundle.isEmpty()) {
            boolean unanswered = state.bundles().isUnanswered(reader.address(), reader.version());
            leftOut.add(new LeftOut(reader.address(), unanswered ? Why.NO_ANSWER : Why.NO_USABLE_BUNDLE));
            return Optional.empty();
        }
        IdentityKey key = bundle.get().identityKey();
        Optional<IdentityKey> known = state.lists().knownInsteadOf(step, reader.address(), key);
        if (known.isPresent()) {
            step.tell(new OmemoEvent.IdentityKeyChanged(
                    reader.address(), Fingerprint.of(known.get()), Fingerprint.of(key)));
            leftOut.add(new LeftOut(reader.address(), Why.IDENTITY_KEY_CHANGED));
            return Optional.empty();
        }
        Optional<BareJid> other = state.trust().knownAs(step, reader.address().jid(), key);
        if (other.isPresent()) {
            step.tell(new OmemoEvent.IdentityKeyShared(reader.address(), other.get(), Fingerprint.of(key)));
            leftOut.add(new LeftOut(reader.address(), Why.IDENTITY_KEY_SHARED));
            return Optional.empty();
        }
        Optional<Session> session = begin(step, reader, bundle.get());
        if (session.isEmpty()) {
            leftOut.add(new LeftOut(reader.address(), Why.NO_USABLE_BUNDLE));
        }
        return session;
    }

    /** The key is remembered only now that it has signed the bundle; without a decision about it the session is thrown away. */
    private Optional<Session> begin(Step step, Reader reader, Bundle bundle) throws StoreException {
        try {
            Session session = state.start().initiate(step, reader.address(), reader.version(), bundle);
            state.lists().pin(step, reader.address(), bundle.identityKey());
            return Optional.of(session.after(state.sessions().unanswered(step, reader.address(), reader.version())));
        } catch (X3dhException e) {
            state.bundles().unusable(step, reader.address(), reader.version());
            step.tell(new OmemoEvent.BundleUnusable(
                    reader.address(),
                    switch (e.reason()) {
                        case BAD_SIGNATURE -> "its signed prekey is not signed by its identity key";
                        case INVALID_KEY -> "one of its keys is of low order";
                    }));
            return Optional.empty();
        }
    }

    private Encryption seal(
            Step step, OutgoingMessage message, Instant composed, List<Session> sessions, NotReached notReached)
            throws StoreException {
        Map<OmemoVersion, List<Session>> byVersion = versions(sessions);
        Envelope envelope = Envelope.of(message.content(), state.owner(), message.to(), composed);
        List<EncryptedMessage> messages = new ArrayList<>();
        for (Map.Entry<OmemoVersion, List<Session>> entry : byVersion.entrySet()) {
            OmemoVersion version = entry.getKey();
            SealedPayload sealed =
                    version.payloadCipher().seal(version.content().encode(envelope, state.random()), state.random());
            List<EncryptedKey> keys = new ArrayList<>(entry.getValue().size());
            for (Session session : entry.getValue()) {
                keys.add(key(step, session, sealed));
            }
            messages.add(new EncryptedMessage(state.keys().address().device(), keys, sealed.payload()));
        }
        List<OmemoVersion> versions = List.copyOf(byVersion.keySet());
        Encrypted result = encrypted(step, messages, versions, message.content(), sessions, notReached);
        for (int i = 0; i < versions.size(); i++) {
            repeats.sent(step, versions.get(i), result.elements().get(i), message, composed);
        }
        return result;
    }

    private static Map<OmemoVersion, List<Session>> versions(List<Session> sessions) {
        Map<OmemoVersion, List<Session>> byVersion = new LinkedHashMap<>();
        for (Session session : sessions) {
            byVersion
                    .computeIfAbsent(session.version(), version -> new ArrayList<>())
                    .add(session);
        }
        return byVersion;
    }

    private EncryptedKey key(Step step, Session session, SealedPayload sealed) throws StoreException {
        OmemoVersion version = session.version();
        Outgoing outgoing =
                state.start().ratchet(version).send(session.ratchet(), () -> X25519KeyPair.generate(state.random()));
        Bytes content = version.keyMessages()
                .seal(
                        sealed.keyMaterial(),
                        outgoing.header(),
                        outgoing.messageKey(),
                        session.associatedData(),
                        session.ownRole());
        if (session.pendingExchange().isPresent()) {
            content = version.keyMessages().frame(session.pendingExchange().get(), content);
        }
        Session next = session.sent(outgoing.next());
        if (state.sessions().isNew(step, session)) {
            state.replacements().settle(step, session.address(), version);
            step.afterCommit(() -> state.bundles().used(session.address(), version));
        }
        state.sessions().put(step, next);
        if (next.unanswered() % Session.UNANSWERED == 0) {
            lookFor(step, next);
        }
        return new EncryptedKey(
                Optional.of(session.address().jid()),
                session.address().device(),
                session.pendingExchange().isPresent(),
                content);
    }

    /** Is the device still there, and what does a new session begin with? */
    private static void lookFor(Step step, Session unanswered) {
        DeviceAddress address = unanswered.address();
        step.act(new Action.FetchDeviceList(address.jid(), unanswered.version()));
        step.act(new Action.FetchBundle(address, unanswered.version()));
        if (unanswered.unanswered() == Session.UNANSWERED) {
            step.tell(new OmemoEvent.DeviceSilent(address, unanswered.unanswered()));
        }
    }

    private static Encrypted encrypted(
            Step step,
            List<EncryptedMessage> messages,
            List<OmemoVersion> versions,
            List<XmlElement> content,
            List<Session> sessions,
            NotReached notReached) {
        step.flush();
        List<XmlElement> beside = new ArrayList<>();
        List<String> withheld = new ArrayList<>();
        for (XmlElement element : content) {
            if (!versions.stream().allMatch(version -> version.content().carries(element))) {
                if (OpenElements.contain(element)) {
                    beside.add(element);
                } else {
                    withheld.add(element.name());
                }
            }
        }
        List<XmlElement> elements = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            elements.add(versions.get(i).elements().toXml(messages.get(i)));
        }
        List<DeviceAddress> devices = sessions.stream().map(Session::address).toList();
        return new Encrypted(
                elements,
                versions,
                devices,
                notReached.devices(),
                notReached.members(),
                beside,
                withheld,
                step.reaction());
    }
}
