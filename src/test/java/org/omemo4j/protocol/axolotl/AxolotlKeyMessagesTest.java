/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.MessageCipher;
import org.omemo4j.protocol.RatchetMessage;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.protocol.Role;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKeyPair;

class AxolotlKeyMessagesTest {

    private static final KeyMessages MESSAGES = Axolotl.VERSION.keyMessages();

    private final SecureRandom random = new SecureRandom();
    private final X25519KeyPair ratchetKey = X25519KeyPair.generate(random);
    private final MessageKey messageKey = new MessageKey(Secret.random(random, 32));
    private final AssociatedData associatedData = new AssociatedData(Bytes.ofAscii("alice"), Bytes.ofAscii("bob"));
    private final Secret plaintext = Secret.random(random, 32);
    private final KeyExchange exchange = new KeyExchange(
            Integer.MAX_VALUE, 1, IdentityKeyPair.generate(random).publicKey(), ratchetKey.publicKey());
    private final Bytes sealed = MESSAGES.seal(
            plaintext, new RatchetHeader(ratchetKey.publicKey(), 0, 0), messageKey, associatedData, Role.INITIATOR);
    private final Bytes framed = MESSAGES.frame(exchange, sealed);

    @Test
    void writesAVersionByteFieldsAscendingZeroCountersAndEightBytesOfMac() {
        Bytes key = Bytes.concat(Bytes.ofHex("05"), ratchetKey.publicKey().bytes());

        assertThat(sealed.size()).isEqualTo(1 + 35 + 2 + 2 + 2 + 48 + 8);
        assertThat(sealed.slice(0, 1 + 35 + 2 + 2 + 2))
                .isEqualTo(Bytes.concat(Bytes.ofHex("330a21"), key, Bytes.ofHex("100018002230")));
    }

    @Test
    void writesAKeyExchangeWithoutAMacOfItsOwn() {
        Bytes identity =
                Bytes.concat(Bytes.ofHex("05"), exchange.identityKey().x25519().bytes());
        Bytes base = Bytes.concat(Bytes.ofHex("05"), exchange.ephemeralKey().bytes());

        assertThat(framed)
                .isEqualTo(Bytes.concat(
                        Bytes.ofHex("3308ffffffff071221"),
                        base,
                        Bytes.ofHex("1a21"),
                        identity,
                        Bytes.ofHex("2262"),
                        sealed,
                        Bytes.ofHex("3001")));
    }

    @Test
    void theMacNamesTheSenderFirst() throws Exception {
        AssociatedData swapped = new AssociatedData(associatedData.responder(), associatedData.initiator());
        RatchetMessage message = parse(sealed, false).message();

        assertThat(MESSAGES.open(message, messageKey, swapped, Role.RESPONDER)).isEqualTo(plaintext);
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> MESSAGES.open(message, messageKey, associatedData, Role.RESPONDER));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x30, 0x31, 0x32, 0x33, 0x34, 0x3f})
    void takesAnyLowNibbleInsideAndOutside(int version) throws Exception {
        Bytes message = withVersion(sealed, version);

        assertThat(parse(message, false).exchange()).isEmpty();
        assertThat(parse(withVersion(MESSAGES.frame(exchange, message), version), true)
                        .exchange())
                .contains(exchange);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x03, 0x13, 0x22, 0x23, 0x43, 0x44, 0x53, 0xb3, 0xff})
    void refusesOtherVersionsInsideAndOutside(int version) {
        refuses(withVersion(sealed, version));
        refuses(withVersion(framed, version));
        refuses(MESSAGES.frame(exchange, withVersion(sealed, version)));
    }

    @Test
    void anAbsentPreviousCounterIsZero() throws Exception {
        Bytes without = Bytes.concat(sealed.slice(0, 38), sealed.slice(40, sealed.size()));

        assertThat(parse(without, false).message().header().pn()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2805", // registration_id = 5
                "28ffffffff0f", // registration_id = 2^32-1
                "3a03787979", // field 7, Kyber
                "4001", // field 8, Kyber
            })
    void whatElseIsInAKeyExchangeIsNotRead(String fields) throws Exception {
        Bytes longer = Bytes.concat(framed, Bytes.ofHex(fields));

        assertThat(parse(longer, false)).isEqualTo(parse(framed, false));
    }

    @Test
    void fieldsOfNewerSendersInAMessageAreNotReadAndAreUnderTheMac() throws Exception {
        Bytes message = Bytes.concat(sealed.slice(0, sealed.size() - 8), Bytes.ofHex("2a0178320179"));
        Bytes mac = new MessageCipher(Axolotl.VERSION.ratchet(), 8, messageKey)
                .mac(associatedData.initiator(), associatedData.responder(), message);
        ReceivedKey received = parse(Bytes.concat(message, mac), true);

        assertThat(received.exchange()).isEmpty();
        assertThat(MESSAGES.open(received.message(), messageKey, associatedData, Role.INITIATOR))
                .isEqualTo(plaintext);
    }

    @Test
    void aKeyExchangeIsToldInAnyOrderOfItsFields() throws Exception {
        Bytes behind = framed.slice(1, framed.size());
        for (int at : new int[] {6, 6 + 35, 6 + 35 + 35, behind.size() - 2}) {
            Bytes turned = Bytes.concat(Bytes.ofHex("33"), behind.slice(at, behind.size()), behind.slice(0, at));
            assertThat(parse(turned, false).exchange()).as("from byte %d", at).contains(exchange);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "33",
                "3308",
                "330a21",
                "33ffffffffffffffffffffff",
                "330affffffff07",
                "330e",
                "337c",
                "3300",
                "330000000000000000",
                "3333333333333333333333",
            })
    void refusesBrokenMessages(String hex) {
        refuses(Bytes.ofHex(hex));
    }

    @Test
    void refusesThousandsOfNestedGroups() {
        refuses(Bytes.ofHex("33" + "7b".repeat(4000)));
        refuses(Bytes.concat(
                Bytes.ofHex("33" + "7b".repeat(1500) + "7c".repeat(1500)), framed.slice(1, framed.size())));
    }

    @Test
    void refusesKeysOfAnotherTypeOrSize() {
        byte[] otherType = sealed.toByteArray();
        otherType[3] = 4;
        Bytes bare =
                Bytes.concat(Bytes.ofHex("330a20"), ratchetKey.publicKey().bytes(), sealed.slice(36, sealed.size()));
        Bytes longer = Bytes.concat(
                Bytes.ofHex("330a2205"),
                ratchetKey.publicKey().bytes(),
                Bytes.ofHex("00"),
                sealed.slice(36, sealed.size()));

        refuses(Bytes.of(otherType));
        refuses(bare);
        refuses(longer);
    }

    private static Bytes withVersion(Bytes message, int version) {
        return Bytes.concat(Bytes.of((byte) version), message.slice(1, message.size()));
    }

    private void refuses(Bytes content) {
        for (boolean marked : new boolean[] {true, false}) {
            assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> parse(content, marked));
        }
    }

    private static ReceivedKey parse(Bytes content, boolean marked) throws MalformedMessageException {
        return MESSAGES.parse(new EncryptedKey(Optional.empty(), new DeviceId(1), marked, content));
    }
}
