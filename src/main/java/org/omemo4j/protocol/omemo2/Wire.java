/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.omemo2.wire.OMEMOAuthenticatedMessage;
import org.omemo4j.protocol.omemo2.wire.OMEMOKeyExchange;
import org.omemo4j.protocol.omemo2.wire.OMEMOMessage;

/**
 * Writes the three protobuf messages, fields ascending, and tells them apart.  Written straight into one array each:
 * this runs once for every device of every message, and builders would double its cost.
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
        return write(size, out -> {
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
        return write(size, out -> {
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
        return write(size, out -> {
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
        CodedInputStream in = CodedInputStream.newInstance(content);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                boolean bytes = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                boolean number = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
                if (field <= OMEMOAuthenticatedMessage.MESSAGE_FIELD_NUMBER && (bytes || number)) {
                    return number;
                }
                if (field <= OMEMOKeyExchange.MESSAGE_FIELD_NUMBER && bytes) {
                    return true;
                }
                if (!in.skipField(tag)) {
                    return marked;
                }
            }
            return marked;
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private static Bytes write(int size, Fields fields) {
        byte[] bytes = new byte[size];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the right size was too small", e);
        }
        return Bytes.of(bytes);
    }

    /** The fields of one message. */
    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }
}
