/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.trust.TrustPolicy;

/** What an application may choose. Immutable: start from {@link #defaults()}. */
public final class OmemoConfig {
    /** All there are, the preferred one first. */
    private static final List<OmemoVersion> KNOWN = List.of(Omemo2.VERSION, Axolotl.VERSION);

    private final Choices choices;

    /** Changed only until a configuration has it. */
    private static final class Choices {
        private List<OmemoVersion> versions = KNOWN;
        private List<OmemoVersion> sending = KNOWN;
        private VersionChoice choice = VersionChoice.COMMON;
        private boolean separateStanzas;
        private EncryptionPolicy policy = EncryptionPolicy.REQUIRED;
        private TrustPolicy trust = TrustPolicy.blindBeforeVerification();
        private Map<BareJid, TrustPolicy> trustOf = Map.of();
        private boolean trustMessages = true;
        private PreKeyPolicy preKeyPolicy = PreKeyPolicy.standard();
        private Duration signedPreKeyRotation = Duration.ofDays(7);
        private MembersWithoutKeys membersWithoutKeys = MembersWithoutKeys.SKIP;
        private Optional<Duration> decisionTimeout = Optional.empty();
        private boolean automaticRepair;
        private Optional<String> label = Optional.empty();

        Choices copy() {
            Choices copy = new Choices();
            copy.versions = versions;
            copy.sending = sending;
            copy.choice = choice;
            copy.separateStanzas = separateStanzas;
            copy.policy = policy;
            copy.trust = trust;
            copy.trustOf = trustOf;
            copy.trustMessages = trustMessages;
            copy.preKeyPolicy = preKeyPolicy;
            copy.signedPreKeyRotation = signedPreKeyRotation;
            copy.membersWithoutKeys = membersWithoutKeys;
            copy.decisionTimeout = decisionTimeout;
            copy.automaticRepair = automaticRepair;
            copy.label = label;
            return copy;
        }
    }

    private OmemoConfig(Choices choices) {
        if (choices.versions.isEmpty()) {
            throw new IllegalArgumentException("At least one version of OMEMO is needed.");
        }
        if (choices.sending.isEmpty() || !choices.versions.containsAll(choices.sending)) {
            throw new IllegalArgumentException(
                    "Messages can be sent in versions that are in use, and at least in one.");
        }
        if (choices.signedPreKeyRotation.isNegative() || choices.signedPreKeyRotation.isZero()) {
            throw new IllegalArgumentException(
                    "A signed prekey must live for some time, not " + choices.signedPreKeyRotation + ".");
        }
        if (choices.decisionTimeout
                .filter(time -> time.isNegative() || time.isZero())
                .isPresent()) {
            throw new IllegalArgumentException("A person needs some time to decide.");
        }
        String label = choices.label.orElse("");
        if (label.codePointCount(0, label.length()) > 52) {
            throw new IllegalArgumentException("A label has at most 52 code points: " + label);
        }
        if (!label.codePoints().allMatch(OmemoConfig::isText)) {
            throw new IllegalArgumentException("A label has no control characters.");
        }
        this.choices = choices;
    }

    /**
     * OMEMO 2 and legacy OMEMO, every conversation encrypted, devices trusted blindly until one of their account is verified, a new signed prekey each week, members of rooms without keys skipped, no automatic repair.
     */
    public static OmemoConfig defaults() {
        return new OmemoConfig(new Choices());
    }

    /**
     * The versions of OMEMO in use, the preferred one first: what is published, read and sent. A device that has spoken more of them leaves the other lists; what still comes in those
     * is not read.
     */
    public List<OmemoVersion> versions() {
        return choices.versions;
    }

    /** Those of them that messages are sent in; a device that speaks none of these is left out. */
    public List<OmemoVersion> sending() {
        return choices.sending;
    }

    /** Which of them a message is sent in. */
    public VersionChoice choice() {
        return choices.choice;
    }

    /** Whether a message in two versions leaves as two stanzas with the same id, for receivers that refuse two encrypted elements in one. */
    public boolean separateStanzas() {
        return choices.separateStanzas;
    }

    /** The encryption policy of conversations that have none of their own. */
    public EncryptionPolicy policy() {
        return choices.policy;
    }

    /** What an identity key is worth that nobody has decided about, of accounts that have no policy of their own. */
    public TrustPolicy trust() {
        return choices.trust;
    }

    /** The policy for the identity keys of this account; of our own one, for those of our other devices. */
    public TrustPolicy trust(BareJid jid) {
        return choices.trustOf.getOrDefault(jid, choices.trust);
    }

    /**
     * Whether what a person verifies or distrusts here is told to their other verified devices and to those of contacts, and what those tell is believed (XEP-0450). Without, a trust message is a message
     * like any other: the application's affair.
     */
    public boolean trustMessages() {
        return choices.trustMessages;
    }

    /** What becomes of a used one-time prekey. */
    public PreKeyPolicy preKeyPolicy() {
        return choices.preKeyPolicy;
    }

    /** How long a signed prekey is published. */
    public Duration signedPreKeyRotation() {
        return choices.signedPreKeyRotation;
    }

    /** What becomes of a message to a room while a member has no device that can read it. */
    public MembersWithoutKeys membersWithoutKeys() {
        return choices.membersWithoutKeys;
    }

    /** How long messages wait for a person's decision about devices, counted from when it was asked for; for ever if empty. What waits then is not sent. */
    public Optional<Duration> decisionTimeout() {
        return choices.decisionTimeout;
    }

    /**
     * Whether a session that cannot read is replaced without asking the application, in versions that allow it (legacy only); XEP-0384 0.9.1 forbids it. At most once an hour and three
     * times a day for each device.
     */
    public boolean automaticRepair() {
        return choices.automaticRepair;
    }

    /** What other people's clients show for this device: at most 52 code points, no text for none. Where it is not set, the device keeps the one that it has. */
    public Optional<String> label() {
        return choices.label;
    }

    /** The same with these versions only, the preferred one first; messages are sent in all of them. */
    public OmemoConfig withVersions(List<OmemoVersion> others) {
        return with(changed -> {
            changed.versions = List.copyOf(others);
            changed.sending = changed.versions;
        });
    }

    /** The same, sending in these of the versions only; what comes in the others is read. */
    public OmemoConfig withSending(List<OmemoVersion> others) {
        return with(changed -> changed.sending = List.copyOf(others));
    }

    /** The same with another choice of versions. */
    public OmemoConfig withChoice(VersionChoice other) {
        return with(changed -> changed.choice = other);
    }

    /** The same with a stanza for each version of a message, or one for all. */
    public OmemoConfig withSeparateStanzas(boolean separate) {
        return with(changed -> changed.separateStanzas = separate);
    }

    /** The same with another default policy. */
    public OmemoConfig withPolicy(EncryptionPolicy other) {
        return with(changed -> changed.policy = other);
    }

    /** The same with another trust policy. What waits in the store for decisions that a stricter one has asked for still does. */
    public OmemoConfig withTrust(TrustPolicy other) {
        return with(changed -> changed.trust = other);
    }

    /** The same with a trust policy for this account alone. */
    public OmemoConfig withTrust(BareJid jid, TrustPolicy other) {
        return with(changed -> {
            Map<BareJid, TrustPolicy> all = new HashMap<>(changed.trustOf);
            all.put(jid, other);
            changed.trustOf = Map.copyOf(all);
        });
    }

    /** The same with or without automatic trust management. */
    public OmemoConfig withTrustMessages(boolean used) {
        return with(changed -> changed.trustMessages = used);
    }

    /** The same with another prekey policy. */
    public OmemoConfig withPreKeyPolicy(PreKeyPolicy other) {
        return with(changed -> changed.preKeyPolicy = other);
    }

    /** The same with another life of signed prekeys. */
    public OmemoConfig withSignedPreKeyRotation(Duration other) {
        return with(changed -> changed.signedPreKeyRotation = other);
    }

    /** The same with another rule for messages to rooms where a member has no device that can read them. */
    public OmemoConfig withMembersWithoutKeys(MembersWithoutKeys other) {
        return with(changed -> changed.membersWithoutKeys = other);
    }

    /** The same with messages that wait so long at most for a decision about devices. */
    public OmemoConfig withDecisionTimeout(Duration time) {
        return with(changed -> changed.decisionTimeout = Optional.of(time));
    }

    /** The same with or without sessions that are replaced by themselves. */
    public OmemoConfig withAutomaticRepair(boolean repair) {
        return with(changed -> changed.automaticRepair = repair);
    }

    /** The same with a label for this device, which keeps it in its store; an empty one takes back what it has. */
    public OmemoConfig withLabel(String other) {
        return with(changed -> changed.label = Optional.of(other));
    }

    /** Versions that are not in use: this device leaves their lists if an earlier start has put it there. */
    List<OmemoVersion> unused() {
        return KNOWN.stream()
                .filter(known -> choices.versions.stream()
                        .noneMatch(version -> version.namespace().equals(known.namespace())))
                .toList();
    }

    private OmemoConfig with(Consumer<Choices> change) {
        Choices changed = choices.copy();
        change.accept(changed);
        return new OmemoConfig(changed);
    }

    /** What XML can hold, and a line can show. */
    private static boolean isText(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }
}
