/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.axolotl;

import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.x3dh.X3dhParameters;

/** Legacy OMEMO, {@code eu.siacs.conversations.axolotl} (XEP-0384 0.3.0).  Immutable and thread-safe. */
public final class Axolotl implements OmemoVersion {

    /** The namespace of this version. */
    public static final String NAMESPACE = "eu.siacs.conversations.axolotl";

    /** The one there needs to be. */
    public static final Axolotl VERSION = new Axolotl();

    /** XEP-0384 0.3.0, "Announcing support": a bundle has no less than 20 prekeys. */
    private static final int MINIMUM_PRE_KEYS = 20;

    private final KeyMessages keyMessages = new AxolotlKeyMessages();
    private final PayloadCipher payloadCipher = new AxolotlPayloadCipher();
    private final ContentCodec content = new AxolotlContent();
    private final Elements elements = new AxolotlElements();
    private final Nodes nodes = new AxolotlNodes();

    private Axolotl() {}

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
        return AxolotlParameters.X3DH;
    }

    @Override
    public RatchetParameters ratchet() {
        return AxolotlParameters.RATCHET;
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
        return true;
    }

    @Override
    public String toString() {
        return NAMESPACE;
    }

    /** XEP-0384 0.3.0, "Announcing support": a node for each bundle. */
    private static final class AxolotlNodes implements Nodes {

        private static final String CURRENT = "current";

        @Override
        public String deviceList() {
            return NAMESPACE + ".devicelist";
        }

        @Override
        public String deviceListItem() {
            return CURRENT;
        }

        @Override
        public String bundle(DeviceId device) {
            return NAMESPACE + ".bundles:" + device;
        }

        @Override
        public String bundleItem(DeviceId device) {
            return CURRENT;
        }

        @Override
        public boolean bundlesShareNode() {
            return false;
        }
    }

    /** Nothing in XEP-0384 0.3.0 asks for an answer, and its clients give one to people they know only. */
    @Override
    public boolean completesSessionsOfStrangers() {
        return false;
    }

    /** XEP-0384 0.3.0, "Receiving a message": a key exchange that cannot be read should be answered with a new one. */
    @Override
    public boolean allowsAutomaticRepair() {
        return true;
    }
}
