/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;
import picocli.CommandLine;

/** What the options of a command that logs in become. */
class AccountOptionsTest {
    @Test
    void aLabelNamesTheDevice() {
        assertThat(parse("--jid", "a@localhost", "--label", "kitchen bot")
                        .config()
                        .label())
                .contains("kitchen bot");
    }

    @Test
    void withoutOneTheDeviceKeepsWhatItHasAndAnEmptyOneTakesItBack() {
        assertThat(parse("--jid", "a@localhost").config().label()).isEmpty();
        assertThat(parse("--jid", "a@localhost", "--label", "").config().label())
                .contains("");
    }

    @Test
    void devicesAreTrustedBlindlyUntilOneIsVerifiedUnlessThePolicyIsAnotherOne() {
        TrustPolicy.Candidate later = new TrustPolicy.Candidate(Undecided.BOB, false, false);
        TrustPolicy.Candidate first = new TrustPolicy.Candidate(Undecided.BOB, true, false);
        TrustPolicy.Candidate besideAVerifiedOne = new TrustPolicy.Candidate(Undecided.BOB, false, true);

        assertThat(policy().undecided(later)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(policy().undecided(besideAVerifiedOne)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(policy("--trust", "blind-before-verification").undecided(later))
                .isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(policy("--trust", "first-use").undecided(first)).isEqualTo(TrustLevel.BLINDLY_TRUSTED);
        assertThat(policy("--trust", "first-use").undecided(later)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(policy("--trust", "manual").undecided(first)).isEqualTo(TrustLevel.UNDECIDED);
        assertThat(policy("--trust", "manual").asks()).isTrue();
        assertThat(policy("--trust", "verified-only").asks()).isFalse();
    }

    private static TrustPolicy policy(String... option) {
        List<String> arguments = new ArrayList<>(List.of("--jid", "a@localhost"));
        arguments.addAll(List.of(option));
        return parse(arguments.toArray(String[]::new)).config().trust();
    }

    private static AccountOptions parse(String... arguments) {
        return CommandLine.populateCommand(new AccountOptions(), arguments);
    }
}
