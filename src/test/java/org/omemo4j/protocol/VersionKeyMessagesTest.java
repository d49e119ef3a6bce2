/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.testkit.VectorVersion;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKeyPair;

/** What the key messages of all versions have in common. */
class VersionKeyMessagesTest {

    private final SecureRandom random = new SecureRandom();
    private final X25519KeyPair ratchetKey = X25519KeyPair.generate(random);
    private final MessageKey messageKey = new MessageKey(Secret.random(random, 32));
    private final AssociatedData associatedData =
            new AssociatedData(Bytes.of(new byte[32]), Bytes.ofAscii("0123456789abcdef0123456789abcdef"));
    private final Secret plaintext = Secret.random(random, 48);
    private final RatchetHeader header = new RatchetHeader(ratchetKey.publicKey(), 0xffffffffL, 300);
    private final KeyExchange exchange = new KeyExchange(
            Integer.MAX_VALUE, 1, IdentityKeyPair.generate(random).publicKey(), ratchetKey.publicKey());

    @ParameterizedTest
    @EnumSource
    void opensWhatEitherSideSealed(VectorVersion version) throws Exception {
        KeyMessages messages = version.version().keyMessages();
        for (Role sender : Role.values()) {
            Bytes sealed = messages.seal(plaintext, header, messageKey, associatedData, sender);
            RatchetMessage message = parse(messages, sealed, false).message();

            assertThat(message.header()).isEqualTo(header);
            assertThat(messages.open(message, messageKey, associatedData, sender))
                    .isEqualTo(plaintext);
        }
    }

    @ParameterizedTest
    @EnumSource
    void contentDecidesWhetherItIsAKeyExchangeNotTheMark(VectorVersion version) throws Exception {
        KeyMessages messages = version.version().keyMessages();
        Bytes sealed = sealed(messages);
        Bytes framed = messages.frame(exchange, sealed);

        assertThat(parse(messages, framed, false).exchange()).contains(exchange);
        assertThat(parse(messages, framed, true).exchange()).contains(exchange);
        assertThat(parse(messages, sealed, true).exchange()).isEmpty();
        assertThat(parse(messages, sealed, false).exchange()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anyFlippedBitIsRefused(VectorVersion version) throws Exception {
        KeyMessages messages = version.version().keyMessages();
        Bytes sealed = sealed(messages);
        for (int bit = 0; bit < sealed.size() * 8; bit++) {
            byte[] flipped = sealed.toByteArray();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(opens(messages, Bytes.of(flipped))).as("bit %d", bit).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesToOpenWithAnotherKeyOrOtherAssociatedData(VectorVersion version) throws Exception {
        KeyMessages messages = version.version().keyMessages();
        RatchetMessage message = parse(messages, sealed(messages), false).message();
        AssociatedData swapped = new AssociatedData(associatedData.responder(), associatedData.initiator());

        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> messages.open(message, messageKey, swapped, Role.INITIATOR));
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> messages.open(
                        message, new MessageKey(Secret.random(random, 32)), associatedData, Role.INITIATOR));
    }

    @ParameterizedTest
    @EnumSource
    void refusesMoreThan4096Bytes(VectorVersion version) {
        KeyMessages messages = version.version().keyMessages();
        Bytes framed = messages.frame(exchange, sealed(messages));
        Bytes longer = Bytes.concat(framed, Bytes.ofHex("7aff1f"), Bytes.of(new byte[4095]));

        for (boolean marked : new boolean[] {true, false}) {
            assertThatExceptionOfType(MalformedMessageException.class)
                    .isThrownBy(() -> parse(messages, longer, marked));
        }
    }

    private Bytes sealed(KeyMessages messages) {
        return messages.seal(plaintext, header, messageKey, associatedData, Role.INITIATOR);
    }

    private boolean opens(KeyMessages messages, Bytes content) {
        try {
            ReceivedKey received = parse(messages, content, false);
            messages.open(received.message(), messageKey, associatedData, Role.INITIATOR);
            return true;
        } catch (MalformedMessageException | AuthenticationFailedException e) {
            return false;
        }
    }

    private static ReceivedKey parse(KeyMessages messages, Bytes content, boolean marked)
            throws MalformedMessageException {
        return messages.parse(new EncryptedKey(Optional.empty(), new DeviceId(1), marked, content));
    }
}
