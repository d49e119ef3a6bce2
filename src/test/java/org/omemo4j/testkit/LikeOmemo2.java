/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.KeyMessages;
import org.omemo4j.protocol.Nodes;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.x3dh.X3dhParameters;

/** OMEMO 2 but for what is inside. */
interface LikeOmemo2 extends OmemoVersion {

    @Override
    default String namespace() {
        return Omemo2.VERSION.namespace();
    }

    @Override
    default String displayName() {
        return Omemo2.VERSION.displayName();
    }

    @Override
    default X3dhParameters x3dh() {
        return Omemo2.VERSION.x3dh();
    }

    @Override
    default RatchetParameters ratchet() {
        return Omemo2.VERSION.ratchet();
    }

    @Override
    default KeyMessages keyMessages() {
        return Omemo2.VERSION.keyMessages();
    }

    @Override
    default PayloadCipher payloadCipher() {
        return Omemo2.VERSION.payloadCipher();
    }

    @Override
    default Elements elements() {
        return Omemo2.VERSION.elements();
    }

    @Override
    default Nodes nodes() {
        return Omemo2.VERSION.nodes();
    }

    @Override
    default int minimumPreKeys() {
        return Omemo2.VERSION.minimumPreKeys();
    }

    @Override
    default boolean needsFallbackBody() {
        return Omemo2.VERSION.needsFallbackBody();
    }

    @Override
    default boolean completesSessionsOfStrangers() {
        return Omemo2.VERSION.completesSessionsOfStrangers();
    }

    @Override
    default boolean allowsAutomaticRepair() {
        return Omemo2.VERSION.allowsAutomaticRepair();
    }
}
