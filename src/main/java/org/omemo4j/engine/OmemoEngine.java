/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.EntityFullJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.VerificationResult;

/**
 * OMEMO for one device of one account, without a network. Thread-safe.
 *
 * <p>Every step loads, computes and commits; only then does it return. A failed step changes nothing. When the store was written by somebody else, a step is computed once more; at
 * the second conflict it throws {@link org.omemo4j.store.StoreConflictException}, and the engine must not be used any more. After {@link #close} every step throws {@link
 * EngineClosedException}.
 *
 * @see <a href="https://xmpp.org/extensions/xep-0384.html">XEP-0384 0.9.1</a>
 */
public final class OmemoEngine {
    /** Messages from before are believed to have come by then: however long an archive is, keys that were used must go, and those who wait for an answer must get it. */
    public static final Duration LONGEST_CATCHING_UP = Duration.ofMinutes(10);

    private final Steps steps;
    private final State state;
    private final Encryptor encryptor;
    private final Decryptor decryptor;
    private final ForgedTrustMessages forgedTrustMessages;
    private final Discovery discovery;
    private final Owed owed;

    /** What makes our device, until it is written. Used within steps. */
    private @Nullable Step unwritten;

    /** What follows from decisions. Used within steps. */
    private Reaction untold = Reaction.NONE;

    private OmemoEngine(Steps steps, State state, @Nullable Step unwritten) {
        this.steps = steps;
        this.state = state;
        this.encryptor = new Encryptor(state);
        this.decryptor = new Decryptor(state);
        this.forgedTrustMessages = new ForgedTrustMessages(state);
        this.discovery = new Discovery(state);
        this.owed = new Owed(state);
        this.unwritten = unwritten;
    }

    /**
     * Opens the engine on a store, making our device there when it is new.
     *
     * @param store already locked; stays the caller's to close.
     * @param owner our account.
     * @throws StoreException if the store belongs to another account, or cannot be used.
     */
    public static OmemoEngine open(
            OmemoStore store, BareJid owner, OmemoConfig config, SecureRandom random, InstantSource clock)
            throws StoreException {
        OmemoEngine engine = prepare(store, owner, config, random, clock);
        engine.begin();
        return engine;
    }

    /**
     * As {@link #open}, while it is not certain yet that the account is ours: a new device stays in memory until {@link #begin()}. Before that, only policies,
     * trust, devices and what waits may be asked for, policies set, and keys decided about.
     */
    public static OmemoEngine prepare(
            OmemoStore store, BareJid owner, OmemoConfig config, SecureRandom random, InstantSource clock)
            throws StoreException {
        Optional<OwnDeviceRecord> existing = store.ownDevice();
        if (existing.isPresent() && !existing.get().owner().equals(owner)) {
            throw new StoreException(
                    "The store belongs to " + existing.get().owner() + ", not to " + owner + ". Use another one.");
        }
        Steps steps = new Steps(store, clock);
        Step first = new Step(store, store.revision(), clock.instant());
        Optional<String> before = existing.flatMap(OwnDeviceRecord::label);
        Optional<String> label = config.label().or(() -> before).filter(text -> !text.isEmpty());
        OwnDeviceRecord own =
                existing.isPresent() ? existing.get().withLabel(label) : OwnKeys.create(first, owner, label, random);
        State state = State.of(config, own, random, store);
        steps.onConflict(() -> state.forget(store));
        if (existing.isPresent()) {
            steps.run(step -> {
                if (!label.equals(before)) {
                    step.write(new Changes.PutOwnDevice(own));
                }
                tend(state, step, true);
                return own;
            });
            return new OmemoEngine(steps, state, null);
        }
        tend(state, first, true);
        return new OmemoEngine(steps, state, first);
    }

    /**
     * The account has turned out to be ours: writes a new device. Does nothing when the store has it.
     *
     * @throws StoreException if it cannot be written, or somebody else has made a device there meanwhile.
     */
    public void begin() throws StoreException {
        steps.run(step -> {
            Step made = unwritten;
            if (made != null) {
                if (step.store().ownDevice().isPresent()) {
                    throw new StoreException("Somebody else has made a device in the store meanwhile.");
                }
                step.take(made);
                step.afterCommit(() -> unwritten = null);
            }
            return step.now();
        });
    }

    /** Our own device; until {@link #begin()} the one that it will be. */
    public OwnDevice ownDevice() {
        return state.keys().device();
    }

    /** As {@link #encrypt(OutgoingMessage, Consumer)}, with nothing to do before the commit. */
    public Encryption encrypt(OutgoingMessage message) throws StoreException {
        return encrypt(message, encrypted -> {});
    }

    /**
     * Encrypts a message for all devices that may read it. When it is {@link Encryption.Encrypted}, the step is on the disk.
     *
     * @param beforeCommit gets what is going to leave, if anything does, possibly twice; what it throws ends the step, and nothing is changed. Must not wait for anything.
     */
    public Encryption encrypt(OutgoingMessage message, Consumer<Encryption.Encrypted> beforeCommit)
            throws StoreException {
        return steps.run(step -> {
            Encryption result = encryptor.encrypt(step, message, Encryptor.Origin.now(step));
            if (result instanceof Encryption.Encrypted encrypted) {
                beforeCommit.accept(encrypted);
            }
            return result;
        });
    }

    /** Whether messages of this conversation leave as they are, whatever is in them: its policy is OFF, or it is a room that none was set for. */
    public boolean leavesAlone(BareJid to, boolean groupChat) throws StoreException {
        return steps.run(step -> Permission.leavesAlone(state.conversations(), step, to, groupChat));
    }

    /** Whether private messages through a room leave as they are: by the room's own policy or, if it has none, by that of the person where the room tells who it is. */
    public boolean leavesAlone(BareJid room, Optional<BareJid> person) throws StoreException {
        return steps.run(step -> {
            Conversations conversations = state.conversations();
            EncryptionPolicy policy = conversations.chosen(step, room).isPresent()
                    ? conversations.policy(step, room)
                    : conversations.policy(step, person.orElse(room));
            return policy == EncryptionPolicy.OFF;
        });
    }

    /** An empty message to one device, in its session or a new one; withheld when none is owed (any more), refused when the new session cannot begin. */
    public Encryption emptyMessage(Action.SendEmptyMessage action) throws StoreException {
        return steps.run(step -> encryptor.empty(step, action));
    }

    /** Puts a stanza at the end of its conversation's queue; it is on the disk when this returns. */
    public ParkedRecord park(BareJid to, String stanzaId, String stanza) throws StoreException {
        return park(to, stanzaId, stanza, policy(to));
    }

    /** The same under a policy of its own: it never leaves under a looser one. */
    public ParkedRecord park(BareJid to, String stanzaId, String stanza, EncryptionPolicy policy)
            throws StoreException {
        return steps.run(step -> state.parking()
                .park(step, to, stanzaId, stanza, policy, state.trustRequests().policy(to)));
    }

    /**
     * Whether a message that waits is one that the engine itself has written, to tell what a person has decided: no application has sent it, none need hear of it, and it waits behind nothing. It leaves without what was taken back meanwhile. When it is
     * {@link Encryption.Withheld}, nothing is left of it, or nobody can read it, or nobody could for 30 days; when it is {@link Encryption.Refused}, keep it for the next login.
     */
    public static boolean isTrustMessage(ParkedRecord parked) {
        return TrustNews.isOne(parked);
    }

    /** Whether messages to this JID wait: then later ones must wait behind them. Asks no store and takes no lock. */
    public boolean hasParked(BareJid to) {
        return state.parking().holds(to);
    }

    /** How many messages wait. Asks no store and takes no lock. */
    public int parkedCount() {
        return state.parking().count();
    }

    /** All messages that wait, oldest first. */
    public List<ParkedRecord> parked() throws StoreException {
        return steps.run(step -> step.store().parked());
    }

    /** Those of one conversation whose number is above this one, oldest first. */
    public List<ParkedRecord> parked(BareJid to, long above) throws StoreException {
        return steps.run(step -> step.store().parked(to, above));
    }

    /**
     * As {@link #encrypt}, and keeps in the same commit what leaves: {@code stanza} makes it from the result, and must not wait for anything. It is {@link Encryption.InClear} only if
     * the policy under which the message was written allows that, too. Once it had to wait for a decision ({@link Encryption.Undecided}), or to a contact for keys, also as one of those behind another, it does not leave by a trust policy
     * that is looser than the one of then: not by that of a later engine either.
     */
    public Encryption encryptParked(long number, OutgoingMessage message, Function<Encryption.Encrypted, String> stanza)
            throws StoreException {
        return steps.run(step -> {
            ParkedRecord parked = step.store()
                    .parked(number)
                    .orElseThrow(() -> new IllegalArgumentException("No message " + number + " is parked."));
            Encryption result = TrustNews.isOne(parked)
                    ? encryptor.ofNews(step, message, parked.parked())
                    : encryptor.encrypt(step, message, Encryptor.Origin.of(parked));
            if (result instanceof Encryption.Encrypted encrypted) {
                state.parking().write(step, parked.withEncrypted(stanza.apply(encrypted)));
            }
            if (result instanceof Encryption.Missing && !message.groupChat() && !TrustNews.isOne(parked)) {
                // Its keys may come in a later run. In a room, who comes meanwhile would be undecided.
                state.parking().bind(step, message.to(), state.trust().policies(message));
            }
            if (result instanceof Encryption.Refused refused && TrustNews.isOld(step, parked)) {
                TrustNews.givenUp(step, state, parked, refused.sentence());
                return new Encryption.Withheld(step.reaction());
            }
            return result instanceof Encryption.InClear inClear ? Permission.ofWaiting(parked, inClear) : result;
        });
    }

    /** A trust message that waits ({@link #isTrustMessage}) is not sent, nor kept any longer: the journal of trust tells that. {@code why} is a sentence. */
    public void giveUp(ParkedRecord trustMessage, String why) throws StoreException {
        steps.run(step -> {
            TrustNews.givenUp(step, state, trustMessage, why);
            state.parking().unpark(step, trustMessage.number());
            return trustMessage;
        });
    }

    /**
     * A parked message that was encrypted by an engine before this one leaves again as it was, and may have left: when it comes back it reads as what was sent. To be said before
     * anything comes in, and again before it leaves.
     *
     * @param content what is inside, in clear.
     * @param leaving what it leaves as; beside encrypted elements there may be others.
     */
    public void leavesAgain(ParkedRecord parked, boolean groupChat, List<XmlElement> content, List<XmlElement> leaving)
            throws StoreException {
        OutgoingMessage message =
                new OutgoingMessage(parked.to(), groupChat, Set.of(), List.of(), content, Set.of(), Set.of(), false);
        steps.run(step -> {
            encryptor.leavesAgain(step, message, parked.parked(), leaving);
            return parked;
        });
    }

    /** The server has ended a stream because of what was in it, and this message, if it still waits, was. */
    public void refused(long number) throws StoreException {
        steps.run(step -> {
            Optional<ParkedRecord> parked = step.store().parked(number);
            parked.ifPresent(record -> state.parking().write(step, record.withRefusal()));
            return parked;
        });
    }

    /** A parked message is done: the server has it, or it has failed for good. */
    public void unpark(long number) throws StoreException {
        steps.run(step -> {
            Optional<BareJid> ended = state.parking().unpark(step, number);
            ended.ifPresent(to -> state.trustRequests().settled(step, to));
            return number;
        });
    }

    /** Reads a received {@code <encrypted/>}. */
    public Decryption decrypt(IncomingMessage message) throws StoreException {
        boolean[] changed = new boolean[1];
        Decryption result = steps.run(step -> {
            if (message.delivery() == Delivery.ARCHIVE && state.backlog().isOpen(step.now())) {
                step.batch(); // an archive can be asked again; what was sent to us once cannot
            }
            Decryption decryption = decryptor.decrypt(step, message);
            changed[0] = !step.changedBundles().isEmpty();
            return decryption;
        });
        return changed[0] ? result.with(result.reaction().and(publicationsIfPossible())) : result;
    }

    /**
     * A trust message has come outside of an envelope: in clear, also beside an encrypted element, or in a copy that nobody vouches for. It changes nothing; it is told ({@link OmemoEvent.TrustMessageRefused}) and, once a day if keys of the
     * account are known or it is ours, an entry in the journal of trust. Nothing of that where trust messages are not the engine's affair.
     *
     * @param account from where the server says that the stanza came.
     */
    public Reaction trustMessageInClear(BareJid account) throws StoreException {
        return steps.run(step -> {
            forgedTrustMessages.inClear(step, account);
            return step.reaction();
        });
    }

    /**
     * How long messages that were read or sent are kept in the store, in clear, so that they read again when the archive brings them again. Zero, as at first: they are only in memory, 1000 of
     * them and for a day at most, and those in the store go.
     *
     * @throws IllegalArgumentException if it is negative, or longer than 200 years.
     */
    public void retain(Duration time) throws StoreException {
        steps.run(step -> {
            state.journal().retain(step, time);
            return time;
        });
    }

    /**
     * Messages from before may be coming in from now on, as after {@link #connected}: an archive is being read. Until {@link #caughtUp}, and for {@link #LONGEST_CATCHING_UP} at most, used prekeys stay hidden,
     * answers wait, and a crash may take the last messages of the archive back.
     */
    public void catchUp() throws StoreException {
        steps.run(step -> {
            state.backlog().begin(step.now());
            return step;
        });
    }

    /** Messages from before have all come: hidden prekeys go, and so do the answers that waited. */
    public Reaction caughtUp() throws StoreException {
        settle();
        return react(step -> {
            step.afterCommit(state.backlog()::end);
            tend(state, step, false);
            owed.pay(step);
        });
    }

    /** What was read so far is in the store, whatever happens next. The time for it is when no more messages come. */
    public void settle() throws StoreException {
        steps.settle();
    }

    /** After each login that did not resume a stream: what is due. Messages from before may be coming in, until {@link #caughtUp}. */
    public Reaction connected() throws StoreException {
        return react(step -> {
            state.connected(step);
            state.backlog().begin(step.now());
            tend(state, step, true);
            askForOurs(step);
        });
    }

    /** Work on our own nodes was lost, and the stream is the same: nothing of it is under way any more, and what is there now is asked for. */
    public Reaction resumed() throws StoreException {
        return react(step -> {
            state.publications().startOver();
            state.ownList().connected(step);
            tend(state, step, state.backlog().isOpen(step.now()));
            askForOurs(step);
        });
    }

    /**
     * What is due by time: new signed prekeys, hidden prekeys that go, answers that still wait, publications that failed, and a look at our own lists and bundles, as not every server tells
     * when they go. Once an hour is enough.
     */
    public Reaction maintain() throws StoreException {
        return react(step -> {
            state.publications().startOver();
            boolean catchingUp = state.backlog().isOpen(step.now());
            tend(state, step, catchingUp);
            if (!catchingUp) {
                owed.pay(step);
            }
            for (OmemoVersion version : state.versions()) {
                step.act(new Action.FetchDeviceList(state.owner(), version));
                if (step.ownBundle(version).announced()) {
                    step.act(new Action.FetchBundle(state.keys().address(), version));
                }
            }
        });
    }

    /** When {@link #wake} should be called, if it should: sooner than {@link #maintain}. Changes with each step. */
    public Optional<Instant> nextDue() throws StoreException {
        return steps.run(step -> Stream.of(
                        state.ownList().nextDue(),
                        state.announcements().nextDue(),
                        discovery.isLeaving()
                                ? Optional.<Instant>empty()
                                : state.publications().nextDue(step, state.versions()))
                .flatMap(Optional::stream)
                .min(Instant::compareTo));
    }

    /** What has waited for its time: lists that are looked at again, and our bundle. Too early it does nothing. */
    public Reaction wake() throws StoreException {
        return react(step -> {
            state.ownList().wake(step, state.keys().address());
            state.announcements().wake(step);
        });
    }

    /** An account's device list, which was asked for. */
    public Reaction deviceList(BareJid jid, OmemoVersion version, XmlElement list) throws StoreException {
        return react(step -> discovery.deviceList(step, jid, version, list));
    }

    /**
     * An event brings an account's device list, asked for or not. Of an account that we have nothing to do with it is taken while the store knows fewer than 1000 conversations, so that a
     * first message need not ask for it: else whoever makes up accounts could fill the store.
     *
     * @param list the new one; empty if there is none any more.
     * @param publisher the client that has published it, where the account's server tells.
     */
    public Reaction deviceListEvent(
            BareJid jid, OmemoVersion version, Optional<XmlElement> list, Optional<EntityFullJid> publisher)
            throws StoreException {
        return react(step -> discovery.event(step, jid, version, list, publisher));
    }

    /** An event says that an account has another list, and not which: it is asked for, once a minute at most, if we have anything to do with the account. */
    public Reaction deviceListChanged(BareJid jid, OmemoVersion version) throws StoreException {
        return react(step -> discovery.announced(step, jid, version));
    }

    /** An event that should bring an account's list, or say that it has changed, cannot be read. */
    public Reaction deviceListMalformed(BareJid jid, OmemoVersion version) throws StoreException {
        return react(step -> discovery.malformed(step, jid, version));
    }

    /** What the account's server has not answered in time may be asked again at once, instead of after a while. */
    public void askAgain(BareJid jid) throws StoreException {
        steps.run(step -> {
            state.lists().forgetSilence(jid);
            state.bundles().forgetSilence(jid);
            return step;
        });
    }

    /** The account itself has answered that there is no list, or an empty one. */
    public Reaction noDevices(BareJid jid, OmemoVersion version) throws StoreException {
        return react(step -> discovery.told(step, jid, version, DeviceList.EMPTY));
    }

    /** The list could not be had; that says nothing about devices. */
    public Reaction deviceListUnknown(BareJid jid, OmemoVersion version, FetchProblem problem) throws StoreException {
        return react(step -> discovery.unknown(step, jid, version, problem));
    }

    /** Why it is not known for sure which devices an account has, if it was asked in vain since the last login. */
    public Optional<FetchProblem> deviceListProblem(BareJid jid) throws StoreException {
        return steps.run(step -> state.versions().stream()
                .flatMap(version -> state.lists().problem(jid, version).stream())
                .findFirst());
    }

    /** A device's bundle. */
    public Reaction bundle(DeviceAddress address, OmemoVersion version, XmlElement bundle) throws StoreException {
        return react(step -> discovery.bundle(step, address, version, bundle));
    }

    /** There is no bundle. */
    public Reaction noBundle(DeviceAddress address, OmemoVersion version) throws StoreException {
        return react(step -> discovery.noBundle(step, address, version, Optional.empty()));
    }

    /** A bundle could not be had. */
    public Reaction bundleUnknown(DeviceAddress address, OmemoVersion version, FetchProblem problem)
            throws StoreException {
        return react(step -> discovery.bundleUnknown(step, address, version, problem));
    }

    /** Our list or bundle is on the server, or a bundle is withdrawn. */
    public Reaction published(Action action) throws StoreException {
        return react(step -> {
            state.publications().succeeded(step, action);
            if (action instanceof Action.PublishBundle bundle) {
                state.publications().published(step, bundle);
            } else if (action instanceof Action.PublishDeviceList list) {
                discovery.published(step, list);
            } else if (action instanceof Action.WithdrawBundle withdrawn) {
                discovery.withdrawn(step, withdrawn);
            }
        });
    }

    /**
     * Our list or bundle could not be published, or a bundle not be withdrawn. What is ours is tried again at the next login, a list after a while, and a bundle at {@link #maintain}; it
     * is told once. {@code why} ends a sentence.
     */
    public Reaction publishFailed(Action action, String why) throws StoreException {
        return steps.run(step -> {
            if (action instanceof Action.PublishDeviceList list) {
                state.ownList().failed(step, list.version());
            }
            state.publications().failed(step, action, why);
            return step.reaction();
        });
    }

    /**
     * Begins to take a device off our account: from the lists of all versions, and then its bundles. Our own device leaves, and nothing of it is published until {@link #endRemoval}.
     * When all that follows is done, call that.
     */
    public Reaction beginRemoval(DeviceId device) throws StoreException {
        return react(step -> {
            List<OmemoVersion> all = new ArrayList<>(state.versions());
            all.addAll(state.unused());
            state.departures().begin(device, all);
            all.forEach(version -> step.act(new Action.FetchDeviceList(state.owner(), version)));
        });
    }

    /**
     * Ends it. A device that comes back is welcome then. Our own has gone if nothing of it is left: close the engine then, which
     * publishes nothing any more. The store keeps its keys and sessions, and an engine on the same store announces it again. Otherwise it stays.
     */
    public Departure endRemoval(DeviceId device) throws StoreException {
        return steps.run(step -> {
            List<String> left = state.departures().left(device);
            boolean gone =
                    left.isEmpty() && device.equals(state.keys().address().device());
            if (!gone) { // else an event about the list that we have left would bring us back
                step.afterCommit(() -> state.departures().end(device));
            }
            if (!left.isEmpty()) {
                state.versions().forEach(version -> step.act(new Action.FetchDeviceList(state.owner(), version)));
            }
            return new Departure(left, step.reaction());
        });
    }

    /** The devices of an account, listed or not, by ascending id. */
    public List<KnownDevice> devices(BareJid jid) throws StoreException {
        return steps.run(step -> new KnownDevices(state).of(step, jid));
    }

    /** What would have to be fetched before a message to this account can be encrypted, as far as that is known. */
    public List<Action> missing(BareJid jid) throws StoreException {
        return steps.run(step -> encryptor.missing(step, jid));
    }

    /** Remembers the identity keys that were fetched with {@link #missing(BareJid)}, as a message to this account would: {@link #devices} tells their fingerprints then. */
    public Reaction see(BareJid jid) throws StoreException {
        return steps.run(step -> {
            encryptor.see(step, jid);
            return step.reaction();
        });
    }

    /** The lists of these accounts that are not known for sure now, those that could not be had lately among them. */
    public List<Action> unconfirmed(Set<BareJid> accounts) throws StoreException {
        return steps.run(step -> encryptor.unconfirmed(step, accounts));
    }

    /** What a message to a room with these members would lack: lists that nobody has asked for, or bundles when the lists are there. */
    public List<Action> missing(Set<BareJid> members) throws StoreException {
        return steps.run(step -> encryptor.missing(step, members));
    }

    /** Who of the members of a room could not read a message that was sent now, as far as that is known. */
    public List<MemberLeftOut> withoutKeys(Set<BareJid> members) throws StoreException {
        return steps.run(step -> encryptor.outlook(step, members));
    }

    /**
     * Believes that a device does not speak a better version of OMEMO any more than its account's lists say now. Until then such a device is left out, with {@link
     * Encryption.LeftOut.Why#VERSION_DOWNGRADE}, or written to in the session that there is: a server may hide what it speaks.
     */
    public void acceptVersions(DeviceAddress device) throws StoreException {
        steps.run(step -> {
            for (OmemoVersion version : state.lists().forgetHidden(step, device)) {
                state.sessions().retire(step, device, version);
            }
            return device;
        });
    }

    /**
     * Begins a new session with a device in the place of the one that there is, which still reads: an application asks for it when a message proposes it ({@link
     * Decryption.Proposal#REPLACE_SESSION}). At most once in five minutes and six times a day for each device, whoever asked before: two applications that always say yes do not keep
     * each other busy.
     */
    public Replacement replaceSession(DeviceAddress device) throws StoreException {
        return steps.run(step -> state.replacements().replace(step, device));
    }

    /**
     * The store was put back from a backup: sessions in it have sent messages that it does not know of, and would use their keys again. Nothing is sent in them any more; they still
     * read, and the next message to each device begins a new session. If the device that the backup is of goes on too, this one needs a new store instead.
     */
    public void afterRestore() throws StoreException {
        steps.run(step -> {
            state.sessions().retireAll(step, state.versions());
            return step.now();
        });
    }

    /** What an identity key of an account is worth; undecided if it was never seen or decided about. */
    public TrustLevel trust(TrustKey key) throws StoreException {
        return steps.run(
                step -> state.trust().peek(step, key.jid(), key.fingerprint().key()));
    }

    /**
     * A person decides about an identity key, which need not have been seen yet. Distrust wins: what is distrusted or compromised can only be undone, and a compromised key not be distrusted. It is on
     * the disk when this returns.
     *
     * @param means {@link TrustMeans#PERSON} or {@link TrustMeans#URI}.
     * @param reason for the journal, may be empty.
     */
    public TrustChange decide(TrustKey key, Decision decision, TrustMeans means, String reason) throws StoreException {
        return Objects.requireNonNull(
                decide(Map.of(key, decision), means, reason).get(key));
    }

    /**
     * The same about several keys, all in one step.
     *
     * @return what became of each, in the same order.
     */
    public Map<TrustKey, TrustChange> decide(Map<TrustKey, Decision> decisions, TrustMeans means, String reason)
            throws StoreException {
        requirePerson(means);
        return decision(step -> new TrustChanges(state).decide(step, decisions, means, reason));
    }

    /**
     * A person has scanned or pasted a URI with keys of an account: keys that are known are verified, others as soon as a device shows them. A trust message may distrust some, too. Either all of it
     * counts, or nothing of it does and the journal says why; a distrust of one of these keys that a verified device has told before then applies all the same.
     *
     * @param uri in any form that {@link org.omemo4j.trust.VerificationUri} reads; may be any text.
     */
    public VerificationResult verify(String uri) throws StoreException {
        return verify(Optional.empty(), uri, "");
    }

    /** The same, where the keys of one person were asked for: somebody else's are not looked at. */
    public VerificationResult verify(BareJid expected, String uri) throws StoreException {
        return verify(Optional.of(expected), uri, "");
    }

    /**
     * The same.
     *
     * @param expected whose keys were asked for, if somebody's were.
     * @param reason for the journal, may be empty.
     */
    public VerificationResult verify(Optional<BareJid> expected, String uri, String reason) throws StoreException {
        return decision(step -> new Verifications(state, reason).verify(step, expected, uri));
    }

    /** The decisions that messages wait for, the oldest request first; each as it was told by {@link OmemoEvent.DecisionNeeded}. */
    public List<TrustRequest> trustRequests() throws StoreException {
        return steps.run(step -> state.trustRequests().open(step, state.trust()));
    }

    /** What was asked for in this conversation is answered without a decision, or nobody is going to: its next message asks again ({@link OmemoEvent.DecisionNeeded}). */
    public void askForDecisionsAgain(BareJid conversation) throws StoreException {
        steps.run(step -> {
            state.trustRequests().settled(step, conversation);
            return conversation;
        });
    }

    /**
     * A person takes the newest decision about an identity key back that was made or applied on this device and not undone yet: the key is worth what it was before. The only way back from distrust. The
     * journal keeps both.
     *
     * @param reason for the journal, may be empty.
     */
    public TrustChange undo(TrustKey key, String reason) throws StoreException {
        return decision(step -> new TrustChanges(state).undo(step, key, reason));
    }

    /**
     * A person accepts that a device shows this identity key: another one than the known one ({@link Encryption.LeftOut.Why#IDENTITY_KEY_CHANGED}), or one that another account is known by ({@link
     * Encryption.LeftOut.Why#IDENTITY_KEY_SHARED}). Its sessions go; its next bundle or message begins a new one if it shows this key. What was decided about the old key stays with that, and nothing is decided
     * about this one.
     *
     * @param reason for the journal, may be empty.
     * @return {@link TrustChange.Unchanged} if the device is known by this key already.
     */
    public TrustChange acceptKey(DeviceAddress device, Fingerprint shown, String reason) throws StoreException {
        return decision(step -> new TrustChanges(state).accept(step, device, shown, reason));
    }

    /**
     * What follows from decisions of persons since this was last called: what trust messages had said before may apply now. To be asked for after {@link #decide}, {@link #verify}, {@link #undo} and {@link #acceptKey}; then
     * what is parked is to be looked at, since trust messages may be there, and others may wait no longer.
     */
    public Reaction decided() throws StoreException {
        return steps.run(step -> {
            Reaction told = untold;
            step.afterCommit(() -> untold = Reaction.NONE);
            return told;
        });
    }

    private <T> T decision(Steps.Computation<T> computation) throws StoreException {
        return steps.run(step -> {
            T result = computation.run(step);
            step.afterCommit(() -> untold = untold.and(step.reaction()));
            return result;
        });
    }

    /** The newest entries in the journal of trust, the newest first: who has decided what about which key, and what was refused. */
    public List<TrustEntry> trustJournal(int limit) throws StoreException {
        return steps.run(step -> state.trustJournal().entries(step, limit));
    }

    /** The newest of those about an account's keys, the newest first. */
    public List<TrustEntry> trustJournal(BareJid jid, int limit) throws StoreException {
        return steps.run(step -> state.trustJournal().entries(step, jid, limit));
    }

    /** The policy that rules a conversation. */
    public EncryptionPolicy policy(BareJid jid) throws StoreException {
        return steps.run(step -> state.conversations().policy(step, jid));
    }

    /** Why a contact has asked for plain text ({@link OmemoEvent.OptedOut}), which may be in no words; empty if they have not, somebody has answered, or all devices that have asked are distrusted since. */
    public Optional<String> optOut(BareJid jid) throws StoreException {
        return steps.run(step -> new OptOuts(state).reason(step, jid));
    }

    /** Does not agree to plain text that a contact has asked for: the conversation goes on as it was. */
    public void declineOptOut(BareJid jid) throws StoreException {
        steps.run(step -> {
            state.conversations().declineOptOut(step, jid);
            return jid;
        });
    }

    /** Sets the policy of a conversation, whatever the default is. {@link EncryptionPolicy#OFF} agrees to plain text if the contact has asked for it ({@link #optOut}). */
    public void setPolicy(BareJid jid, EncryptionPolicy policy) throws StoreException {
        steps.run(step -> {
            state.conversations().choose(step, jid, policy);
            return policy;
        });
    }

    /**
     * Ends the engine: the step under way is finished first, and none begins after it. Waits for nothing else.
     *
     * @param freeing runs then; from within a step (a policy may be asked in one) at the end of that step.
     */
    public void close(Runnable freeing) {
        steps.close(freeing);
    }

    private static void requirePerson(TrustMeans means) {
        if (means != TrustMeans.PERSON && means != TrustMeans.URI) {
            throw new IllegalArgumentException("A person decides, or scans a URI; not " + means + ".");
        }
    }

    /** A step without a result of its own. */
    @FunctionalInterface
    private interface Reacting {
        void run(Step step) throws StoreException;
    }

    private Reaction react(Reacting computation) throws StoreException {
        Reaction reaction = steps.run(step -> {
            computation.run(step);
            return step.reaction();
        });
        // Our bundle goes first: whoever then finds us on the list finds it too.
        return publications().and(reaction);
    }

    /** The message is read and committed: it must not be lost for want of a publication, which {@link #connected} finds again. */
    private Reaction publicationsIfPossible() {
        try {
            return publications();
        } catch (StoreException | EngineClosedException e) {
            return Reaction.NONE;
        }
    }

    /** In a step of its own: it publishes what is committed. */
    private Reaction publications() throws StoreException {
        return steps.run(step -> {
            if (discovery.isLeaving()) {
                return Reaction.NONE;
            }
            for (OmemoVersion version : state.versions()) {
                state.publications().due(step, version, state.keys());
            }
            return step.reaction();
        });
    }

    private void askForOurs(Step step) throws StoreException {
        for (OmemoVersion version : state.unused()) {
            if (step.ownBundle(version).announced()) {
                step.act(new Action.FetchDeviceList(state.owner(), version));
            }
        }
        for (OmemoVersion version : state.versions()) {
            step.act(new Action.FetchDeviceList(state.owner(), version));
            step.act(new Action.FetchBundle(state.keys().address(), version));
        }
    }

    private static void tend(State state, Step step, boolean catchingUp) throws StoreException {
        for (OmemoVersion version : state.versions()) {
            state.keys().tend(step, version, catchingUp);
        }
        state.journal().tend(step);
    }
}
