/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.trust.UnusableUriException.Reason;

/**
 * An XMPP URI with the fingerprints of an account: {@code xmpp:alice@example.org?omemo-sid-123=…;omemo-sid-456=…}. Conversations
 * has introduced it, no specification has it.
 *
 * @param jid whose fingerprints they are.
 * @param devices at least one, in the order of the URI.
 */
public record OmemoUri(BareJid jid, Map<DeviceId, Fingerprint> devices) implements VerificationUri {
    private static final String PARAMETER = "omemo-sid-";

    /** What Android's Uri.encode leaves alone, and what Conversations tells it to. */
    private static final String PLAIN = "_-!.~'()*@+";

    /**
     * @throws IllegalArgumentException if there are no devices
     */
    public OmemoUri {
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("no devices of " + jid);
        }
        devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
    }

    static OmemoUri of(BareJid jid, List<XmppUri.Parameter> query) throws UnusableUriException {
        Map<DeviceId, Fingerprint> devices = new LinkedHashMap<>();
        for (XmppUri.Parameter parameter : query) {
            if (parameter.name().startsWith(PARAMETER)) {
                DeviceId id = deviceId(parameter.name().substring(PARAMETER.length()));
                Fingerprint key = key(id, parameter.value());
                if (!devices.getOrDefault(id, key).equals(key)) {
                    throw new UnusableUriException(Reason.CONTRADICTION, "It has two keys for device " + id + ".");
                }
                devices.put(id, key);
            }
        }
        if (devices.isEmpty()) {
            throw new UnusableUriException(
                    Reason.NO_KEYS, "It has no OMEMO keys of " + UnusableUriException.quote(jid) + ".");
        }
        return new OmemoUri(jid, devices);
    }

    /** The URI, as Conversations writes and reads it. All its characters are ASCII. */
    @Override
    public String toString() {
        return devices.entrySet().stream()
                .map(device ->
                        PARAMETER + device.getKey() + "=" + device.getValue().hex())
                .collect(Collectors.joining(";", "xmpp:" + encoded(jid.toString()) + "?", ""));
    }

    private static DeviceId deviceId(String text) throws UnusableUriException {
        return DeviceId.parse(text)
                .orElseThrow(() -> new UnusableUriException(
                        Reason.BAD_DEVICE_ID,
                        "'" + UnusableUriException.quote(text) + "' is no device id: these go from 1 to "
                                + Integer.MAX_VALUE + "."));
    }

    private static Fingerprint key(DeviceId id, String text) throws UnusableUriException {
        try {
            return Fingerprint.parse(text);
        } catch (MalformedFingerprintException e) {
            throw UnusableUriException.ofKey("The key of device " + id, e);
        }
    }

    private static String encoded(String address) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : address.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain = octet >= 'a' && octet <= 'z'
                    || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9'
                    || PLAIN.indexOf(octet) >= 0;
            encoded.append(isPlain ? String.valueOf((char) octet) : String.format("%%%02X", octet));
        }
        return encoded.toString();
    }
}
