/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

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
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.RatchetMessage;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.protocol.Role;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKeyPair;

class Omemo2KeyMessagesTest {

    private static final KeyMessages MESSAGES = Omemo2.VERSION.keyMessages();

    private final SecureRandom random = new SecureRandom();
    private final X25519KeyPair ratchetKey = X25519KeyPair.generate(random);
    private final MessageKey messageKey = new MessageKey(Secret.random(random, 32));
    private final AssociatedData associatedData =
            new AssociatedData(Bytes.of(new byte[32]), Bytes.ofAscii("0123456789abcdef0123456789abcdef"));
    private final Secret plaintext = Secret.random(random, 48);
    private final RatchetHeader header = new RatchetHeader(ratchetKey.publicKey(), 0xffffffffL, 300);
    private final KeyExchange exchange = new KeyExchange(
            Integer.MAX_VALUE, 1, IdentityKeyPair.generate(random).publicKey(), ratchetKey.publicKey());
    private final Bytes sealed = MESSAGES.seal(plaintext, header, messageKey, associatedData, Role.INITIATOR);
    private final Bytes framed = MESSAGES.frame(exchange, sealed);

    @Test
    void theMacIsTheSameWhoeverSends() throws Exception {
        RatchetMessage message = parse(sealed, false).message();

        assertThat(message.header()).isEqualTo(header);
        for (Role sender : Role.values()) {
            assertThat(MESSAGES.open(message, messageKey, associatedData, sender))
                    .isEqualTo(plaintext);
        }
    }

    @Test
    void unknownFieldInFrontHidesNothing() throws Exception {
        Bytes unknown = Bytes.ofHex("7a0378797a"); // field 15, three bytes

        assertThat(parse(Bytes.concat(unknown, framed), false).exchange()).contains(exchange);
        assertThat(parse(Bytes.concat(unknown, sealed), true).exchange()).isEmpty();
    }

    @Test
    void ofARepeatedFieldTheLastCounts() throws Exception {
        Bytes repeated = Bytes.concat(Bytes.ofHex("0805"), framed);

        assertThat(parse(repeated, true).exchange()).contains(exchange);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "08", // a number without its value
                "08ffffffffffffffffffffff01", // a number of 11 bytes
                "0a8080808080808080808001", // a length of 11 bytes
                "0affffffff07", // 2 GiB
                "0affffffff0f", // a negative length
                "0b0b0b0c0c0c", // groups in a known field
                "7b7b7b7b7b7b", // groups without end
                "7c", // the end of a group
                "0e", // wire type 6
                "0f", // wire type 7
                "00", // field 0
                "33",
            })
    void refusesBrokenProtobuf(String hex) {
        refuses(Bytes.ofHex(hex));
    }

    @Test
    void refusesThousandsOfNestedGroups() {
        refuses(Bytes.ofHex("7b".repeat(4000)));
        refuses(Bytes.concat(Bytes.ofHex("7b".repeat(1500) + "7c".repeat(1500)), framed));
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
