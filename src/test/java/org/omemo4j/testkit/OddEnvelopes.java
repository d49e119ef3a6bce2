/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;

/** OMEMO 2 as a client speaks it that leaves an affix out of its envelopes, or writes {@code instead}. */
public record OddEnvelopes(String affix, String instead) implements LikeOmemo2 {

    public static List<OmemoVersion> without(String affix) {
        return List.of(new OddEnvelopes(affix, ""));
    }

    /** Somebody else is the sender, or the recipient. */
    public static List<OmemoVersion> naming(String affix, BareJid somebodyElse) {
        return List.of(new OddEnvelopes(affix, "<" + affix + " jid='" + somebodyElse + "'/>"));
    }

    @Override
    public ContentCodec content() {
        ContentCodec good = Omemo2.VERSION.content();
        return new ContentCodec() {
            @Override
            public Coverage coverage() {
                return good.coverage();
            }

            @Override
            public boolean carries(XmlElement element) {
                return good.carries(element);
            }

            @Override
            public Bytes encode(Envelope envelope, SecureRandom random) {
                String xml = new String(good.encode(envelope, random).toByteArray(), StandardCharsets.UTF_8);
                return Bytes.of(
                        xml.replaceFirst("<" + affix + " [^>]*/>", instead).getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public Envelope decode(Bytes plaintext, EnvelopeContext context)
                    throws MalformedMessageException, AffixMismatchException {
                return good.decode(plaintext, context);
            }
        };
    }
}
