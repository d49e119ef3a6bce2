/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;

/**
 * Protobuf messages without builders: written straight into one array each, since this runs once for every device of every
 * message; and told apart by their first fields.
 */
public final class ProtobufMessage {

    private ProtobufMessage() {}

    /** The fields of one message. */
    @FunctionalInterface
    public interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /** What a field says about the kind of the message that it is in. */
    @FunctionalInterface
    public interface Telling {

        /**
         * Whether the message is of the kind that is asked for; nothing if a message of either kind can have this field.
         *
         * @param number whether the field is a number
         * @param bytes whether it is a string of bytes
         */
        Optional<Boolean> tells(int field, boolean number, boolean bytes);
    }

    /**
     * The message.
     *
     * @param head what stands before it
     * @param size bytes of the message itself
     */
    public static Bytes write(Bytes head, int size, Fields fields) {
        byte[] bytes = new byte[head.size() + size];
        System.arraycopy(head.toByteArray(), 0, bytes, 0, head.size());
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes, head.size(), size);
            fields.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the right size was too small", e);
        }
        return Bytes.of(bytes);
    }

    /**
     * Whether a message is of a kind, by the first field that tells.
     *
     * @param offset where in the content the message begins
     * @param otherwise the answer where no field tells
     * @throws InvalidProtocolBufferException if a field before that is broken
     */
    public static boolean decide(byte[] content, int offset, boolean otherwise, Telling telling)
            throws InvalidProtocolBufferException {
        CodedInputStream in = CodedInputStream.newInstance(content, offset, content.length - offset);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int type = WireFormat.getTagWireType(tag);
                Optional<Boolean> told = telling.tells(
                        WireFormat.getTagFieldNumber(tag),
                        type == WireFormat.WIRETYPE_VARINT,
                        type == WireFormat.WIRETYPE_LENGTH_DELIMITED);
                if (told.isPresent()) {
                    return told.get();
                }
                if (!in.skipField(tag)) {
                    return otherwise;
                }
            }
            return otherwise;
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    /** The bytes of a field. */
    public static Bytes bytes(ByteString field) {
        return Bytes.of(field.toByteArray());
    }
}
