/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519PublicKey;
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
import org.omemo4j.protocol.omemo2.wire.OMEMOKeyExchange;
import org.omemo4j.protocol.protobuf.ProtobufMessage;
import org.omemo4j.x3dh.AssociatedData;
import org.omemo4j.x3dh.IdentityKey;

/**
 * The protobuf messages of XEP-0384 0.9.1 ("Protobuf schema"), sealed with AES-256-CBC and HMAC-SHA-256 ("Double
 * Ratchet").  The MAC covers the associated data, initiator first in both directions, and the serialised
 * {@code OMEMOMessage} as it is on the wire.
 */
final class Omemo2KeyMessages implements KeyMessages {

    @Override
    public ReceivedKey parse(EncryptedKey key) throws MalformedMessageException {
        if (key.content().size() > EncryptedKey.MAX_BYTES) {
            throw new MalformedMessageException("a key message of more than " + EncryptedKey.MAX_BYTES + " bytes");
        }
        byte[] content = key.content().toByteArray();
        try {
            if (!Wire.isKeyExchange(content, key.keyExchange())) {
                return new ReceivedKey(Optional.empty(), message(content));
            }
            OMEMOKeyExchange exchange = OMEMOKeyExchange.parseFrom(content);
            return new ReceivedKey(
                    Optional.of(exchange(exchange)),
                    message(exchange.getMessage().toByteArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a key message that is not in its protobuf format");
        } catch (InvalidKeyException e) {
            throw new MalformedMessageException("a key in a key message is not a proper point");
        }
    }

    @Override
    public Bytes seal(
            Secret plaintext, RatchetHeader header, MessageKey messageKey, AssociatedData associatedData, Role sender) {
        MessageCipher cipher = cipher(messageKey);
        Bytes message = Wire.message(header, cipher.encrypt(plaintext));
        return Wire.authenticated(cipher.mac(associatedData.initiator(), associatedData.responder(), message), message);
    }

    @Override
    public Bytes frame(KeyExchange exchange, Bytes sealed) {
        return Wire.keyExchange(exchange, sealed);
    }

    @Override
    public Secret open(RatchetMessage message, MessageKey messageKey, AssociatedData associatedData, Role sender)
            throws AuthenticationFailedException {
        return cipher(messageKey)
                .open(message, associatedData.initiator(), associatedData.responder(), message.authenticated());
    }

    private static MessageCipher cipher(MessageKey messageKey) {
        return new MessageCipher(Omemo2Parameters.RATCHET, Omemo2Parameters.MAC_SIZE, messageKey);
    }

    private static KeyExchange exchange(OMEMOKeyExchange exchange)
            throws MalformedMessageException, InvalidKeyException {
        if (exchange.getPkId() < 1 || exchange.getSpkId() < 1) {
            throw new MalformedMessageException("a key exchange with a prekey id out of range");
        }
        return new KeyExchange(
                exchange.getPkId(),
                exchange.getSpkId(),
                IdentityKey.of(ProtobufMessage.bytes(exchange.getIk())),
                X25519PublicKey.of(ProtobufMessage.bytes(exchange.getEk())));
    }

    private static RatchetMessage message(byte[] authenticated)
            throws InvalidProtocolBufferException, MalformedMessageException, InvalidKeyException {
        WireReader.Authenticated outer = WireReader.authenticated(authenticated);
        if (outer.mac().size() != Omemo2Parameters.MAC_SIZE) {
            throw new MalformedMessageException("a MAC that has not " + Omemo2Parameters.MAC_SIZE + " bytes");
        }
        WireReader.Inner inner = WireReader.message(outer.message());
        MessageCipher.requireBlocks(inner.ciphertext().size());
        RatchetHeader header = new RatchetHeader(
                X25519PublicKey.of(inner.ratchetKey()),
                Integer.toUnsignedLong(inner.n()),
                Integer.toUnsignedLong(inner.pn()));
        return new RatchetMessage(header, outer.message(), inner.ciphertext(), outer.mac());
    }
}
