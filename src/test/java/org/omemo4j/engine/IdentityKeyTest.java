/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.engine.Outcomes.assertRefusedWithoutTrace;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.OmemoEvent.IdentityKeyChanged;
import org.omemo4j.engine.OmemoEvent.NewIdentityKey;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.Changes;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;
import org.omemo4j.trust.TrustLevel;

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
        assertThat(bob.events(IdentityKeyChanged.class)).hasSize(1);
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
                "careful@example.org", new MemoryStore(), World.CONFIG.withTrust((jid, known) -> TrustLevel.UNDECIDED));

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
                "careful@example.org", new MemoryStore(), World.CONFIG.withTrust((jid, known) -> TrustLevel.UNDECIDED));

        Decryption read = careful.read(bob.send(careful, "hello"));

        assertThat(((Decryption.Decrypted) read).origin().trust()).isEqualTo(TrustLevel.UNDECIDED);
    }

    @Test
    void fingerprintsAreUnknownBeforeABundleOrMessage() {
        alice.hears(bob.jid(), DeviceListTest.list(DeviceListTest.listed(bob)));

        assertThat(attempt(() -> alice.engine().devices(bob.jid())).get(0).fingerprint())
                .isEqualTo(Optional.empty());
    }

    private void swapBundle() {
        world.putBundle(bob.address(), Omemo2.VERSION.elements().toXml(world.bundle(mallory.address())));
    }

    private static Bytes twin(Bytes identityKey) {
        byte[] twin = identityKey.toByteArray();
        twin[31] ^= (byte) 0x80;
        return Bytes.of(twin);
    }
}
