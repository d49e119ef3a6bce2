/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.x3dh.X3dhParameters;

/** OMEMO 2, {@code urn:xmpp:omemo:2} (XEP-0384 0.9.1).  Immutable and thread-safe. */
public final class Omemo2 implements OmemoVersion {

    /** The namespace of this version. */
    public static final String NAMESPACE = "urn:xmpp:omemo:2";

    /** The one there needs to be. */
    public static final Omemo2 VERSION = new Omemo2();

    /** XEP-0384 0.9.1, "Bundles": a bundle has at least 25 prekeys. */
    private static final int MINIMUM_PRE_KEYS = 25;

    private final KeyMessages keyMessages = new Omemo2KeyMessages();
    private final PayloadCipher payloadCipher = new Omemo2PayloadCipher();
    private final ContentCodec content = new Omemo2Content();
    private final Elements elements = new Omemo2Elements();
    private final Nodes nodes = new Omemo2Nodes();

    private Omemo2() {}

    @Override
    public String namespace() {
        return NAMESPACE;
    }

    @Override
    public String displayName() {
        return "OMEMO";
    }

    @Override
    public X3dhParameters x3dh() {
        return Omemo2Parameters.X3DH;
    }

    @Override
    public RatchetParameters ratchet() {
        return Omemo2Parameters.RATCHET;
    }

    @Override
    public KeyMessages keyMessages() {
        return keyMessages;
    }

    @Override
    public PayloadCipher payloadCipher() {
        return payloadCipher;
    }

    @Override
    public ContentCodec content() {
        return content;
    }

    @Override
    public Elements elements() {
        return elements;
    }

    @Override
    public Nodes nodes() {
        return nodes;
    }

    @Override
    public int minimumPreKeys() {
        return MINIMUM_PRE_KEYS;
    }

    @Override
    public boolean needsFallbackBody() {
        return false;
    }

    @Override
    public String toString() {
        return NAMESPACE;
    }

    /** XEP-0384 0.9.1, "Device List Publishing" and "Bundle Publishing". */
    private static final class Omemo2Nodes implements Nodes {

        @Override
        public String deviceList() {
            return NAMESPACE + ":devices";
        }

        @Override
        public String deviceListItem() {
            return "current";
        }

        @Override
        public String bundle(DeviceId device) {
            return NAMESPACE + ":bundles";
        }

        @Override
        public String bundleItem(DeviceId device) {
            return device.toString();
        }

        @Override
        public boolean bundlesShareNode() {
            return true;
        }
    }

    /** XEP-0384 0.9.1, "Receiving a message": a key exchange is answered with an empty message, whatever its key is worth. */
    @Override
    public boolean completesSessionsOfStrangers() {
        return true;
    }

    /** XEP-0384 0.9.1, "Receiving a message": a message that cannot be decrypted must not begin a session by itself. */
    @Override
    public boolean allowsAutomaticRepair() {
        return false;
    }
}
