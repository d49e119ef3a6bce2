/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Action;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.Departure;
import org.omemo4j.engine.Encryption;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.IncomingMessage;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEngine;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.OutgoingMessage;
import org.omemo4j.engine.Reaction;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.ParkedRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;

/** One device of one account in a {@link World}: an engine, and a host that performs its actions at once. */
public final class TestDevice {
    private final World world;
    private final BareJid jid;
    private final OmemoStore store;
    private final OmemoConfig config;
    private final SecureRandom random;
    private final List<String> inbox = new ArrayList<>();
    private final List<Decryption> read = new ArrayList<>();
    private final List<OmemoEvent> events = new ArrayList<>();
    private final List<Action> performed = new ArrayList<>();
    private OmemoEngine engine;
    private boolean online;

    TestDevice(World world, BareJid jid, OmemoStore store, OmemoConfig config, SecureRandom random) {
        this.world = world;
        this.jid = jid;
        this.store = store;
        this.config = config;
        this.random = random;
        this.engine = open();
    }

    private OmemoEngine open() {
        try {
            store.lock();
            return OmemoEngine.open(store, jid, config, random, world.clock());
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }

    public OmemoEngine engine() {
        return engine;
    }

    public OmemoStore store() {
        return store;
    }

    public BareJid jid() {
        return jid;
    }

    public DeviceAddress address() {
        return engine.ownDevice().address();
    }

    /** Bodies read so far. */
    public List<String> inbox() {
        return inbox;
    }

    /** Results of all messages that came. */
    public List<Decryption> read() {
        return read;
    }

    public List<OmemoEvent> events() {
        return events;
    }

    /** What the engine has asked for so far. */
    public List<Action> performed() {
        return performed;
    }

    public boolean isOnline() {
        return online;
    }

    /** Logs in, and has nothing to catch up with. */
    public void login() {
        loginWithBacklog();
        caughtUp();
    }

    /** Logs in; what comes then may be from before, until {@link #caughtUp}. */
    public void loginWithBacklog() {
        online = true;
        perform(attempt(engine::connected));
    }

    /** What was sent before the login has come. */
    public void caughtUp() {
        perform(attempt(engine::caughtUp));
    }

    /** Takes a device of its account off it. @return what is left of it. */
    public List<String> removes(DeviceId device) {
        perform(attempt(() -> engine.beginRemoval(device)));
        Departure departure = attempt(() -> engine.endRemoval(device));
        perform(departure.reaction());
        return departure.left();
    }

    /** What has waited for its time is done, if it is time. */
    public void wakes() {
        perform(attempt(engine::wake));
    }

    /** A list comes as an event. */
    public void hears(BareJid of, XmlElement list) {
        perform(attempt(() -> engine.deviceListEvent(of, Omemo2.VERSION, Optional.of(list), Optional.empty())));
    }

    /** What it has asked for of one kind, in order. */
    public <A extends Action> List<A> performed(Class<A> kind) {
        return performed.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** What it was told of one kind, in order. */
    public <E extends OmemoEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Its person decides about another device's key. */
    public TrustChange decides(TestDevice other, Decision decision) {
        return decided(attempt(() -> engine.decide(other.key(), decision, TrustMeans.PERSON, "")));
    }

    /** Its person takes the newest decision about another device's key back. */
    public TrustChange undoes(TestDevice other) {
        return decided(attempt(() -> engine.undo(other.key(), "")));
    }

    private TrustChange decided(TrustChange change) {
        perform(attempt(engine::decided));
        return change;
    }

    /** Its person verifies a key of an account that no device has shown: those that it has shown need a decision then. */
    public void verifiesAnotherKeyOf(BareJid account) {
        TrustKey unseen = new TrustKey(account, new Fingerprint("09" + "0".repeat(62)));
        attempt(() -> engine.decide(unseen, Decision.VERIFY, TrustMeans.URI, ""));
    }

    /** What its person thinks of another device's key. */
    public TrustLevel trusts(TestDevice other) {
        return attempt(() -> engine.trust(other.key()));
    }

    /** Its own identity key. */
    public TrustKey key() {
        return new TrustKey(jid, engine.ownDevice().fingerprint());
    }

    /** The same as it is published. */
    public Bytes identityKey() {
        return world.bundle(address()).identityKey().bytes();
    }

    /** It loses its sessions with another device, as after a backup was put back. */
    public void forgetsSessionsWith(TestDevice other) {
        forgetsSessionsWith(other, Omemo2.VERSION);
    }

    /** Those in one version. */
    public void forgetsSessionsWith(TestDevice other, OmemoVersion version) {
        boolean back = online;
        whileStopped(opened -> opened.sessions(other.address(), version.namespace()).stream()
                .<Changes.Change>map(session -> new Changes.DeleteSession(session.id()))
                .toList());
        if (back) {
            login();
        }
    }

    public void logout() {
        online = false;
    }

    /** The process ends, and starts again on the same store. */
    public void restart() {
        restartOffline();
        login();
    }

    /** The process ends, and starts again without a network. */
    public void restartOffline() {
        whileStopped(opened -> List.of());
    }

    /** What somebody writes into the store while nobody uses it. */
    @FunctionalInterface
    public interface Alteration {
        List<Changes.Change> of(OmemoStore store) throws StoreException;
    }

    /** The process ends, the store is altered, and the process starts again without a network. */
    public void whileStopped(Alteration alteration) {
        online = false;
        try {
            store.close();
            store.lock();
            store.commit(new Changes(store.revision(), Changes.Durability.FLUSHED, alteration.of(store)));
            store.close();
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
        engine = open();
    }

    /** Encrypts, fetching what is missing; the message lies in the world's mail then. */
    public Letter send(TestDevice to, String text) {
        return send(to.jid(), text);
    }

    /** Each writes once and is read: the session is complete, and what comes next begins a chain. */
    public void talksWith(TestDevice other) {
        send(other, "hello");
        world.deliver();
        other.send(this, "hello yourself");
        world.deliver();
    }

    public Letter send(BareJid to, String text) {
        return send(to, body(text));
    }

    public Letter send(BareJid to, XmlElement... content) {
        Encryption encryption = encrypt(OutgoingMessage.toContact(to, List.of(content), false));
        assertThat(encryption).isInstanceOf(Encryption.Encrypted.class);
        Encryption.Encrypted encrypted = (Encryption.Encrypted) encryption;
        perform(encrypted.reaction());
        Letter letter = new Letter(jid, to, encrypted.elements().get(0));
        world.mail().add(letter);
        return letter;
    }

    /** What waits in the store is encrypted, fetching what is missing, and lies in the world's mail then. What nobody can read goes. @return what became of each. */
    public List<Encryption> sendParked() {
        List<Encryption> results = new ArrayList<>();
        for (ParkedRecord parked : attempt(engine::parked)) {
            Encryption encryption = tries(parked);
            if (encryption instanceof Encryption.Encrypted encrypted) {
                world.mail()
                        .add(new Letter(jid, parked.to(), encrypted.elements().get(0)));
            }
            perform(encryption.reaction());
            attempt(() -> {
                engine.unpark(parked.number());
                return parked;
            });
            results.add(encryption);
        }
        return results;
    }

    /** What becomes of a message that waits when it shall leave now, fetching what is missing. */
    public Encryption tries(ParkedRecord parked) {
        Encryption encryption = attempt(() -> encryptParked(parked));
        for (int round = 0; round < 3 && encryption instanceof Encryption.Missing missing; round++) {
            perform(missing.reaction());
            perform(new Reaction(missing.actions(), List.of()));
            encryption = attempt(() -> encryptParked(parked));
        }
        return encryption;
    }

    private Encryption encryptParked(ParkedRecord parked) throws StoreException {
        List<XmlElement> content = parkedStanza(parked)
                .elements()
                .filter(element -> InnerElements.mayTravelInside(element.name(), element.namespace()))
                .toList();
        return engine.encryptParked(
                parked.number(), OutgoingMessage.toContact(parked.to(), content, false), encrypted -> "<message/>");
    }

    /** A message that waits, as it waits. */
    public static XmlElement parkedStanza(ParkedRecord parked) {
        try {
            return XmlReader.read(Bytes.of(parked.stanza().reveal()), XmlLimits.ofSize(Payload.MAX_BYTES));
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    /** Encrypts a body, fetching what is missing, as often as something is. */
    public Encryption encrypt(BareJid to, String text) {
        return encrypt(OutgoingMessage.toContact(to, List.of(body(text)), false));
    }

    public Encryption encrypt(OutgoingMessage message) {
        Encryption encryption = attempt(() -> engine.encrypt(message));
        for (int round = 0; round < 3 && encryption instanceof Encryption.Missing missing; round++) {
            perform(missing.reaction());
            perform(new Reaction(missing.actions(), List.of()));
            encryption = attempt(() -> engine.encrypt(message));
        }
        return encryption;
    }

    public static XmlElement body(String text) {
        return XmlElement.builder("body", "jabber:client").text(text).build();
    }

    public Decryption read(Letter letter) {
        return read(letter, Delivery.LIVE);
    }

    private Decryption decrypt(Letter letter, Delivery delivery, Optional<Instant> stamp) {
        return attempt(() ->
                engine.decrypt(new IncomingMessage(letter.from(), letter.to(), letter.encrypted(), delivery, stamp)));
    }

    /** Only the result: its reaction is left undone, as by a process that ends now. */
    public Decryption decrypt(Letter letter, Delivery delivery) {
        return decrypt(letter, delivery, Optional.empty());
    }

    public Decryption read(Letter letter, Delivery delivery) {
        return read(letter, delivery, Optional.empty());
    }

    /** {@code stamp} is when our server received it. */
    public Decryption read(Letter letter, Delivery delivery, Optional<Instant> stamp) {
        Decryption decryption = decrypt(letter, delivery, stamp);
        read.add(decryption);
        if (decryption instanceof Decryption.Decrypted message) {
            message.content().stream()
                    .filter(element -> element.name().equals("body"))
                    .forEach(body -> inbox.add(body.text()));
        }
        perform(decryption.reaction());
        return decryption;
    }

    public void perform(Reaction reaction) {
        events.addAll(reaction.events());
        for (Action action : reaction.actions()) {
            performed.add(action);
            perform(action);
        }
    }

    private void perform(Action action) {
        Nodes nodes = action.version().nodes();
        if (action instanceof Action.FetchDeviceList fetch) {
            perform(attempt(() -> fetched(fetch)));
        } else if (action instanceof Action.FetchBundle fetch) {
            perform(attempt(() -> fetched(fetch)));
        } else if (action instanceof Action.PublishDeviceList publish) {
            world.put(jid, nodes.deviceList(), nodes.deviceListItem(), publish.list());
            perform(attempt(() -> engine.published(publish)));
            for (TestDevice other : world.devicesOf(jid)) {
                if (other.isOnline() && other.config.versions().contains(publish.version())) {
                    other.perform(attempt(() -> other.engine.deviceListEvent(
                            jid, publish.version(), Optional.of(publish.list()), Optional.empty())));
                }
            }
        } else if (action instanceof Action.PublishBundle publish) {
            world.put(
                    jid,
                    nodes.bundle(address().device()),
                    nodes.bundleItem(address().device()),
                    publish.bundle());
            perform(attempt(() -> engine.published(publish)));
        } else if (action instanceof Action.WithdrawBundle withdraw) {
            world.remove(
                    jid,
                    nodes.bundle(withdraw.address().device()),
                    nodes.bundleItem(withdraw.address().device()));
            perform(attempt(() -> engine.published(withdraw)));
        } else if (action instanceof Action.SendEmptyMessage send) {
            Encryption encryption = attempt(() -> engine.emptyMessage(send));
            if (encryption instanceof Encryption.Missing missing) {
                perform(new Reaction(missing.actions(), List.of()));
                encryption = attempt(() -> engine.emptyMessage(send));
            }
            if (encryption instanceof Encryption.Encrypted encrypted) {
                world.mail()
                        .add(new Letter(
                                jid, send.address().jid(), encrypted.elements().get(0)));
            }
        }
    }

    private Reaction fetched(Action.FetchDeviceList fetch) throws StoreException {
        Optional<FetchProblem> problem = world.problem(fetch.jid());
        if (problem.isPresent()) {
            return engine.deviceListUnknown(fetch.jid(), fetch.version(), problem.get());
        }
        Nodes nodes = fetch.version().nodes();
        Optional<XmlElement> item = world.item(fetch.jid(), nodes.deviceList(), nodes.deviceListItem());
        return item.isPresent()
                ? engine.deviceList(fetch.jid(), fetch.version(), item.get())
                : engine.noDevices(fetch.jid(), fetch.version());
    }

    private Reaction fetched(Action.FetchBundle fetch) throws StoreException {
        Optional<FetchProblem> problem = world.problem(fetch.address().jid());
        if (problem.isPresent()) {
            return engine.bundleUnknown(fetch.address(), fetch.version(), problem.get());
        }
        Nodes nodes = fetch.version().nodes();
        Optional<XmlElement> item = world.item(
                fetch.address().jid(),
                nodes.bundle(fetch.address().device()),
                nodes.bundleItem(fetch.address().device()));
        return item.isPresent()
                ? engine.bundle(fetch.address(), fetch.version(), item.get())
                : engine.noBundle(fetch.address(), fetch.version());
    }

    /** A step that asks the store. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws StoreException;
    }

    /** Runs a step; a store that fails fails the test. */
    public static <T> T attempt(Attempt<T> step) {
        try {
            return step.run();
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }
}
