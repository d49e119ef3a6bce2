/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.SignedPreKey;

/**
 * The bundle (XEP-0384 0.3.0, "Announcing support"): children in any order, each of them once.
 *
 * <p>Curve25519 keys have no sign, and an Ed25519 signature needs to know it.  libsignal and python-oldmemo write the sign that the
 * identity key has in Edwards form into the signature's top bit, which is free in a good one; libomemo-c always signs with
 * a key of sign 0.  Either way that bit belongs to the key: here it moves there and back, and what is left verifies as plain Ed25519.
 */
final class BundleXml {

    private static final int SIGNATURE_SIZE = 64;

    /** Where the sign is in a signature. */
    private static final int SIGN_BYTE = SIGNATURE_SIZE - 1;

    private static final int SIGN_MASK = 0x80;

    private BundleXml() {}

    static Bundle read(XmlElement element) throws MalformedMessageException {
        XmlElement signedPreKey = AxolotlElements.XML.only(element, "signedPreKeyPublic");
        byte[] signature = signature(AxolotlElements.XML.only(element, "signedPreKeySignature"));
        int signBit = (signature[SIGN_BYTE] & SIGN_MASK) == 0 ? 0 : 1;
        signature[SIGN_BYTE] &= (byte) ~SIGN_MASK;
        return new Bundle(
                AxolotlParameters.identityKey(bytes(AxolotlElements.XML.only(element, "identityKey")), signBit),
                new SignedPreKey(
                        id(signedPreKey, "signedPreKeyId"),
                        AxolotlParameters.decode(bytes(signedPreKey)),
                        Bytes.of(signature)),
                preKeys(AxolotlElements.XML.only(element, "prekeys")));
    }

    static XmlElement write(Bundle bundle) {
        XmlElement.Builder preKeys = AxolotlElements.XML.element("prekeys");
        for (PreKey preKey : bundle.preKeys()) {
            preKeys.child(text("preKeyPublic", AxolotlParameters.encode(preKey.key()))
                    .attribute("preKeyId", Integer.toString(preKey.id()))
                    .build());
        }
        SignedPreKey signedPreKey = bundle.signedPreKey();
        byte[] signature = signedPreKey.signature().toByteArray();
        signature[SIGN_BYTE] |= (byte) (bundle.identityKey().ed25519().signBit() * SIGN_MASK);
        return AxolotlElements.XML
                .element("bundle")
                .child(text("signedPreKeyPublic", AxolotlParameters.encode(signedPreKey.key()))
                        .attribute("signedPreKeyId", Integer.toString(signedPreKey.id()))
                        .build())
                .child(text("signedPreKeySignature", Bytes.of(signature)).build())
                .child(text(
                                "identityKey",
                                AxolotlParameters.encode(bundle.identityKey().x25519()))
                        .build())
                .child(preKeys.build())
                .build();
    }

    /** A prekey that is none is left out: the rest of the bundle is as good as it was. */
    private static List<PreKey> preKeys(XmlElement element) throws MalformedMessageException {
        List<XmlElement> listed = AxolotlElements.XML.all(element, "preKeyPublic");
        if (listed.size() > Bundle.MAX_PRE_KEYS) {
            throw new MalformedMessageException("more than " + Bundle.MAX_PRE_KEYS + " prekeys");
        }
        List<PreKey> preKeys = new ArrayList<>(listed.size());
        for (XmlElement preKey : listed) {
            preKey(preKey).ifPresent(preKeys::add);
        }
        return Bundle.unambiguous(preKeys);
    }

    private static Optional<PreKey> preKey(XmlElement element) {
        try {
            return Optional.of(new PreKey(id(element, "preKeyId"), AxolotlParameters.decode(bytes(element))));
        } catch (MalformedMessageException e) {
            return Optional.empty(); // whoever needs one takes another
        }
    }

    /** Prekey ids have the range of device ids: 1 to 2^31-1. */
    private static int id(XmlElement element, String attribute) throws MalformedMessageException {
        return element.attribute(attribute)
                .flatMap(DeviceId::parse)
                .map(DeviceId::value)
                .orElseThrow(() -> new MalformedMessageException("a prekey without a proper id"));
    }

    private static Bytes bytes(XmlElement key) throws MalformedMessageException {
        return Base64Text.decode(key.text(), AxolotlParameters.KEY_SIZE);
    }

    private static byte[] signature(XmlElement element) throws MalformedMessageException {
        Bytes signature = Base64Text.decode(element.text(), SIGNATURE_SIZE);
        if (signature.size() != SIGNATURE_SIZE) {
            throw new MalformedMessageException("a signature that has not " + SIGNATURE_SIZE + " bytes");
        }
        return signature.toByteArray();
    }

    private static XmlElement.Builder text(String name, Bytes bytes) {
        return AxolotlElements.XML.element(name).text(Base64Text.encode(bytes));
    }
}
