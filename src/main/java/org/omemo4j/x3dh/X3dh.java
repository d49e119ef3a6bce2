/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.x3dh;

import java.security.SecureRandom;
import java.util.List;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.DiffieHellman;
import org.omemo4j.crypto.Hkdf;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.x3dh.X3dhException.Reason;

/**
 * The Extended Triple Diffie-Hellman agreement (X3DH, revision 1, section 3) as OMEMO uses it: always with a one-time prekey
 * (XEP-0384 0.9.1, section 2).  Pure functions; safe for all threads.
 */
public final class X3dh {

    private static final int SECRET_SIZE = 32;

    /** F: 32 bytes that no encoded point begins with, to tell this from other uses of the keys (X3DH, section 2.2). */
    private static final Bytes DISCONTINUITY =
            Bytes.ofHex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

    private final KeyEncoding encoding;
    private final Bytes info;

    /** X3DH with a version's label and encoding. */
    public X3dh(X3dhParameters parameters) {
        this.encoding = parameters.encoding();
        this.info = Bytes.ofAscii(parameters.info());
    }

    /**
     * The side that begins, with keys from the other's bundle (section 3.3).
     *
     * @param ephemeral our EK, fresh for this agreement
     * @throws X3dhException when the signed prekey's signature is bad, or an agreement gives zero
     */
    public Agreement initiate(
            IdentityKeyPair own, X25519KeyPair ephemeral, IdentityKey theirs, SignedPreKey signedPreKey, PreKey preKey)
            throws X3dhException {
        if (!verify(theirs, signedPreKey)) {
            throw new X3dhException(
                    Reason.BAD_SIGNATURE, "signed prekey " + signedPreKey.id() + " is not signed by its identity key");
        }
        Secret sharedSecret = derive(List.of(
                new DiffieHellman(own.keyPair(), signedPreKey.key()),
                new DiffieHellman(ephemeral, theirs.x25519()),
                new DiffieHellman(ephemeral, signedPreKey.key()),
                new DiffieHellman(ephemeral, preKey.key())));
        return new Agreement(sharedSecret, associatedData(own.publicKey(), theirs));
    }

    /**
     * The side that was begun with (section 3.4).  The caller deletes the one-time prekey once the first message has authenticated.
     *
     * @param ephemeral their EK
     * @throws X3dhException when an agreement gives zero
     */
    public Agreement respond(
            IdentityKeyPair own,
            SignedPreKeyPair signedPreKey,
            PreKeyPair preKey,
            IdentityKey theirs,
            X25519PublicKey ephemeral)
            throws X3dhException {
        Secret sharedSecret = derive(List.of(
                new DiffieHellman(signedPreKey.keyPair(), theirs.x25519()),
                new DiffieHellman(own.keyPair(), ephemeral),
                new DiffieHellman(signedPreKey.keyPair(), ephemeral),
                new DiffieHellman(preKey.keyPair(), ephemeral)));
        return new Agreement(sharedSecret, associatedData(theirs, own.publicKey()));
    }

    /** Whether a signed prekey is signed by an identity key. */
    public boolean verify(IdentityKey identity, SignedPreKey signedPreKey) {
        return identity.ed25519().verify(encoding.preKey(signedPreKey.key()), signedPreKey.signature());
    }

    /** Makes a key pair the signed prekey of an identity. */
    public SignedPreKeyPair sign(IdentityKeyPair own, int id, X25519KeyPair keyPair, SecureRandom random) {
        return new SignedPreKeyPair(id, keyPair, own.sign(encoding.preKey(keyPair.publicKey()), random));
    }

    /** SK = KDF(DH1 ‖ DH2 ‖ DH3 ‖ DH4) (section 2.2). */
    private Secret derive(List<DiffieHellman> agreements) throws X3dhException {
        try {
            return Hkdf.deriveKeys(Hkdf.NO_SALT, DISCONTINUITY, agreements, info, SECRET_SIZE)
                    .get(0);
        } catch (InvalidKeyException e) {
            throw new X3dhException(Reason.INVALID_KEY, e);
        }
    }

    private AssociatedData associatedData(IdentityKey initiator, IdentityKey responder) {
        return new AssociatedData(encoding.identity(initiator), encoding.identity(responder));
    }
}
