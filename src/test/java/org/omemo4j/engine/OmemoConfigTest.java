/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.axolotl.Axolotl;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.TrustPolicy.Candidate;

/** What an application may choose, and what would break later. */
class OmemoConfigTest {
    private static final BareJid JID = World.jid("bob@example.com");

    private final OmemoConfig defaults = OmemoConfig.defaults();

    @Test
    void theDefaultsAreStated() {
        assertThat(defaults.versions()).containsExactly(Omemo2.VERSION, Axolotl.VERSION);
        assertThat(defaults.sending()).containsExactly(Omemo2.VERSION, Axolotl.VERSION);
        assertThat(defaults.choice()).isEqualTo(VersionChoice.COMMON);
        assertThat(defaults.separateStanzas()).isFalse();
        assertThat(defaults.policy()).isEqualTo(EncryptionPolicy.REQUIRED);
        assertThat(defaults.trustMessages()).isTrue();
        assertThat(defaults.signedPreKeyRotation()).isEqualTo(Duration.ofDays(7));
        assertThat(defaults.membersWithoutKeys()).isEqualTo(MembersWithoutKeys.SKIP);
        assertThat(defaults.decisionTimeout()).isEmpty();
        assertThat(defaults.automaticRepair()).isFalse();
        assertThat(defaults.label()).isEmpty();
    }

    @Test
    void keysAreTrustedBlindlyBeforeVerificationByDefaultWhoeverHasThem() {
        for (TrustPolicy policy : List.of(defaults.trust(), defaults.trust(JID))) {
            assertThat(policy.undecided(new Candidate(JID, false, false))).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
            assertThat(policy.undecided(new Candidate(JID, true, true))).isEqualTo(TrustLevel.UNDECIDED);
            assertThat(policy.asks()).isTrue();
        }
    }

    @Test
    void noVersionIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withVersions(List.of()));
    }

    @Test
    void aSignedPrekeyWithoutALifeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withSignedPreKeyRotation(Duration.ZERO));
    }

    @Test
    void aDecisionHasSomeTime() {
        assertThat(defaults.withDecisionTimeout(Duration.ofSeconds(1)).decisionTimeout())
                .contains(Duration.ofSeconds(1));
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withDecisionTimeout(Duration.ZERO));
    }

    @Test
    void aLabelOf52CodePointsIsTaken() {
        String label = "\uD83D\uDE00".repeat(52);

        assertThat(defaults.withLabel(label).label()).contains(label);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\u0000",
                "line\nline",
                "\uD800",
                "\uFFFE",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void aLabelThatOthersCouldNotReadIsRefused(String label) {
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withLabel(label));
    }
}
