/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.util.ArrayList;
import java.util.List;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.InvalidKeyException;
import org.omemo4j.crypto.X25519PublicKey;
import org.omemo4j.protocol.Base64Text;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.PreKey;
import org.omemo4j.x3dh.SignedPreKey;

/** The bundle (XEP-0384 0.9.1, "Bundle Publishing"): children in any order, each of them once. */
final class BundleXml {

    private static final int KEY_SIZE = 32;
    private static final int SIGNATURE_SIZE = 64;

    private BundleXml() {}

    static Bundle read(XmlElement element) throws MalformedMessageException {
        XmlElement spk = Omemo2Elements.XML.only(element, "spk");
        Bytes signature = bytes(Omemo2Elements.XML.only(element, "spks"), SIGNATURE_SIZE);
        try {
            SignedPreKey signedPreKey = new SignedPreKey(id(spk), key(spk), signature);
            IdentityKey identityKey = IdentityKey.of(bytes(Omemo2Elements.XML.only(element, "ik"), KEY_SIZE));
            return new Bundle(identityKey, signedPreKey, preKeys(Omemo2Elements.XML.only(element, "prekeys")));
        } catch (InvalidKeyException e) {
            throw new MalformedMessageException("a key in the bundle is not a proper point");
        }
    }

    static XmlElement write(Bundle bundle) {
        XmlElement.Builder preKeys = Omemo2Elements.XML.element("prekeys");
        for (PreKey preKey : bundle.preKeys()) {
            preKeys.child(text("pk", preKey.key().bytes())
                    .attribute("id", Integer.toString(preKey.id()))
                    .build());
        }
        SignedPreKey signedPreKey = bundle.signedPreKey();
        return Omemo2Elements.XML
                .element("bundle")
                .child(text("spk", signedPreKey.key().bytes())
                        .attribute("id", Integer.toString(signedPreKey.id()))
                        .build())
                .child(text("spks", signedPreKey.signature()).build())
                .child(text("ik", bundle.identityKey().ed25519().bytes()).build())
                .child(preKeys.build())
                .build();
    }

    private static List<PreKey> preKeys(XmlElement element) throws MalformedMessageException, InvalidKeyException {
        List<XmlElement> listed = Omemo2Elements.XML.all(element, "pk");
        if (listed.size() > Bundle.MAX_PRE_KEYS) {
            throw new MalformedMessageException("more than " + Bundle.MAX_PRE_KEYS + " prekeys");
        }
        List<PreKey> preKeys = new ArrayList<>(listed.size());
        for (XmlElement pk : listed) {
            preKeys.add(new PreKey(id(pk), key(pk)));
        }
        return Bundle.unambiguous(preKeys);
    }

    /** Prekey ids have the range of device ids: 1 to 2^31-1. */
    private static int id(XmlElement element) throws MalformedMessageException {
        return element.attribute("id")
                .flatMap(DeviceId::parse)
                .map(DeviceId::value)
                .orElseThrow(() -> new MalformedMessageException("a prekey without a proper id"));
    }

    private static X25519PublicKey key(XmlElement element) throws MalformedMessageException, InvalidKeyException {
        return X25519PublicKey.of(bytes(element, KEY_SIZE));
    }

    private static Bytes bytes(XmlElement element, int size) throws MalformedMessageException {
        Bytes bytes = Base64Text.decode(element.text(), size);
        if (bytes.size() != size) {
            throw new MalformedMessageException("<" + element.name() + "/> has not " + size + " bytes");
        }
        return bytes;
    }

    private static XmlElement.Builder text(String name, Bytes bytes) {
        return Omemo2Elements.XML.element(name).text(Base64Text.encode(bytes));
    }
}
