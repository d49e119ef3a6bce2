/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.omemo2.wire.OMEMOAuthenticatedMessage;
import org.omemo4j.protocol.omemo2.wire.OMEMOMessage;

/**
 * The two messages that come with every key, read field by field: protobuf's own objects would take as long as the cryptography. Reads what those
 * read, and refuses what they refuse.
 */
final class WireReader {

    private static final int MAC = bytesTag(OMEMOAuthenticatedMessage.MAC_FIELD_NUMBER);
    private static final int MESSAGE = bytesTag(OMEMOAuthenticatedMessage.MESSAGE_FIELD_NUMBER);
    private static final int N = numberTag(OMEMOMessage.N_FIELD_NUMBER);
    private static final int PN = numberTag(OMEMOMessage.PN_FIELD_NUMBER);
    private static final int DH_PUB = bytesTag(OMEMOMessage.DH_PUB_FIELD_NUMBER);
    private static final int CIPHERTEXT = bytesTag(OMEMOMessage.CIPHERTEXT_FIELD_NUMBER);

    private final CodedInputStream in;

    private WireReader(byte[] bytes) {
        in = CodedInputStream.newInstance(bytes);
    }

    /** An {@code OMEMOAuthenticatedMessage}. */
    record Authenticated(Bytes mac, Bytes message) {}

    /** An {@code OMEMOMessage}; the ciphertext is empty when there is none. {@code n} and {@code pn} are unsigned. */
    record Inner(int n, int pn, Bytes ratchetKey, Bytes ciphertext) {}

    /**
     * The outer message.
     *
     * @throws InvalidProtocolBufferException if it is not in protobuf's format, or a required field is missing
     */
    static Authenticated authenticated(byte[] bytes) throws InvalidProtocolBufferException {
        WireReader reader = new WireReader(bytes);
        Bytes mac = null;
        Bytes message = null;
        try {
            for (int tag = reader.next(); tag != 0; tag = reader.next()) {
                if (tag == MAC) {
                    mac = reader.bytes();
                } else if (tag == MESSAGE) {
                    message = reader.bytes();
                } else {
                    reader.skip(tag);
                }
            }
        } catch (IOException e) {
            throw broken(e);
        }
        return new Authenticated(required(mac), required(message));
    }

    /**
     * The inner message.
     *
     * @throws InvalidProtocolBufferException if it is not in protobuf's format, or a required field is missing
     */
    static Inner message(Bytes message) throws InvalidProtocolBufferException {
        WireReader reader = new WireReader(message.toByteArray());
        Integer n = null;
        Integer pn = null;
        Bytes ratchetKey = null;
        Bytes ciphertext = Bytes.EMPTY;
        try {
            for (int tag = reader.next(); tag != 0; tag = reader.next()) {
                if (tag == N) {
                    n = reader.in.readUInt32();
                } else if (tag == PN) {
                    pn = reader.in.readUInt32();
                } else if (tag == DH_PUB) {
                    ratchetKey = reader.bytes();
                } else if (tag == CIPHERTEXT) {
                    ciphertext = reader.bytes();
                } else {
                    reader.skip(tag);
                }
            }
        } catch (IOException e) {
            throw broken(e);
        }
        return new Inner(required(n), required(pn), required(ratchetKey), ciphertext);
    }

    private int next() throws IOException {
        return in.readTag();
    }

    private Bytes bytes() throws IOException {
        return Bytes.of(in.readByteArray());
    }

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that did not begin");
        }
    }

    private static <T> T required(@Nullable T field) throws InvalidProtocolBufferException {
        if (field == null) {
            throw new InvalidProtocolBufferException("a required field is missing");
        }
        return field;
    }

    private static InvalidProtocolBufferException broken(IOException e) {
        return e instanceof InvalidProtocolBufferException known ? known : new InvalidProtocolBufferException(e);
    }

    private static int bytesTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int numberTag(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }
}
