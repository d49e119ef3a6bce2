/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Action.FetchBundle;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.OmemoEvent.BundleUnusable;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.testkit.SeededRandom;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.x3dh.IdentityKeyPair;

/** A device with a bad bundle is left out and told; everybody else gets the message. */
class BundleTest {
    private static final String NAMESPACE = "urn:xmpp:omemo:2";

    /** World, good bundle in; bad bundle out. */
    @FunctionalInterface
    private interface Damage {
        XmlElement of(XmlElement bundle, TestDevice owner);
    }

    @TestFactory
    Stream<DynamicTest> aBadBundleLeavesOnlyItsDeviceOut() {
        return damages().entrySet().stream()
                .map(damage ->
                        DynamicTest.dynamicTest(damage.getKey(), () -> leavesOnlyItsDeviceOut(damage.getValue())));
    }

    private static void leavesOnlyItsDeviceOut(Damage damage) {
        World world = new World();
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        TestDevice laptop = world.device("bob@example.com");
        XmlElement good = Omemo2.VERSION.elements().toXml(world.bundle(laptop.address()));
        world.putBundle(laptop.address(), damage.of(good, laptop));

        Encryption result = alice.encrypt(bob.jid(), "Hello");

        assertThat(result).isInstanceOfSatisfying(Encryption.Encrypted.class, it -> {
            assertThat(it.devices()).containsExactly(bob.address());
            assertThat(it.leftOut()).containsExactly(new LeftOut(laptop.address(), LeftOut.Why.NO_USABLE_BUNDLE));
            alice.perform(it.reaction());
        });
        assertThat(alice.events(BundleUnusable.class))
                .extracting(BundleUnusable::device)
                .containsExactly(laptop.address());
    }

    private static Map<String, Damage> damages() {
        Map<String, Damage> damages = new LinkedHashMap<>();
        damages.put(
                "signed by another key",
                (bundle, owner) -> withSignature(
                        bundle,
                        IdentityKeyPair.generate(new SeededRandom(4)).sign(key(bundle, "spk"), new SeededRandom(5))));
        damages.put(
                "signed in the form of the other namespace",
                (bundle, owner) -> withSignature(
                        bundle,
                        identity(owner)
                                .sign(Bytes.concat(Bytes.of((byte) 5), key(bundle, "spk")), new SeededRandom(5))));
        damages.put(
                "signature with S beyond the group's order",
                (bundle, owner) -> withSignature(bundle, altered(key(bundle, "spks"), 63, (byte) 0xe0)));
        damages.put(
                "signature of 63 bytes",
                (bundle, owner) -> withSignature(bundle, key(bundle, "spks").slice(0, 63)));
        damages.put(
                "signature of 65 bytes",
                (bundle, owner) -> withSignature(bundle, Bytes.concat(key(bundle, "spks"), Bytes.of((byte) 0))));
        for (String child : new String[] {"spk", "spks", "ik", "prekeys"}) {
            damages.put("no " + child, (bundle, owner) -> edited(bundle, child, element -> null));
        }
        damages.put(
                "no prekeys in <prekeys/>",
                (bundle, owner) ->
                        edited(bundle, "prekeys", element -> builder("prekeys").build()));
        damages.put("a prekey without an id", (bundle, owner) -> withPreKeys(bundle, preKey(null, new byte[32])));
        damages.put("a prekey with id 0", (bundle, owner) -> withPreKeys(bundle, preKey("0", nine())));
        damages.put("a prekey with id 2^31", (bundle, owner) -> withPreKeys(bundle, preKey("2147483648", nine())));
        damages.put(
                "two prekeys with one id",
                (bundle, owner) -> withPreKeys(
                        bundle,
                        preKey("1", nine()),
                        preKey("1", key(bundle, "spk").toByteArray())));
        damages.put(
                "a signed prekey with id 0",
                (bundle, owner) -> edited(
                        bundle,
                        "spk",
                        spk -> builder("spk")
                                .attribute("id", "0")
                                .text(spk.text())
                                .build()));
        damages.put("1001 prekeys", (bundle, owner) -> {
            XmlElement[] many = new XmlElement[1001];
            for (int i = 0; i < many.length; i++) {
                many[i] = preKey(Integer.toString(i + 1), nine());
            }
            return withPreKeys(bundle, many);
        });
        for (int size : new int[] {0, 31, 33, 100_000}) {
            damages.put(
                    "an identity key of " + size + " bytes", (bundle, owner) -> withKey(bundle, "ik", new byte[size]));
            damages.put(
                    "a prekey of " + size + " bytes",
                    (bundle, owner) -> withPreKeys(bundle, preKey("1", new byte[size])));
        }
        damages.put("an identity key of small order", (bundle, owner) -> withKey(bundle, "ik", one()));
        damages.put("an identity key with y = p", (bundle, owner) -> withKey(bundle, "ik", p(0)));
        damages.put("a signed prekey of low order", (bundle, owner) -> withKey(bundle, "spk", new byte[32]));
        for (int offset = -1; offset <= 1; offset++) {
            byte[] point = p(offset);
            damages.put(
                    "a prekey u = p" + (offset < 0 ? "-1" : "+" + offset),
                    (bundle, owner) -> withPreKeys(bundle, preKey("1", point)));
        }
        damages.put(
                "a prekey with the top bit set",
                (bundle, owner) -> withPreKeys(
                        bundle,
                        preKey("1", altered(Bytes.of(nine()), 31, (byte) 0x80).toByteArray())));
        damages.put(
                "no base64",
                (bundle, owner) ->
                        edited(bundle, "ik", element -> builder("ik").text("!").build()));
        damages.put("another element", (bundle, owner) -> builder("other").build());
        return damages;
    }

    @Test
    void c8_aMissingBundleIsAskedForAtMostOnceAMinute() {
        World world = new World();
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        TestDevice laptop = world.device("bob@example.com");
        world.removeBundle(laptop.address());

        for (int i = 0; i < 10; i++) {
            alice.send(bob, "message " + i);
        }
        assertThat(fetches(alice, laptop)).isEqualTo(1);
        world.clock().advance(Duration.ofSeconds(61));
        alice.send(bob, "later");

        assertThat(fetches(alice, laptop)).isEqualTo(2);
    }

    @Test
    void aBundleThatIsMendedIsUsed() {
        World world = new World();
        TestDevice alice = world.device("alice@example.org");
        TestDevice bob = world.device("bob@example.com");
        XmlElement good = Omemo2.VERSION.elements().toXml(world.bundle(bob.address()));
        world.removeBundle(bob.address());
        assertThat(alice.encrypt(bob.jid(), "one")).isInstanceOf(Encryption.Refused.class);
        world.putBundle(bob.address(), good);
        world.clock().advance(Duration.ofSeconds(61));

        bob.read(alice.send(bob, "two"));

        assertThat(bob.inbox()).containsExactly("two");
    }

    private static long fetches(TestDevice by, TestDevice of) {
        return by.performed(FetchBundle.class).stream()
                .filter(fetch -> fetch.address().equals(of.address()))
                .count();
    }

    private static IdentityKeyPair identity(TestDevice owner) {
        return IdentityKeyPair.ofSeed(TestDevice.attempt(() -> owner.store().ownDevice())
                .orElseThrow()
                .identityKey());
    }

    private static XmlElement withSignature(XmlElement bundle, Bytes signature) {
        return withKey(bundle, "spks", signature.toByteArray());
    }

    private static XmlElement withKey(XmlElement bundle, String child, byte[] key) {
        return edited(bundle, child, old -> {
            XmlElement.Builder altered = builder(child).text(base64(key));
            old.attribute("id").ifPresent(id -> altered.attribute("id", id));
            return altered.build();
        });
    }

    private static XmlElement withPreKeys(XmlElement bundle, XmlElement... preKeys) {
        XmlElement.Builder altered = builder("prekeys");
        Arrays.stream(preKeys).forEach(altered::child);
        return edited(bundle, "prekeys", old -> altered.build());
    }

    private static XmlElement preKey(@Nullable String id, byte[] key) {
        XmlElement.Builder preKey = builder("pk").text(base64(key));
        return id == null ? preKey.build() : preKey.attribute("id", id).build();
    }

    /** One child altered, or left out where the edit gives nothing. */
    private static XmlElement edited(XmlElement bundle, String child, Edit edit) {
        XmlElement.Builder altered = builder("bundle");
        bundle.elements().forEach(element -> {
            XmlElement next = element.name().equals(child) ? edit.of(element) : element;
            if (next != null) {
                altered.child(next);
            }
        });
        return altered.build();
    }

    @FunctionalInterface
    private interface Edit {
        @Nullable
        XmlElement of(XmlElement element);
    }

    private static XmlElement.Builder builder(String name) {
        return XmlElement.builder(name, NAMESPACE);
    }

    private static Bytes key(XmlElement bundle, String child) {
        return Bytes.of(Base64.getDecoder()
                .decode(bundle.child(child, NAMESPACE).orElseThrow().text()));
    }

    private static Bytes altered(Bytes bytes, int at, byte bits) {
        byte[] altered = bytes.toByteArray();
        altered[at] |= bits;
        return Bytes.of(altered);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The base point. */
    private static byte[] nine() {
        byte[] nine = new byte[32];
        nine[0] = 9;
        return nine;
    }

    private static byte[] one() {
        byte[] one = new byte[32];
        one[0] = 1;
        return one;
    }

    /** 2^255-19 and its neighbours. */
    private static byte[] p(int offset) {
        byte[] p = new byte[32];
        Arrays.fill(p, (byte) 0xff);
        p[0] = (byte) (0xed + offset);
        p[31] = 0x7f;
        return p;
    }
}
