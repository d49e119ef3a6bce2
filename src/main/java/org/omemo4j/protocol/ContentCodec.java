/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.security.SecureRandom;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlElement;

/** How a version writes and reads what is in a payload.  Thread-safe. */
public interface ContentCodec {

    /** What of a message is encrypted and authenticated. */
    Coverage coverage();

    /**
     * Whether this element of a message can travel inside.  What cannot, and must not be seen, cannot be sent in this version.
     */
    boolean carries(XmlElement element);

    /**
     * Writes an envelope.  Elements that it does not carry ({@link #carries}) are left out.
     *
     * @throws IllegalArgumentException if the version demands something that the envelope does not have
     */
    Bytes encode(Envelope envelope, SecureRandom random);

    /**
     * Reads an envelope and compares what it says with the stanza.  Elements that must not travel inside are left out and named
     * in {@link Envelope#dropped()}.
     *
     * @throws MalformedMessageException if it is not in the format
     * @throws AffixMismatchException if it was written by or for somebody else
     */
    Envelope decode(Bytes plaintext, EnvelopeContext context) throws MalformedMessageException, AffixMismatchException;
}
