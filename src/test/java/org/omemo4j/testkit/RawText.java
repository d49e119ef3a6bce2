/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * OMEMO 2 as the vectors have it: a body's text itself is encrypted, not an envelope around it.
 *
 * @param readsEnvelopes whether what is received is read as an envelope all the same.
 */
public record RawText(boolean readsEnvelopes) implements LikeOmemo2 {

    @Override
    public ContentCodec content() {
        return new ContentCodec() {
            @Override
            public Coverage coverage() {
                return Omemo2.VERSION.content().coverage();
            }

            @Override
            public boolean carries(XmlElement element) {
                return Omemo2.VERSION.content().carries(element);
            }

            @Override
            public Bytes encode(Envelope envelope, SecureRandom random) {
                return Bytes.of(envelope.content().get(0).text().getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public Envelope decode(Bytes plaintext, EnvelopeContext context)
                    throws MalformedMessageException, AffixMismatchException {
                String text = new String(plaintext.toByteArray(), StandardCharsets.UTF_8);
                return readsEnvelopes
                        ? Omemo2.VERSION.content().decode(plaintext, context)
                        : new Envelope(
                                List.of(TestDevice.body(text)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                List.of());
            }
        };
    }
}
