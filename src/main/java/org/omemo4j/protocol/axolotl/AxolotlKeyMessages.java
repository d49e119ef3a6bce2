/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.doubleratchet.MessageKey;
import org.omemo4j.doubleratchet.RatchetHeader;
import org.omemo4j.protocol.AuthenticationFailedException;
import org.omemo4j.protocol.EncryptedKey;
import org.omemo4j.protocol.KeyExchange;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.MessageCipher;
import org.omemo4j.protocol.RatchetMessage;
import org.omemo4j.protocol.ReceivedKey;
import org.omemo4j.protocol.Role;
import org.omemo4j.protocol.axolotl.wire.PreKeySignalMessage;
import org.omemo4j.protocol.axolotl.wire.SignalMessage;
import org.omemo4j.protocol.protobuf.ProtobufMessage;
import org.omemo4j.x3dh.AssociatedData;

/**
 * The messages of version 3 of the Signal protocol.  The MAC stands behind the SignalMessage and covers the identity keys, that of the message's sender first,
 * and then version byte and protobuf as they are on the wire.
 */
final class AxolotlKeyMessages implements KeyMessages {

    /** The MAC covers the key that agrees, which has no sign.  This is the sign with which libomemo-c and we sign. */
    private static final int SIGN_BIT = 0;

    @Override
    public ReceivedKey parse(EncryptedKey key) throws MalformedMessageException {
        if (key.content().size() > EncryptedKey.MAX_BYTES) {
            throw new MalformedMessageException("a key message of more than " + EncryptedKey.MAX_BYTES + " bytes");
        }
        byte[] content = key.content().toByteArray();
        Wire.requireVersion(content);
        try {
            if (!Wire.isKeyExchange(content, key.keyExchange())) {
                return new ReceivedKey(Optional.empty(), message(key.content()));
            }
            PreKeySignalMessage exchange =
                    PreKeySignalMessage.parseFrom(Arrays.copyOfRange(content, Wire.HEAD_SIZE, content.length));
            return new ReceivedKey(
                    Optional.of(exchange(exchange)), message(ProtobufMessage.bytes(exchange.getMessage())));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a key message that is not in its protobuf format");
        }
    }

    @Override
    public Bytes seal(
            Secret plaintext, RatchetHeader header, MessageKey messageKey, AssociatedData associatedData, Role sender) {
        MessageCipher cipher = cipher(messageKey);
        Bytes message = Wire.message(header, cipher.encrypt(plaintext));
        return Bytes.concat(message, cipher.mac(from(associatedData, sender), to(associatedData, sender), message));
    }

    @Override
    public Bytes frame(KeyExchange exchange, Bytes sealed) {
        return Wire.keyExchange(exchange, sealed);
    }

    @Override
    public Secret open(RatchetMessage message, MessageKey messageKey, AssociatedData associatedData, Role sender)
            throws AuthenticationFailedException {
        return cipher(messageKey)
                .open(message, from(associatedData, sender), to(associatedData, sender), message.authenticated());
    }

    private static MessageCipher cipher(MessageKey messageKey) {
        return new MessageCipher(AxolotlParameters.RATCHET, AxolotlParameters.MAC_SIZE, messageKey);
    }

    private static Bytes from(AssociatedData associatedData, Role sender) {
        return sender == Role.INITIATOR ? associatedData.initiator() : associatedData.responder();
    }

    private static Bytes to(AssociatedData associatedData, Role sender) {
        return sender == Role.INITIATOR ? associatedData.responder() : associatedData.initiator();
    }

    private static KeyExchange exchange(PreKeySignalMessage exchange) throws MalformedMessageException {
        if (exchange.getPreKeyId() < 1 || exchange.getSignedPreKeyId() < 1) {
            throw new MalformedMessageException("a key exchange with a prekey id out of range");
        }
        return new KeyExchange(
                exchange.getPreKeyId(),
                exchange.getSignedPreKeyId(),
                AxolotlParameters.identityKey(ProtobufMessage.bytes(exchange.getIdentityKey()), SIGN_BIT),
                AxolotlParameters.decode(ProtobufMessage.bytes(exchange.getBaseKey())));
    }

    private static RatchetMessage message(Bytes whole)
            throws InvalidProtocolBufferException, MalformedMessageException {
        byte[] content = whole.toByteArray();
        Wire.requireVersion(content);
        int end = content.length - AxolotlParameters.MAC_SIZE;
        if (end < Wire.HEAD_SIZE) {
            throw new MalformedMessageException("a message without a MAC of " + AxolotlParameters.MAC_SIZE + " bytes");
        }
        SignalMessage message = SignalMessage.parseFrom(Arrays.copyOfRange(content, Wire.HEAD_SIZE, end));
        MessageCipher.requireBlocks(message.getCiphertext().size());
        RatchetHeader header = new RatchetHeader(
                AxolotlParameters.decode(ProtobufMessage.bytes(message.getRatchetKey())),
                Integer.toUnsignedLong(message.getCounter()),
                Integer.toUnsignedLong(message.getPreviousCounter()));
        return new RatchetMessage(
                header,
                whole.slice(0, end),
                ProtobufMessage.bytes(message.getCiphertext()),
                whole.slice(end, whole.size()));
    }
}
