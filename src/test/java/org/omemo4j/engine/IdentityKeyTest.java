/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.Outcomes.assertRefused;
import static org.omemo4j.engine.Outcomes.assertRefusedWithoutTrace;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.OmemoEvent.IdentityKeyChanged;
import org.omemo4j.engine.OmemoEvent.NewIdentityKey;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.Decision;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustMeans;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.TrustRefusal;

/** A device has one identity key; another one under its id is refused and told. */
class IdentityKeyTest {
    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.com");
    private final TestDevice mallory = world.device("mallory@example.net");

    @Test
    void aNewKeyIsToldOnce() {
        alice.send(bob, "one");
        alice.send(bob, "two");

        assertThat(alice.events(NewIdentityKey.class))
                .containsExactly(new NewIdentityKey(
                        bob.address(), bob.engine().ownDevice().fingerprint(), TrustLevel.BLINDLY_TRUSTED));
    }

    @Test
    void aFetchedKeyMayBeRememberedBeforeTheFirstMessage() {
        TestDevice laptop = world.device("bob@example.com", new MemoryStore(), World.CONFIG.withLabel("laptop"));
        fetch(bob.jid());

        alice.perform(attempt(() -> alice.engine().see(bob.jid())));

        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .extracting(KnownDevice::fingerprint)
                .containsExactlyInAnyOrder(
                        Optional.of(bob.key().fingerprint()),
                        Optional.of(laptop.key().fingerprint()));
        assertThat(attempt(() -> alice.engine().devices(bob.jid())))
                .allMatch(device -> device.trust() == TrustLevel.BLINDLY_TRUSTED && !device.session());
        assertThat(alice.events(NewIdentityKey.class)).hasSize(2);
        assertThat(world.mail()).isEmpty();
    }

    @Test
    void aFetchedKeyThatIsNotTheKnownOneIsRefusedAndToldBeforeTheFirstMessageToo() {
        fetch(bob.jid());
        alice.perform(attempt(() -> alice.engine().see(bob.jid())));
        world.putBundle(bob.address(), Omemo2.VERSION.elements().toXml(world.bundle(mallory.address())));
        alice.restart();
        fetch(bob.jid());

        alice.perform(attempt(() -> alice.engine().see(bob.jid())));

        assertThat(alice.events(IdentityKeyChanged.class))
                .containsExactly(new IdentityKeyChanged(
                        bob.address(), bob.key().fingerprint(), mallory.key().fingerprint()));
        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).fingerprint())
                .contains(bob.key().fingerprint());
    }

    @Test
    void aBundleWithAnotherKeyIsRefusedAndTold() {
        alice.send(bob, "one");
        alice.forgetsSessionsWith(bob);
        swapBundle();

        Encryption refused = alice.encrypt(bob.jid(), "two");

        assertThat(refused).isInstanceOfSatisfying(Encryption.Refused.class, it -> {
            assertThat(it.reason()).isEqualTo(Encryption.Refusal.NO_USABLE_DEVICE);
            assertThat(it.sentence()).contains("identity key has changed");
            assertThat(it.reaction().events())
                    .containsExactly(new IdentityKeyChanged(
                            bob.address(),
                            bob.engine().ownDevice().fingerprint(),
                            mallory.engine().ownDevice().fingerprint()));
        });
    }

    @Test
    void theOtherDevicesStillGetTheMessage() {
        TestDevice laptop = world.device("bob@example.com");
        alice.send(bob, "one");
        alice.forgetsSessionsWith(bob);
        swapBundle();

        Encryption result = alice.encrypt(bob.jid(), "two");

        assertThat(result).isInstanceOfSatisfying(Encryption.Encrypted.class, it -> {
            assertThat(it.devices()).containsExactly(laptop.address());
            assertThat(it.leftOut()).containsExactly(new LeftOut(bob.address(), LeftOut.Why.IDENTITY_KEY_CHANGED));
        });
    }

    @Test
    void anEstablishedSessionGoesOnWhateverTheBundleSays() {
        alice.send(bob, "one");
        world.deliver();
        swapBundle();
        alice.login();

        alice.send(bob, "two");
        world.deliver();

        assertThat(bob.inbox()).containsExactly("one", "two");
    }

    @Test
    void aKeyExchangeWithAnotherKeyIsRefusedAndToldAndTheOldSessionGoesOn() {
        alice.send(bob, "one");
        world.deliver();
        Letter forged = mallory.send(bob, "I am Alice").from(alice.address());
        world.mail().clear();

        assertRefusedWithoutTrace(bob, forged, Reason.IDENTITY_KEY_CHANGED);
        assertThat(bob.read(forged)).isInstanceOfSatisfying(Decryption.Undecryptable.class, it -> {
            assertThat(it.shownKey()).contains(mallory.engine().ownDevice().fingerprint());
            assertThat(it.reaction()).as("told by the message alone").isEqualTo(Reaction.NONE);
        });
        alice.send(bob, "two");
        world.deliver();
        assertThat(bob.inbox()).containsExactly("one", "two");
    }

    @Test
    void aKeyExchangeThatDoesNotAuthenticatePinsNoKey() {
        Letter forged = mallory.send(bob, "I am Alice").from(alice.address()).spoilt();

        assertRefusedWithoutTrace(bob, forged, Reason.BROKEN_SESSION);
        bob.read(alice.send(bob, "It is me"));

        assertThat(bob.inbox()).containsExactly("It is me");
    }

    @Test
    void aBundleThatIsNotSignedByItsKeyLeavesNoTrust() {
        var real = world.bundle(bob.address());
        var other = world.bundle(mallory.address());
        world.putBundle(
                bob.address(),
                Omemo2.VERSION.elements().toXml(new Bundle(other.identityKey(), real.signedPreKey(), real.preKeys())));

        alice.encrypt(bob.jid(), "one");

        assertThat(attempt(() -> alice.store().trust(bob.jid()))).isEmpty();
        assertThat(alice.events(NewIdentityKey.class)).isEmpty();
    }

    @Test
    void theTwinWithTheOtherSignBitIsTheSameKey() {
        alice.send(bob, "one");
        alice.forgetsSessionsWith(bob);
        alice.whileStopped(store -> {
            DeviceRecord known = store.devices(bob.jid()).get(0);
            return List.of(new Changes.PutDevice(new DeviceRecord(
                    known.address(),
                    known.identityKey().map(IdentityKeyTest::twin),
                    known.label(),
                    known.labelSignature(),
                    known.firstSeen(),
                    known.lastSeen(),
                    known.listings())));
        });
        alice.login();

        alice.send(bob, "two");
        world.deliver();

        assertThat(alice.events(IdentityKeyChanged.class)).isEmpty();
        assertThat(bob.inbox()).containsExactly("one", "two");
        assertThat(attempt(() -> alice.store().trust(bob.jid()))).hasSize(1);
    }

    @Test
    void aKeyThatNobodyHasDecidedAboutIsShownAndNotWrittenTo() {
        TestDevice careful = world.device(
                "careful@example.org", new MemoryStore(), World.CONFIG.withTrust(TrustPolicy.verifiedOnly()));

        Encryption refused = careful.encrypt(bob.jid(), "one");

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Encryption.Refused.class,
                        it -> assertThat(it.sentence()).contains("nobody has decided"));
        KnownDevice shown = attempt(() -> careful.engine().devices(bob.jid())).get(0);
        assertThat(shown.fingerprint()).contains(bob.engine().ownDevice().fingerprint());
        assertThat(shown.trust()).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(shown.session()).isFalse();
    }

    @Test
    void aKeyThatNobodyHasDecidedAboutIsReadAndMarked() {
        TestDevice careful = world.device(
                "careful@example.org", new MemoryStore(), World.CONFIG.withTrust(TrustPolicy.verifiedOnly()));

        Decryption read = careful.read(bob.send(careful, "hello"));

        assertThat(((Decryption.Decrypted) read).origin().trust()).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void fingerprintsAreUnknownBeforeABundleOrMessage() {
        alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(bob)));

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).fingerprint())
                .isEqualTo(Optional.empty());
    }

    @Test
    void anAcceptedKeyOfABundleIsWrittenToAndStartsAsNew() {
        alice.send(bob, "one");
        alice.decides(bob, Decision.VERIFY);
        TestDevice again = replacementOfBob();
        Fingerprint shown = again.key().fingerprint();

        assertThat(attempt(() -> alice.engine().acceptKey(bob.address(), shown, "")))
                .isEqualTo(new TrustChange.Changed(TrustLevel.UNDECIDED, TrustLevel.UNDECIDED, Optional.empty()));

        assertThat(alice.trusts(again)).as("the other key was verified").isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.trusts(bob)).isEqualTo(TrustLevel.VERIFIED);
        assertThat(attempt(() -> alice.engine().trustJournal(1)).get(0).means()).isEqualTo(TrustMeans.ACCEPTANCE);
        alice.decides(again, Decision.VERIFY);
        again.read(alice.send(bob.jid(), "two"));
        assertThat(again.inbox()).containsExactly("two");
        alice.undoes(again);
        assertThat(alice.trusts(again)).as("no undo forgets the acceptance").isEqualTo(TrustLevel.UNDECIDED);
        assertThat(alice.undoes(again)).isInstanceOf(TrustChange.Refused.class);
    }

    @Test
    void anAcceptedKeyOfAMessageReadsAndTheSessionsOfTheOldOneAreGone() {
        alice.read(bob.send(alice, "one"));
        Letter old = bob.send(alice, "too late");
        TestDevice again = replacementOfBob();
        Letter letter = again.send(alice, "I have a new key").from(bob.address());
        assertRefused(alice.read(letter), Reason.IDENTITY_KEY_CHANGED);

        attempt(() -> alice.engine().acceptKey(bob.address(), again.key().fingerprint(), ""));
        alice.restart();

        assertThat(alice.read(letter)).isInstanceOf(Decryption.Decrypted.class);
        assertRefused(alice.read(old), Reason.IDENTITY_KEY_CHANGED);
        assertThat(alice.inbox()).containsExactly("one", "I have a new key");
    }

    @Test
    void aBundleOfTheOldKeyIsNotUsedAnyMore() {
        alice.read(bob.send(alice, "one"));
        attempt(() -> alice.engine()
                .bundle(bob.address(), Omemo2.VERSION, Omemo2.VERSION.elements().toXml(world.bundle(bob.address()))));
        TestDevice again = replacementOfBob();

        attempt(() -> alice.engine().acceptKey(bob.address(), again.key().fingerprint(), ""));
        again.read(alice.send(bob.jid(), "two"));

        assertThat(again.inbox()).containsExactly("two");
    }

    @Test
    void whatIsAcceptedAlreadyIsUnchangedAndNonsenseRefused() {
        alice.send(bob, "one");

        assertThat(attempt(
                        () -> alice.engine().acceptKey(bob.address(), bob.key().fingerprint(), "")))
                .isEqualTo(new TrustChange.Unchanged(TrustLevel.BLINDLY_TRUSTED));
        assertThat(refusal(bob.address(), new Fingerprint("0".repeat(64)))).isEqualTo(TrustRefusal.NO_KEY);
        assertThat(refusal(alice.address(), mallory.key().fingerprint())).isEqualTo(TrustRefusal.OWN_KEY);
        assertThat(attempt(() -> alice.engine().trustJournal(10))).isEmpty();
    }

    @Test
    void b3_aBundleWithAKeyOfAnotherAccountIsRefusedAndToldUntilSomebodyAcceptsIt() {
        alice.send(bob, "one");
        world.deliver();
        world.putBundle(mallory.address(), Omemo2.VERSION.elements().toXml(world.bundle(bob.address())));

        Encryption refused = alice.encrypt(mallory.jid(), "two");

        assertThat(refused).isInstanceOfSatisfying(Encryption.Refused.class, it -> {
            assertThat(it.sentence()).contains("another account's");
            assertThat(it.reaction().events())
                    .containsExactly(new OmemoEvent.IdentityKeyShared(
                            mallory.address(), bob.jid(), bob.key().fingerprint()));
        });
        assertThat(attempt(() -> alice.store().trust(mallory.jid()))).isEmpty();
        attempt(() -> alice.engine().acceptKey(mallory.address(), bob.key().fingerprint(), ""));
        assertThat(alice.encrypt(mallory.jid(), "three")).isInstanceOf(Encryption.Encrypted.class);
        assertThat(alice.encrypt(bob.jid(), "four")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void b3_aMessageWithAKeyOfAnotherAccountIsRefusedWithoutTraceUntilSomebodyAcceptsIt() {
        alice.send(bob, "one");
        TestDevice twin = withKeyOf(bob, "twin@example.net");
        Letter letter = twin.send(alice, "hello");

        assertRefusedWithoutTrace(alice, letter, Reason.IDENTITY_KEY_SHARED);
        assertThat(((Decryption.Undecryptable) alice.read(letter)).shownKey())
                .contains(bob.key().fingerprint());
        assertThat(((Decryption.Undecryptable) alice.read(letter)).proposal())
                .isEqualTo(Decryption.Proposal.ACCEPT_KEY);

        attempt(() -> alice.engine().acceptKey(twin.address(), bob.key().fingerprint(), ""));
        assertThat(alice.read(letter)).isInstanceOf(Decryption.Decrypted.class);
        assertThat(attempt(() -> alice.engine().trust(twin.key()))).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
    }

    @Test
    void b3_ourOwnKeyUnderAnotherAccountIsRefusedToo() {
        TestDevice twin = withKeyOf(alice, "twin@example.net");
        attempt(() -> twin.engine().acceptKey(alice.address(), alice.key().fingerprint(), ""));

        assertRefused(alice.read(twin.send(alice, "hello")), Reason.IDENTITY_KEY_SHARED);
        assertThat(alice.encrypt(twin.jid(), "hello")).isInstanceOf(Encryption.Refused.class);
    }

    @Test
    void b3_whomAKeyWasVerifiedOfComesBeforeWhoShowsItFirst() {
        alice.decides(bob, Decision.VERIFY);
        world.putBundle(mallory.address(), Omemo2.VERSION.elements().toXml(world.bundle(bob.address())));

        assertThat(alice.encrypt(mallory.jid(), "one")).isInstanceOf(Encryption.Refused.class);
        assertThat(alice.encrypt(bob.jid(), "two")).isInstanceOf(Encryption.Encrypted.class);
    }

    @Test
    void b3_ofTwoAccountsThatShowOneKeyAtOnceOneIsRefused() {
        BareJid room = World.jid("room@conference.example.org");
        attempt(() -> {
            alice.engine().setPolicy(room, EncryptionPolicy.REQUIRED);
            return room;
        });
        world.putBundle(mallory.address(), Omemo2.VERSION.elements().toXml(world.bundle(bob.address())));

        Encryption.Encrypted sent = (Encryption.Encrypted) alice.encrypt(OutgoingMessage.toRoom(
                room, Set.of(bob.jid(), mallory.jid()), List.of(TestDevice.body("Hello")), false));

        assertThat(sent.devices()).containsExactly(bob.address());
        assertThat(sent.leftOut()).containsExactly(new LeftOut(mallory.address(), LeftOut.Why.IDENTITY_KEY_SHARED));
    }

    @Test
    void twoDevicesOfOneAccountMayHaveOneKey() {
        TestDevice twin = withKeyOf(bob, "bob@example.com");
        alice.read(bob.send(alice, "one"));
        alice.read(twin.send(alice, "two"));

        assertThat(alice.inbox()).containsExactly("one", "two");
    }

    private TrustRefusal refusal(DeviceAddress device, Fingerprint shown) {
        TrustChange change = attempt(() -> alice.engine().acceptKey(device, shown, ""));
        assertThat(change).isInstanceOf(TrustChange.Refused.class);
        return ((TrustChange.Refused) change).reason();
    }

    /** Bob has set his device up anew, with its old id. */
    private TestDevice replacementOfBob() {
        bob.logout();
        world.putDeviceList(bob.jid()); // its id is free
        return withOwnDevice(bob, "bob@example.com", own -> {
            OwnDeviceRecord other = attempt(() -> mallory.store().ownDevice()).orElseThrow();
            return new OwnDeviceRecord(
                    own.owner(), own.deviceId(), other.identityForm(), other.identityKey(), own.label(), own.created());
        });
    }

    private TestDevice withKeyOf(TestDevice other, String jid) {
        return withOwnDevice(
                other,
                jid,
                own -> new OwnDeviceRecord(
                        World.jid(jid), 4711, own.identityForm(), own.identityKey(), own.label(), own.created()));
    }

    /** A device that is made of what another one is made of. */
    private TestDevice withOwnDevice(TestDevice other, String jid, UnaryOperator<OwnDeviceRecord> alteration) {
        MemoryStore store = new MemoryStore();
        attempt(() -> {
            OwnDeviceRecord own = other.store().ownDevice().orElseThrow();
            store.lock();
            store.commit(new Changes(
                    0, Changes.Durability.FLUSHED, List.of(new Changes.PutOwnDevice(alteration.apply(own)))));
            store.close();
            return own;
        });
        return world.device(jid, store, World.CONFIG);
    }

    private void swapBundle() {
        world.putBundle(bob.address(), Omemo2.VERSION.elements().toXml(world.bundle(mallory.address())));
    }

    private static Bytes twin(Bytes identityKey) {
        byte[] twin = identityKey.toByteArray();
        twin[31] ^= (byte) 0x80;
        return Bytes.of(twin);
    }

    /** What a message of Alice's would lack: lists first, then bundles. */
    private void fetch(BareJid jid) {
        alice.perform(new Reaction(List.of(new Action.FetchDeviceList(jid, Omemo2.VERSION)), List.of()));
        alice.perform(new Reaction(attempt(() -> alice.engine().missing(jid)), List.of()));
    }
}
