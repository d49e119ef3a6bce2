/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * What a device says about identity keys: which it has verified, and which it distrusts. Only for automatic trust management ({@code urn:xmpp:atm:1}).
 *
 * @param encryption the namespace of the encryption that the keys are for.
 * @param owners whose keys; at least one, each account once.
 * @see <a href="https://xmpp.org/extensions/xep-0434.html">XEP-0434 0.6.0, "Trust Message Structure"</a>
 * @see <a href="https://xmpp.org/extensions/xep-0450.html">XEP-0450 0.4.0</a>
 */
public record TrustMessage(String encryption, List<KeyOwner> owners) {
    /** Bytes of an identifier: OMEMO's is the identity key itself. */
    public static final int IDENTIFIER_SIZE = 32;

    /** Keys in one message, of all owners together. Bounds what it costs to read one. */
    public static final int MAX_KEYS = 1000;

    private static final Vocabulary TM = new Vocabulary("urn:xmpp:tm:1");

    /** The element's name. */
    public static final ElementName NAME = new ElementName("trust-message", TM.namespace());

    private static final String USAGE = "urn:xmpp:atm:1";

    /**
     * What is said about an account's keys.
     *
     * @param jid whose they are.
     * @param trusted identifiers of 32 bytes.
     * @param distrusted likewise; none of them is trusted, too.
     */
    public record KeyOwner(BareJid jid, Set<Bytes> trusted, Set<Bytes> distrusted) {

        /**
         * @throws IllegalArgumentException if it says nothing, or both of one key
         */
        public KeyOwner {
            if (trusted.isEmpty() && distrusted.isEmpty()) {
                throw new IllegalArgumentException("no keys of " + jid);
            }
            if (!Collections.disjoint(trusted, distrusted)) {
                throw new IllegalArgumentException("a key of " + jid + " is both trusted and distrusted");
            }
            trusted = Collections.unmodifiableSet(new LinkedHashSet<>(trusted));
            distrusted = Collections.unmodifiableSet(new LinkedHashSet<>(distrusted));
        }

        private int size() {
            return trusted.size() + distrusted.size();
        }
    }

    /**
     * @throws IllegalArgumentException if there is no owner
     */
    public TrustMessage {
        if (owners.isEmpty()) {
            throw new IllegalArgumentException("a trust message about nobody's keys");
        }
        owners = List.copyOf(owners);
    }

    /** Whether this is such an element, well-formed or not. */
    public static boolean is(XmlElement element) {
        return NAME.matches(element);
    }

    /** How many keys it is about. */
    public int size() {
        return owners.stream().mapToInt(KeyOwner::size).sum();
    }

    /**
     * Reads the element.
     *
     * @throws MalformedMessageException if it is for another usage, incomplete, contradicts itself, or is about more keys than {@link #MAX_KEYS}
     */
    public static TrustMessage read(XmlElement element) throws MalformedMessageException {
        if (!is(element)) {
            throw new MalformedMessageException("not a <trust-message/>");
        }
        if (!attribute(element, "usage").equals(USAGE)) {
            throw new MalformedMessageException("a trust message for another usage");
        }
        Map<BareJid, Keys> owners = new LinkedHashMap<>();
        int size = 0;
        for (XmlElement owner : TM.all(element, "key-owner")) {
            String jid = attribute(owner, "jid");
            Keys keys = owners.computeIfAbsent(
                    Jids.bare(jid)
                            .filter(bare -> jid.indexOf('/') < 0)
                            .orElseThrow(() -> new MalformedMessageException("a key owner without a bare JID")),
                    unseen -> new Keys(new LinkedHashSet<>(), new LinkedHashSet<>()));
            int said = add(TM.all(owner, "trust"), keys.trusted()) + add(TM.all(owner, "distrust"), keys.distrusted());
            size += said;
            if (said == 0) {
                throw new MalformedMessageException("a key owner without keys");
            }
            if (size > MAX_KEYS) {
                throw new MalformedMessageException("a trust message about more than " + MAX_KEYS + " keys");
            }
            if (!Collections.disjoint(keys.trusted(), keys.distrusted())) {
                throw new MalformedMessageException("a key that is both trusted and distrusted");
            }
        }
        if (owners.isEmpty()) {
            throw new MalformedMessageException("a trust message about nobody's keys");
        }
        return new TrustMessage(
                attribute(element, "encryption"),
                owners.entrySet().stream()
                        .map(owner -> new KeyOwner(
                                owner.getKey(),
                                owner.getValue().trusted(),
                                owner.getValue().distrusted()))
                        .toList());
    }

    /** Writes the element. */
    public XmlElement toXml() {
        XmlElement.Builder message =
                TM.element(NAME.name()).attribute("usage", USAGE).attribute("encryption", encryption);
        for (KeyOwner owner : owners) {
            XmlElement.Builder element =
                    TM.element("key-owner").attribute("jid", owner.jid().toString());
            owner.trusted().forEach(key -> element.child(identifier("trust", key)));
            owner.distrusted().forEach(key -> element.child(identifier("distrust", key)));
            message.child(element.build());
        }
        return message.build();
    }

    /** While it is read. */
    private record Keys(Set<Bytes> trusted, Set<Bytes> distrusted) {}

    private static String attribute(XmlElement element, String name) throws MalformedMessageException {
        return element.attribute(name).orElseThrow(() -> new MalformedMessageException("no attribute " + name));
    }

    /** @return how many there were. */
    private static int add(List<XmlElement> elements, Set<Bytes> keys) throws MalformedMessageException {
        for (XmlElement element : elements) {
            Bytes key = Base64Text.decode(element.text(), IDENTIFIER_SIZE);
            if (key.size() != IDENTIFIER_SIZE) {
                throw new MalformedMessageException("a key identifier of another size");
            }
            keys.add(key);
        }
        return elements.size();
    }

    private static XmlElement identifier(String name, Bytes key) {
        return TM.element(name).text(Base64Text.encode(key)).build();
    }
}
