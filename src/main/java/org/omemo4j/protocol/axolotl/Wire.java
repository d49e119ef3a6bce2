/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.axolotl.wire.PreKeySignalMessage;
import org.omemo4j.protocol.axolotl.wire.SignalMessage;
import org.omemo4j.protocol.protobuf.ProtobufMessage;

/** Writes the two messages, fields ascending behind a version byte, and tells them apart. */
final class Wire {

    /** Size of what stands before the protobuf: one byte. */
    static final int HEAD_SIZE = 1;

    /** Version 3 of the message in the high nibble; the highest version that we know in the low one. */
    private static final Bytes HEAD = Bytes.of((byte) 0x33);

    private static final int VERSION = 3;

    private Wire() {}

    static Bytes message(RatchetHeader header, Bytes ciphertext) {
        byte[] key = AxolotlParameters.encode(header.ratchetKey()).toByteArray();
        byte[] encrypted = ciphertext.toByteArray();
        int n = (int) header.n();
        int pn = (int) header.pn();
        int size = CodedOutputStream.computeByteArraySize(SignalMessage.RATCHET_KEY_FIELD_NUMBER, key)
                + CodedOutputStream.computeUInt32Size(SignalMessage.COUNTER_FIELD_NUMBER, n)
                + CodedOutputStream.computeUInt32Size(SignalMessage.PREVIOUS_COUNTER_FIELD_NUMBER, pn)
                + CodedOutputStream.computeByteArraySize(SignalMessage.CIPHERTEXT_FIELD_NUMBER, encrypted);
        return ProtobufMessage.write(HEAD, size, out -> {
            out.writeByteArray(SignalMessage.RATCHET_KEY_FIELD_NUMBER, key);
            out.writeUInt32(SignalMessage.COUNTER_FIELD_NUMBER, n);
            out.writeUInt32(SignalMessage.PREVIOUS_COUNTER_FIELD_NUMBER, pn);
            out.writeByteArray(SignalMessage.CIPHERTEXT_FIELD_NUMBER, encrypted);
        });
    }

    /** Without {@code registration_id}, as python-oldmemo writes it: every client reads who sent it from the stanza. */
    static Bytes keyExchange(KeyExchange exchange, Bytes sealed) {
        byte[] baseKey = AxolotlParameters.encode(exchange.ephemeralKey()).toByteArray();
        byte[] identityKey =
                AxolotlParameters.encode(exchange.identityKey().x25519()).toByteArray();
        byte[] message = sealed.toByteArray();
        int preKeyId = exchange.preKeyId();
        int signedPreKeyId = exchange.signedPreKeyId();
        int size = CodedOutputStream.computeUInt32Size(PreKeySignalMessage.PRE_KEY_ID_FIELD_NUMBER, preKeyId)
                + CodedOutputStream.computeByteArraySize(PreKeySignalMessage.BASE_KEY_FIELD_NUMBER, baseKey)
                + CodedOutputStream.computeByteArraySize(PreKeySignalMessage.IDENTITY_KEY_FIELD_NUMBER, identityKey)
                + CodedOutputStream.computeByteArraySize(PreKeySignalMessage.MESSAGE_FIELD_NUMBER, message)
                + CodedOutputStream.computeUInt32Size(
                        PreKeySignalMessage.SIGNED_PRE_KEY_ID_FIELD_NUMBER, signedPreKeyId);
        return ProtobufMessage.write(HEAD, size, out -> {
            out.writeUInt32(PreKeySignalMessage.PRE_KEY_ID_FIELD_NUMBER, preKeyId);
            out.writeByteArray(PreKeySignalMessage.BASE_KEY_FIELD_NUMBER, baseKey);
            out.writeByteArray(PreKeySignalMessage.IDENTITY_KEY_FIELD_NUMBER, identityKey);
            out.writeByteArray(PreKeySignalMessage.MESSAGE_FIELD_NUMBER, message);
            out.writeUInt32(PreKeySignalMessage.SIGNED_PRE_KEY_ID_FIELD_NUMBER, signedPreKeyId);
        });
    }

    /** Refuses another version of the message than 3.  What else the sender knows, in the low nibble, does not matter. */
    static void requireVersion(byte[] content) throws MalformedMessageException {
        if (content.length < HEAD_SIZE || (content[0] & 0xff) >>> 4 != VERSION) {
            throw new MalformedMessageException("not a message of version " + VERSION);
        }
    }

    /**
     * Whether the bytes behind the version are a PreKeySignalMessage rather than a SignalMessage, whatever the sender called them.  Nothing but their
     * fields tells: 1, 5 and 6 are a number in the first and bytes in the second, 2 and 3 the other way round, and 4 is bytes in both.  A good
     * message has its field 1, so the mark decides only about what is refused in any case.
     *
     * @throws InvalidProtocolBufferException if a field before the one that tells is broken
     */
    static boolean isKeyExchange(byte[] content, boolean marked) throws InvalidProtocolBufferException {
        return ProtobufMessage.decide(content, HEAD_SIZE, marked, (field, number, bytes) -> switch (field) {
            case PreKeySignalMessage.PRE_KEY_ID_FIELD_NUMBER,
                    PreKeySignalMessage.REGISTRATION_ID_FIELD_NUMBER,
                    PreKeySignalMessage.SIGNED_PRE_KEY_ID_FIELD_NUMBER ->
                number || bytes ? Optional.of(number) : Optional.empty();
            case PreKeySignalMessage.BASE_KEY_FIELD_NUMBER, PreKeySignalMessage.IDENTITY_KEY_FIELD_NUMBER ->
                number || bytes ? Optional.of(bytes) : Optional.empty();
            default -> Optional.empty();
        });
    }
}
