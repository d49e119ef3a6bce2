/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.util.List;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.trust.TrustPolicy;

/**
 * What an application may choose.
 *
 * @param versions the versions of OMEMO in use, the preferred one first.
 * @param policy the encryption policy of conversations that have none of their own.
 * @param trust what a new identity key is worth.
 * @param preKeyPolicy what becomes of a used one-time prekey.
 * @param signedPreKeyRotation how long a signed prekey is published.
 * @param label what other people's clients show for this device, empty for none; at most 52 code points.
 */
public record OmemoConfig(
        List<OmemoVersion> versions,
        EncryptionPolicy policy,
        TrustPolicy trust,
        PreKeyPolicy preKeyPolicy,
        Duration signedPreKeyRotation,
        String label) {

    public OmemoConfig {
        versions = List.copyOf(versions);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("At least one version of OMEMO is needed.");
        }
        if (signedPreKeyRotation.isNegative() || signedPreKeyRotation.isZero()) {
            throw new IllegalArgumentException(
                    "A signed prekey must live for some time, not " + signedPreKeyRotation + ".");
        }
        if (label.codePointCount(0, label.length()) > 52) {
            throw new IllegalArgumentException("A label has at most 52 code points: " + label);
        }
        if (!label.codePoints().allMatch(OmemoConfig::isText)) {
            throw new IllegalArgumentException("A label has no control characters.");
        }
    }

    /** OMEMO 2, every conversation encrypted, new devices trusted blindly, a new signed prekey each week. */
    public static OmemoConfig defaults() {
        return new OmemoConfig(
                List.of(Omemo2.VERSION),
                EncryptionPolicy.REQUIRED,
                TrustPolicy.blind(),
                PreKeyPolicy.standard(),
                Duration.ofDays(7),
                "");
    }

    /** The same with another default policy. */
    public OmemoConfig withPolicy(EncryptionPolicy other) {
        return new OmemoConfig(versions, other, trust, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with another trust policy. */
    public OmemoConfig withTrust(TrustPolicy other) {
        return new OmemoConfig(versions, policy, other, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with another prekey policy. */
    public OmemoConfig withPreKeyPolicy(PreKeyPolicy other) {
        return new OmemoConfig(versions, policy, trust, other, signedPreKeyRotation, label);
    }

    /** The same with another life of signed prekeys. */
    public OmemoConfig withSignedPreKeyRotation(Duration other) {
        return new OmemoConfig(versions, policy, trust, preKeyPolicy, other, label);
    }

    /** The same with a label for this device. */
    public OmemoConfig withLabel(String other) {
        return new OmemoConfig(versions, policy, trust, preKeyPolicy, signedPreKeyRotation, other);
    }

    /** What XML can hold, and a line can show. */
    private static boolean isText(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }
}
