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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.Jid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;

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
    private final Discovery discovery;
    private final Owed owed;

    /** What makes our device, until it is written. Used within steps. */
    private @Nullable Step unwritten;

    private OmemoEngine(Steps steps, State state, @Nullable Step unwritten) {
        this.steps = steps;
        this.state = state;
        this.encryptor = new Encryptor(state);
        this.decryptor = new Decryptor(state);
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
     * devices and what waits may be asked for, and policies set.
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
        OwnDeviceRecord own = existing.isPresent() ? existing.get() : OwnKeys.create(first, owner, random);
        State state = State.of(config, own, random, store);
        steps.onConflict(() -> state.forget(store));
        if (existing.isPresent()) {
            steps.run(step -> {
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
            Encryption result = encryptor.encrypt(step, message, step.now(), false);
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
        return steps.run(step -> state.parking().park(step, to, stanzaId, stanza, policy));
    }

    /** Whether messages to this JID wait: then later ones must wait behind them. Asks no store and takes no lock. */
    public boolean hasParked(BareJid to) {
        return state.parking().holds(to);
    }

    /** Whether any message waits. Asks no store and takes no lock. */
    public boolean hasParked() {
        return !state.parking().isEmpty();
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
     * the policy under which the message was written allows that, too.
     */
    public Encryption encryptParked(long number, OutgoingMessage message, Function<Encryption.Encrypted, String> stanza)
            throws StoreException {
        return steps.run(step -> {
            ParkedRecord parked = step.store()
                    .parked(number)
                    .orElseThrow(() -> new IllegalArgumentException("No message " + number + " is parked."));
            Encryption result = encryptor.encrypt(step, message, parked.parked(), true);
            if (result instanceof Encryption.Encrypted encrypted) {
                state.parking().write(step, parked.withEncrypted(stanza.apply(encrypted)));
            }
            return result instanceof Encryption.InClear inClear ? Permission.ofWaiting(parked, inClear) : result;
        });
    }

    /**
     * A parked message that was encrypted by an engine before this one leaves again as it was: when it comes back it reads as what was sent. To be said once, before it leaves.
     *
     * @param content what is inside, in clear.
     * @param leaving what it leaves as; beside encrypted elements there may be others.
     */
    public void leavesAgain(ParkedRecord parked, boolean groupChat, List<XmlElement> content, List<XmlElement> leaving)
            throws StoreException {
        OutgoingMessage message = new OutgoingMessage(parked.to(), groupChat, Set.of(), List.of(), content, false);
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
            state.parking().unpark(step, number);
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
            state.connected();
            state.backlog().begin(step.now());
            tend(state, step, true);
            askForOurs(step);
        });
    }

    /** Work on our own nodes was lost, and the stream is the same: nothing of it is under way any more, and what is there now is asked for. */
    public Reaction resumed() throws StoreException {
        return react(step -> {
            state.publications().startOver();
            state.ownList().connected();
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
                        state.ownList().nextDue(), state.announcements().nextDue())
                .flatMap(Optional::stream)
                .min(Instant::compareTo));
    }

    /** What has waited for its time: lists that are looked at again. Too early it does nothing. */
    public Reaction wake() throws StoreException {
        return react(step -> {
            state.ownList().wake(step, state.keys().address());
            state.announcements().wake(step);
        });
    }

    /** An account's device list, by event or by fetch. */
    public Reaction deviceList(BareJid jid, OmemoVersion version, XmlElement list) throws StoreException {
        return deviceList(jid, version, list, Optional.empty());
    }

    /** The same, with the client that has published it, where the account's server tells. */
    public Reaction deviceList(BareJid jid, OmemoVersion version, XmlElement list, Optional<Jid> publisher)
            throws StoreException {
        return react(step -> discovery.deviceList(step, jid, version, list, publisher));
    }

    /** An event says that an account has another list, and not which: it is asked for, once a minute at most. */
    public Reaction deviceListChanged(BareJid jid, OmemoVersion version) throws StoreException {
        return react(step -> state.announcements().changed(step, jid, version));
    }

    /** The account itself has answered that there is no list, or an empty one. */
    public Reaction noDevices(BareJid jid, OmemoVersion version) throws StoreException {
        return react(step -> discovery.told(step, jid, version, DeviceList.EMPTY));
    }

    /** The list could not be had; that says nothing about devices. */
    public Reaction deviceListUnknown(BareJid jid, OmemoVersion version, FetchProblem problem) throws StoreException {
        return react(step -> discovery.unknown(step, jid, version, problem));
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

    /** What a message to a room with these members would wait for next: lists, or bundles when the lists are there. */
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

    /** The policy that rules a conversation. */
    public EncryptionPolicy policy(BareJid jid) throws StoreException {
        return steps.run(step -> state.conversations().policy(step, jid));
    }

    /** Sets the policy of a conversation, whatever the default is. */
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
