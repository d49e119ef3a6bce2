/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.omemo4j.protocol.DeviceAddress;

/** What became of a URI that a person has scanned or pasted: all of it counts, or nothing was changed. */
public sealed interface VerificationResult {

    /** A sentence for the person. */
    String sentence();

    /**
     * All keys of the URI are worth what it says.
     *
     * @param verified keys that were known and are verified now.
     * @param preVerified keys that no device has shown yet; verified as soon as one does.
     * @param already keys that were worth that before, and this device's own.
     * @param distrusted keys that the URI distrusts, and that are distrusted now.
     */
    record Verified(
            List<TrustKey> verified, List<TrustKey> preVerified, List<TrustKey> already, List<TrustKey> distrusted)
            implements VerificationResult {
        public Verified {
            verified = List.copyOf(verified);
            preVerified = List.copyOf(preVerified);
            already = List.copyOf(already);
            distrusted = List.copyOf(distrusted);
        }

        @Override
        public String sentence() {
            List<String> parts = new ArrayList<>();
            add(parts, verified, "verified");
            add(parts, preVerified, "verified before their device was seen");
            add(parts, already, "known to be so before");
            add(parts, distrusted, "distrusted");
            return "Keys: " + String.join(", ", parts) + ".";
        }

        private static void add(List<String> parts, List<TrustKey> keys, String what) {
            if (!keys.isEmpty()) {
                parts.add(keys.size() + " " + what);
            }
        }
    }

    /** Devices have other keys than the URI says: it is not of this contact, or somebody sits between. Nothing was changed. */
    record Mismatch(List<Difference> differences) implements VerificationResult {
        public Mismatch {
            differences = List.copyOf(differences);
        }

        @Override
        public String sentence() {
            return "THE KEYS DO NOT MATCH. Nothing was changed. "
                    + differences.stream()
                            .map(one -> "Device " + one.device() + " is known with the key " + one.known()
                                    + ", and should have " + one.expected() + ".")
                            .collect(Collectors.joining(" "))
                    + " Somebody may read along; ask the contact in person.";
        }
    }

    /**
     * A device that is known with another key.
     *
     * @param expected the key that the URI has for it.
     * @param known the key that it has shown.
     */
    record Difference(DeviceAddress device, Fingerprint expected, Fingerprint known) {}

    /**
     * It has nothing that could be verified, or the keys of somebody else than the person whose were asked for. Nothing was changed.
     *
     * @param sentence what is wrong with it.
     */
    record Unusable(UnusableUriException.Reason reason, String sentence) implements VerificationResult {}

    /**
     * A decision about some of its keys was refused. Nothing was changed.
     *
     * @param refusals those of them, and why.
     * @param sentence why, and what to do.
     */
    record Refused(Map<TrustKey, TrustRefusal> refusals, String sentence) implements VerificationResult {
        public Refused {
            refusals = Collections.unmodifiableMap(new LinkedHashMap<>(refusals));
        }
    }
}
