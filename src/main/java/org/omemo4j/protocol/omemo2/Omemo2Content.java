/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.ContentCodec;
import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.Jids;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.Vocabulary;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;
import org.omemo4j.protocol.xml.XmlReader;

/** The envelope of stanza content encryption, {@code urn:xmpp:sce:1} (XEP-0420 0.5.0), in the profile of XEP-0384. */
final class Omemo2Content implements ContentCodec {

    private static final Vocabulary SCE = new Vocabulary("urn:xmpp:sce:1");

    /** Size in bytes up to which every envelope is padded: a yes looks like a no, and like a chat state. */
    private static final int MINIMUM_SIZE = 512;

    /** XEP-0420 0.5.0, "Affix Elements": 0 to 200 random characters on top of the minimum size. */
    private static final int MAX_EXTRA_PADDING = 200;

    /** 64 characters, so that six random bits choose one evenly; none of them needs escaping. */
    private static final String PADDING = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /** An envelope is never larger than the payload it came in. */
    private static final XmlLimits LIMITS = XmlLimits.ofSize(Payload.MAX_BYTES);

    @Override
    public Coverage coverage() {
        return Coverage.ENVELOPE;
    }

    @Override
    public boolean carries(XmlElement element) {
        return InnerElements.mayTravelInside(element.name(), element.namespace());
    }

    /** Always all four affixes: {@code from}, {@code to} and {@code time} have to be there. */
    @Override
    public Bytes encode(Envelope envelope, SecureRandom random) {
        BareJid from = required("from", envelope.from());
        BareJid to = required("to", envelope.to());
        Instant time = required("time", envelope.time()).truncatedTo(ChronoUnit.SECONDS);
        XmlElement.Builder content = SCE.element("content");
        InnerElements.filter(envelope.content(), new ArrayList<>()).forEach(content::child);
        XmlElement.Builder root = SCE.element("envelope")
                .child(content.build())
                .child(SCE.element("time").attribute("stamp", time.toString()).build())
                .child(SCE.element("from").attribute("jid", from.toString()).build())
                .child(SCE.element("to").attribute("jid", to.toString()).build());
        int size = root.build().toXml().getBytes(StandardCharsets.UTF_8).length;
        String xml = root.child(SCE.element("rpad").text(padding(size, random)).build())
                .build()
                .toXml();
        return Bytes.of(xml.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Envelope decode(Bytes plaintext, EnvelopeContext context)
            throws MalformedMessageException, AffixMismatchException {
        XmlElement root = XmlReader.read(plaintext, LIMITS);
        if (!root.is("envelope", SCE.namespace())) {
            throw new MalformedMessageException("not an <envelope/>");
        }
        XmlElement content = SCE.atMostOne(root, "content")
                .orElseThrow(() -> new MalformedMessageException("an envelope without <content/>"));
        Optional<BareJid> from = jid(root, "from");
        Optional<BareJid> to = jid(root, "to");
        Optional<String> mismatch = mismatch(from, to, context);
        if (mismatch.isPresent()) {
            throw new AffixMismatchException(mismatch.get(), content.elements().anyMatch(TrustMessage::is));
        }
        List<String> dropped = new ArrayList<>();
        List<XmlElement> kept = InnerElements.filter(content.elements().toList(), dropped);
        return new Envelope(kept, from, to, time(root), dropped);
    }

    private static <T> T required(String affix, Optional<T> value) {
        return value.orElseThrow(() -> new IllegalArgumentException("an envelope without " + affix));
    }

    private static String padding(int size, SecureRandom random) {
        int length = Math.max(0, MINIMUM_SIZE - size) + random.nextInt(MAX_EXTRA_PADDING + 1);
        byte[] choices = new byte[length];
        random.nextBytes(choices);
        StringBuilder padding = new StringBuilder(length);
        for (byte choice : choices) {
            padding.append(PADDING.charAt(choice & 63));
        }
        return padding.toString();
    }

    private static Optional<String> mismatch(Optional<BareJid> from, Optional<BareJid> to, EnvelopeContext context) {
        if (from.isPresent() && !from.get().equals(context.sender())) {
            return Optional.of("<from/> is not the sender");
        }
        if (to.isPresent() && !to.get().equals(context.recipient())) {
            return Optional.of("<to/> is not the recipient");
        }
        return to.isEmpty() && context.groupChat() ? Optional.of("no <to/> in a group chat") : Optional.empty();
    }

    private static Optional<BareJid> jid(XmlElement root, String affix) throws MalformedMessageException {
        Optional<XmlElement> element = SCE.atMostOne(root, affix);
        if (element.isEmpty()) {
            return Optional.empty();
        }
        Optional<BareJid> jid = element.get().attribute("jid").flatMap(Jids::bare);
        if (jid.isEmpty()) {
            throw new MalformedMessageException("<" + affix + "/> without a JID");
        }
        return jid;
    }

    /** XEP-0082 DateTime.  A stamp that is none counts as absent: it proves nothing, and the text is worth reading. */
    private static Optional<Instant> time(XmlElement root) throws MalformedMessageException {
        return SCE.atMostOne(root, "time")
                .flatMap(time -> time.attribute("stamp"))
                .flatMap(stamp -> {
                    try {
                        return Optional.of(OffsetDateTime.parse(stamp).toInstant());
                    } catch (DateTimeException e) {
                        return Optional.empty();
                    }
                });
    }
}
