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
 * @param versions the versions of OMEMO in use, the preferred one first: what is published, read and sent. A device that has spoken more of them leaves the other lists; what still
 *     comes in those is not read.
 * @param sending those of them that messages are sent in; a device that speaks none of these is left out.
 * @param choice which of them a message is sent in.
 * @param separateStanzas whether a message in two versions leaves as two stanzas with the same id, for receivers that refuse two encrypted elements in one.
 * @param policy the encryption policy of conversations that have none of their own.
 * @param trust what a new identity key is worth.
 * @param preKeyPolicy what becomes of a used one-time prekey.
 * @param signedPreKeyRotation how long a signed prekey is published.
 * @param automaticRepair whether a session that cannot read is replaced without asking the application, in versions that allow it (legacy only); XEP-0384 0.9.1 forbids it. At most once an
 *     hour and three times a day for each device.
 * @param label what other people's clients show for this device, empty for none; at most 52 code points.
 */
public record OmemoConfig(
        List<OmemoVersion> versions,
        List<OmemoVersion> sending,
        VersionChoice choice,
        boolean separateStanzas,
        EncryptionPolicy policy,
        TrustPolicy trust,
        PreKeyPolicy preKeyPolicy,
        Duration signedPreKeyRotation,
        boolean automaticRepair,
        String label) {

    /** All there are, the preferred one first. */
    private static final List<OmemoVersion> KNOWN = List.of(Omemo2.VERSION, Axolotl.VERSION);

    public OmemoConfig {
        versions = List.copyOf(versions);
        sending = List.copyOf(sending);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("At least one version of OMEMO is needed.");
        }
        if (sending.isEmpty() || !versions.containsAll(sending)) {
            throw new IllegalArgumentException(
                    "Messages can be sent in versions that are in use, and at least in one.");
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
                KNOWN,
                KNOWN,
                VersionChoice.COMMON,
                false,
                EncryptionPolicy.REQUIRED,
                TrustPolicy.blind(),
                PreKeyPolicy.standard(),
                Duration.ofDays(7),
                false,
                "");
    }

    /** Versions that are not in use: this device leaves their lists if an earlier start has put it there. */
    List<OmemoVersion> unused() {
        return KNOWN.stream()
                .filter(known -> versions.stream()
                        .noneMatch(version -> version.namespace().equals(known.namespace())))
                .toList();
    }

    /** The same with these versions only, the preferred one first. */
    public OmemoConfig withVersions(List<OmemoVersion> others) {
        return new OmemoConfig(
                others,
                others,
                choice,
                separateStanzas,
                policy,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same, sending in these of the versions only; what comes in the others is read. */
    public OmemoConfig withSending(List<OmemoVersion> others) {
        return new OmemoConfig(
                versions,
                others,
                choice,
                separateStanzas,
                policy,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same with another choice of versions. */
    public OmemoConfig withChoice(VersionChoice other) {
        return new OmemoConfig(
                versions,
                sending,
                other,
                separateStanzas,
                policy,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same with a stanza for each version of a message, or one for all. */
    public OmemoConfig withSeparateStanzas(boolean separate) {
        return new OmemoConfig(
                versions,
                sending,
                choice,
                separate,
                policy,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same with another default policy. */
    public OmemoConfig withPolicy(EncryptionPolicy other) {
        return new OmemoConfig(
                versions,
                sending,
                choice,
                separateStanzas,
                other,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same with another trust policy. */
    public OmemoConfig withTrust(TrustPolicy other) {
        return new OmemoConfig(
                versions,
                sending,
                choice,
                separateStanzas,
                policy,
                other,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same with another prekey policy. */
    public OmemoConfig withPreKeyPolicy(PreKeyPolicy other) {
        return new OmemoConfig(
                versions,
                sending,
                choice,
                separateStanzas,
                policy,
                trust,
                other,
                signedPreKeyRotation,
                automaticRepair,
                label);
    }

    /** The same with another life of signed prekeys. */
    public OmemoConfig withSignedPreKeyRotation(Duration other) {
        return new OmemoConfig(
                versions, sending, choice, separateStanzas, policy, trust, preKeyPolicy, other, automaticRepair, label);
    }

    /** The same with or without sessions that are replaced by themselves. */
    public OmemoConfig withAutomaticRepair(boolean repair) {
        return new OmemoConfig(
                versions,
                sending,
                choice,
                separateStanzas,
                policy,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                repair,
                label);
    }

    /** The same with a label for this device. */
    public OmemoConfig withLabel(String other) {
        return new OmemoConfig(
                versions,
                sending,
                choice,
                separateStanzas,
                policy,
                trust,
                preKeyPolicy,
                signedPreKeyRotation,
                automaticRepair,
                other);
    }

    /** What XML can hold, and a line can show. */
    private static boolean isText(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }
}
