/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.util.List;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.trust.TrustPolicy;

/**
 * What an application may choose.
 *
 * @param versions the versions of OMEMO in use, the preferred one first.
 * @param choice which of them a message is sent in.
 * @param separateStanzas whether a message in two versions leaves as two stanzas with the same id, for receivers that refuse two encrypted elements in one.
 * @param policy the encryption policy of conversations that have none of their own.
 * @param trust what a new identity key is worth.
 * @param preKeyPolicy what becomes of a used one-time prekey.
 * @param signedPreKeyRotation how long a signed prekey is published.
 * @param label what other people's clients show for this device, empty for none; at most 52 code points.
 */
public record OmemoConfig(
        List<OmemoVersion> versions,
        VersionChoice choice,
        boolean separateStanzas,
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

    /** OMEMO 2 and legacy OMEMO, every conversation encrypted, new devices trusted blindly, a new signed prekey each week. */
    public static OmemoConfig defaults() {
        return new OmemoConfig(
                List.of(Omemo2.VERSION, Axolotl.VERSION),
                VersionChoice.COMMON,
                false,
                EncryptionPolicy.REQUIRED,
                TrustPolicy.blind(),
                PreKeyPolicy.standard(),
                Duration.ofDays(7),
                "");
    }

    /** The same with these versions only, the preferred one first. */
    public OmemoConfig withVersions(List<OmemoVersion> others) {
        return new OmemoConfig(
                others, choice, separateStanzas, policy, trust, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with another choice of versions. */
    public OmemoConfig withChoice(VersionChoice other) {
        return new OmemoConfig(
                versions, other, separateStanzas, policy, trust, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with a stanza for each version of a message, or one for all. */
    public OmemoConfig withSeparateStanzas(boolean separate) {
        return new OmemoConfig(versions, choice, separate, policy, trust, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with another default policy. */
    public OmemoConfig withPolicy(EncryptionPolicy other) {
        return new OmemoConfig(
                versions, choice, separateStanzas, other, trust, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with another trust policy. */
    public OmemoConfig withTrust(TrustPolicy other) {
        return new OmemoConfig(
                versions, choice, separateStanzas, policy, other, preKeyPolicy, signedPreKeyRotation, label);
    }

    /** The same with another prekey policy. */
    public OmemoConfig withPreKeyPolicy(PreKeyPolicy other) {
        return new OmemoConfig(versions, choice, separateStanzas, policy, trust, other, signedPreKeyRotation, label);
    }

    /** The same with another life of signed prekeys. */
    public OmemoConfig withSignedPreKeyRotation(Duration other) {
        return new OmemoConfig(versions, choice, separateStanzas, policy, trust, preKeyPolicy, other, label);
    }

    /** The same with a label for this device. */
    public OmemoConfig withLabel(String other) {
        return new OmemoConfig(
                versions, choice, separateStanzas, policy, trust, preKeyPolicy, signedPreKeyRotation, other);
    }

    /** What XML can hold, and a line can show. */
    private static boolean isText(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }
}
