/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.List;
import java.util.Optional;
import org.omemo4j.doubleratchet.RatchetParameters;
import org.omemo4j.x3dh.X3dhParameters;

/**
 * One version of OMEMO: its parameters, and the strategies that read and write its wire format.  Everything above is
 * handed a list of these and never asks which one it has.  Implementations are immutable and thread-safe.
 */
public interface OmemoVersion {

    /** The version whose messages have this name. */
    static Optional<OmemoVersion> ofEncrypted(ElementName name, List<OmemoVersion> versions) {
        return versions.stream()
                .filter(version -> version.elements().encryptedName().equals(name))
                .findFirst();
    }

    /** The XML namespace; also the name of this version in the store. */
    String namespace();

    /** What people call it; goes into the EME element (XEP-0380). */
    String displayName();

    /** The parameters of the key agreement. */
    X3dhParameters x3dh();

    /** The parameters of the Double Ratchet. */
    RatchetParameters ratchet();

    /** How the message for one device is written and read. */
    KeyMessages keyMessages();

    /** How the payload is encrypted. */
    PayloadCipher payloadCipher();

    /** What is in the payload. */
    ContentCodec content();

    /** The XML elements. */
    Elements elements();

    /** Where device lists and bundles are published. */
    Nodes nodes();

    /** Prekeys that a published bundle must never fall below. */
    int minimumPreKeys();

    /** Whether a body in clear goes with its messages, which tells the users of other clients that they miss something. */
    boolean needsFallbackBody();

    /**
     * Whether the session of somebody whose key nobody has decided about is completed with an empty message all the same. It shows a stranger that somebody is there, and spares the
     * stranger the repetition of the key exchange.
     */
    boolean completesSessionsOfStrangers();

    /** Whether an application may have sessions that cannot read replaced by themselves. */
    boolean allowsAutomaticRepair();
}
