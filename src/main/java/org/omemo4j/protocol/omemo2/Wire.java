/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.omemo2.wire.OMEMOAuthenticatedMessage;
import org.omemo4j.protocol.omemo2.wire.OMEMOKeyExchange;
import org.omemo4j.protocol.omemo2.wire.OMEMOMessage;
import org.omemo4j.protocol.protobuf.ProtobufMessage;

/**
 * Writes the three protobuf messages, fields ascending, and tells them apart.
 */
final class Wire {

    private Wire() {}

    static Bytes message(RatchetHeader header, Bytes ciphertext) {
        byte[] key = header.ratchetKey().bytes().toByteArray();
        byte[] encrypted = ciphertext.toByteArray();
        int n = (int) header.n();
        int pn = (int) header.pn();
        int size = CodedOutputStream.computeUInt32Size(OMEMOMessage.N_FIELD_NUMBER, n)
                + CodedOutputStream.computeUInt32Size(OMEMOMessage.PN_FIELD_NUMBER, pn)
                + CodedOutputStream.computeByteArraySize(OMEMOMessage.DH_PUB_FIELD_NUMBER, key)
                + CodedOutputStream.computeByteArraySize(OMEMOMessage.CIPHERTEXT_FIELD_NUMBER, encrypted);
        return ProtobufMessage.write(Bytes.EMPTY, size, out -> {
            out.writeUInt32(OMEMOMessage.N_FIELD_NUMBER, n);
            out.writeUInt32(OMEMOMessage.PN_FIELD_NUMBER, pn);
            out.writeByteArray(OMEMOMessage.DH_PUB_FIELD_NUMBER, key);
            out.writeByteArray(OMEMOMessage.CIPHERTEXT_FIELD_NUMBER, encrypted);
        });
    }

    static Bytes authenticated(Bytes mac, Bytes message) {
        byte[] tag = mac.toByteArray();
        byte[] covered = message.toByteArray();
        int size = CodedOutputStream.computeByteArraySize(OMEMOAuthenticatedMessage.MAC_FIELD_NUMBER, tag)
                + CodedOutputStream.computeByteArraySize(OMEMOAuthenticatedMessage.MESSAGE_FIELD_NUMBER, covered);
        return ProtobufMessage.write(Bytes.EMPTY, size, out -> {
            out.writeByteArray(OMEMOAuthenticatedMessage.MAC_FIELD_NUMBER, tag);
            out.writeByteArray(OMEMOAuthenticatedMessage.MESSAGE_FIELD_NUMBER, covered);
        });
    }

    /** An embedded message and bytes are the same on the wire. */
    static Bytes keyExchange(KeyExchange exchange, Bytes authenticated) {
        byte[] identityKey = exchange.identityKey().ed25519().bytes().toByteArray();
        byte[] ephemeralKey = exchange.ephemeralKey().bytes().toByteArray();
        byte[] message = authenticated.toByteArray();
        int size = CodedOutputStream.computeUInt32Size(OMEMOKeyExchange.PK_ID_FIELD_NUMBER, exchange.preKeyId())
                + CodedOutputStream.computeUInt32Size(OMEMOKeyExchange.SPK_ID_FIELD_NUMBER, exchange.signedPreKeyId())
                + CodedOutputStream.computeByteArraySize(OMEMOKeyExchange.IK_FIELD_NUMBER, identityKey)
                + CodedOutputStream.computeByteArraySize(OMEMOKeyExchange.EK_FIELD_NUMBER, ephemeralKey)
                + CodedOutputStream.computeByteArraySize(OMEMOKeyExchange.MESSAGE_FIELD_NUMBER, message);
        return ProtobufMessage.write(Bytes.EMPTY, size, out -> {
            out.writeUInt32(OMEMOKeyExchange.PK_ID_FIELD_NUMBER, exchange.preKeyId());
            out.writeUInt32(OMEMOKeyExchange.SPK_ID_FIELD_NUMBER, exchange.signedPreKeyId());
            out.writeByteArray(OMEMOKeyExchange.IK_FIELD_NUMBER, identityKey);
            out.writeByteArray(OMEMOKeyExchange.EK_FIELD_NUMBER, ephemeralKey);
            out.writeByteArray(OMEMOKeyExchange.MESSAGE_FIELD_NUMBER, message);
        });
    }

    /**
     * Whether the bytes are a key exchange rather than an authenticated message.  The first field known to either
     * tells: fields 1 and 2 are numbers in one and bytes in the other, 3 to 5 are in one only.  QXmpp does not mark all
     * of its key exchanges, so the mark decides only where no field does.
     *
     * @throws InvalidProtocolBufferException if a field before that is broken
     */
    static boolean isKeyExchange(byte[] content, boolean marked) throws InvalidProtocolBufferException {
        return ProtobufMessage.decide(content, 0, marked, (field, number, bytes) -> {
            if (field <= OMEMOAuthenticatedMessage.MESSAGE_FIELD_NUMBER && (bytes || number)) {
                return Optional.of(number);
            }
            return field <= OMEMOKeyExchange.MESSAGE_FIELD_NUMBER && bytes ? Optional.of(true) : Optional.empty();
        });
    }
}
