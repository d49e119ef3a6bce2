/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.x3dh.IdentityKeyPair;
import org.omemo4j.x3dh.PreKeyPair;
import org.omemo4j.x3dh.SignedPreKeyPair;

/** The parties of the transcript and mutation files. */
public final class VectorParties {

    private VectorParties() {}

    /** The party of that name, with the ratchet keys of the file; after those, or without them, with random ones. */
    public static ScriptedParty of(OmemoVersion version, JsonNode file, String name) {
        JsonNode party = file.get("parties").get(name);
        Deque<X25519KeyPair> scripted = new ArrayDeque<>();
        file.path("ratchet_private_keys")
                .path(name)
                .forEach(key -> scripted.add(X25519KeyPair.of(Secret.of(Bytes.ofHex(key.asText())))));
        SecureRandom random = new SecureRandom();
        Supplier<X25519KeyPair> ratchetKeys =
                () -> scripted.isEmpty() ? X25519KeyPair.generate(random) : scripted.remove();
        return new ScriptedParty(
                version, address(party), identity(party), signedPreKeys(party), preKeys(party), ratchetKeys);
    }

    /** The signed prekeys of a party, or of its private state after a rotation; the current one first. */
    public static List<SignedPreKeyPair> signedPreKeys(JsonNode party) {
        List<SignedPreKeyPair> keys = new ArrayList<>();
        for (JsonNode key : party.get("signed_pre_keys")) {
            SignedPreKeyPair pair = new SignedPreKeyPair(
                    key.get("id").asInt(), X25519KeyPair.of(secret(key, "priv")), bytes(key, "sig_as_produced"));
            keys.add(key.get("current").asBoolean() ? 0 : keys.size(), pair);
        }
        return keys;
    }

    /** The XML of a field. */
    public static XmlElement xml(JsonNode node, String field) throws MalformedMessageException {
        return XmlReader.read(Bytes.of(text(node, field).getBytes(StandardCharsets.UTF_8)), Elements.LIMITS);
    }

    private static DeviceAddress address(JsonNode party) {
        try {
            return new DeviceAddress(
                    JidCreate.bareFrom(text(party, "jid")),
                    new DeviceId(party.get("device_id").asInt()));
        } catch (XmppStringprepException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IdentityKeyPair identity(JsonNode party) {
        JsonNode identity = party.get("identity");
        return text(identity, "kind").equals("seed")
                ? IdentityKeyPair.ofSeed(secret(identity, "seed"))
                : IdentityKeyPair.ofCurve25519(secret(identity, "priv"));
    }

    private static List<PreKeyPair> preKeys(JsonNode party) {
        List<PreKeyPair> keys = new ArrayList<>();
        for (JsonNode key : party.get("pre_keys")) {
            keys.add(new PreKeyPair(key.get("id").asInt(), X25519KeyPair.of(secret(key, "priv"))));
        }
        return keys;
    }
}
