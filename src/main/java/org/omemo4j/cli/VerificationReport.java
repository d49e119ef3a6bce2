/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustRefusal;
import org.omemo4j.trust.UnusableUriException;
import org.omemo4j.trust.VerificationResult;
import org.omemo4j.trust.VerificationResult.Difference;
import org.omemo4j.trust.VerificationUri;

/**
 * What became of each key of a URI, for a person or for a program.
 *
 * @param of whose keys it claims to have, if it says that.
 */
record VerificationReport(Optional<BareJid> of, VerificationResult result, List<Key> keys) {
    VerificationReport {
        keys = List.copyOf(keys);
    }

    /** What became of one key. */
    enum Outcome {
        /** It is verified now. */
        VERIFIED,
        /** It will be when a device shows it. */
        PRE_VERIFIED,
        /** It was worth that before. */
        ALREADY,
        /** The URI distrusts it. */
        DISTRUSTED,
        /** It was refused, and with it all others. */
        REFUSED,
        /** Its device is known with another one. */
        MISMATCH
    }

    /**
     * A key of the URI.
     *
     * @param known the key that the devices are known with, where they should have the one here.
     * @param refusal why it was refused.
     */
    record Key(
            TrustKey key,
            List<DeviceId> devices,
            Outcome outcome,
            Optional<Fingerprint> known,
            Optional<TrustRefusal> refusal) {}

    /** @param text what was scanned or pasted. */
    static VerificationReport of(String text, VerificationResult result, KnownKeys known) throws StoreException {
        List<Key> keys = new ArrayList<>();
        Optional<OmemoUri> uri = Optional.empty();
        Optional<BareJid> of;
        try {
            VerificationUri read = VerificationUri.parse(text);
            of = Optional.of(read.jid());
            if (read instanceof OmemoUri omemo) {
                uri = Optional.of(omemo);
            }
        } catch (UnusableUriException e) {
            of = e.jid();
        }
        if (result instanceof VerificationResult.Verified verified) {
            add(keys, verified.verified(), Outcome.VERIFIED, uri, known);
            add(keys, verified.preVerified(), Outcome.PRE_VERIFIED, uri, known);
            add(keys, verified.already(), Outcome.ALREADY, uri, known);
            add(keys, verified.distrusted(), Outcome.DISTRUSTED, uri, known);
        } else if (result instanceof VerificationResult.Refused refused) {
            for (Map.Entry<TrustKey, TrustRefusal> one : refused.refusals().entrySet()) {
                keys.add(new Key(
                        one.getKey(),
                        devices(one.getKey(), uri, known),
                        Outcome.REFUSED,
                        Optional.empty(),
                        Optional.of(one.getValue())));
            }
        } else if (result instanceof VerificationResult.Mismatch mismatch) {
            for (Difference one : mismatch.differences()) {
                keys.add(new Key(
                        new TrustKey(one.device().jid(), one.expected()),
                        List.of(one.device().device()),
                        Outcome.MISMATCH,
                        Optional.of(one.known()),
                        Optional.empty()));
            }
        }
        return new VerificationReport(of, result, keys);
    }

    /** What became of the URI. */
    String word() {
        if (result instanceof VerificationResult.Verified) {
            return "verified";
        }
        if (result instanceof VerificationResult.Refused) {
            return "refused";
        }
        return result instanceof VerificationResult.Mismatch ? "mismatch" : "unusable";
    }

    void table(Terminal terminal) {
        TerminalColors colors = TerminalColors.of(terminal);
        Table table = new Table("WHOSE", "DEVICE", "RESULT", "FINGERPRINT");
        for (Key key : keys) {
            String whose = key.key().jid().toString();
            String devices = key.devices().stream().map(DeviceId::toString).collect(Collectors.joining(", "));
            String device = devices.isEmpty() ? "-" : devices;
            table.row(
                    whose,
                    device,
                    Words.of(key.outcome()),
                    colors.paint(key.key().fingerprint()));
            key.known().ifPresent(known -> table.row(whose, device, "known with", colors.paint(known)));
        }
        table.print(terminal);
    }

    /** A line for each key, or one that says that there is none. */
    void json(Terminal terminal) {
        JsonLines lines = new JsonLines(terminal.outForPrograms());
        keys.forEach(key -> lines.print(line -> JsonTrust.verified(line, key)));
        if (result instanceof VerificationResult.Unusable) {
            lines.print(line -> JsonTrust.unusable(line, this));
        }
    }

    private static void add(List<Key> to, List<TrustKey> keys, Outcome outcome, Optional<OmemoUri> uri, KnownKeys known)
            throws StoreException {
        for (TrustKey key : keys) {
            to.add(new Key(key, devices(key, uri, known), outcome, Optional.empty(), Optional.empty()));
        }
    }

    /** As the URI says, where it does. */
    private static List<DeviceId> devices(TrustKey key, Optional<OmemoUri> uri, KnownKeys known) throws StoreException {
        return uri.isEmpty()
                ? known.devicesWith(key)
                : uri.get().devices().entrySet().stream()
                        .filter(device -> device.getValue().equals(key.fingerprint()))
                        .map(Map.Entry::getKey)
                        .toList();
    }
}
