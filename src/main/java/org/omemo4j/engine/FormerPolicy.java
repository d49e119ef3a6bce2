/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.TrustPolicy;
import org.omemo4j.trust.TrustPolicy.Candidate;

/**
 * What the trust policies of some accounts said when a message had to wait for a decision, and whom they let read. A message that waits keeps it: a policy that is looser later does not let it leave.
 * Accounts that were not asked about then are trusted by nothing but a decision.
 */
final class FormerPolicy {
    /** Binds nothing. */
    static final FormerPolicy NONE = new FormerPolicy(Map.of(), "++++++");

    private static final char YES = '+';
    private static final char NO = '-';

    /** No kind of key is trusted, and both kinds of those that are trusted by a decision read. */
    private static final String DECISIONS = "----++";

    /** For each account of which anything else was said: what became of each kind of key, and whether those that are trusted, and those that are verified, were to read. */
    private final Map<BareJid, String> answers;

    private final String others;

    private FormerPolicy(Map<BareJid, String> answers, String others) {
        this.answers = answers;
        this.others = others;
    }

    /** What is said of these accounts now. */
    static FormerPolicy of(OmemoConfig config, Set<BareJid> accounts) {
        Map<BareJid, String> answers = new HashMap<>();
        for (BareJid account : accounts) {
            TrustPolicy policy = config.trust(account);
            StringBuilder said = new StringBuilder();
            for (boolean first : new boolean[] {false, true}) {
                for (boolean verified : new boolean[] {false, true}) {
                    TrustLevel level = policy.undecided(new Candidate(account, first, verified));
                    said.append(level == TrustLevel.BLINDLY_TRUSTED ? YES : NO);
                }
            }
            said.append(policy.mayRead(TrustLevel.BLINDLY_TRUSTED) ? YES : NO);
            said.append(policy.mayRead(TrustLevel.VERIFIED) ? YES : NO);
            if (!DECISIONS.contentEquals(said)) {
                answers.put(account, said.toString());
            }
        }
        return new FormerPolicy(answers, DECISIONS);
    }

    /** From the store: {@link #text()}. */
    static FormerPolicy read(String text) throws StoreException {
        Map<BareJid, String> answers = new HashMap<>();
        int length = DECISIONS.length();
        for (String line : text.lines().toList()) {
            if (!line.matches("[+-]{" + length + "} .+")) {
                throw new StoreException("What a stored message keeps of trust policies is damaged.");
            }
            try {
                answers.put(JidCreate.bareFrom(line.substring(length + 1)), line.substring(0, length));
            } catch (XmppStringprepException e) {
                throw new StoreException("What a stored message keeps of trust policies is damaged.", e);
            }
        }
        return new FormerPolicy(answers, DECISIONS);
    }

    /** A line for each account. */
    String text() {
        return answers.entrySet().stream()
                .map(answer -> answer.getValue() + " " + answer.getKey())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    TrustLevel undecided(Candidate key) {
        int kind = (key.first() ? 2 : 0) + (key.verified() ? 1 : 0);
        return said(key.jid(), kind) ? TrustLevel.BLINDLY_TRUSTED : TrustLevel.UNDECIDED;
    }

    /** Whether keys of this level were to read, if keys of this level may at all. */
    boolean mayRead(BareJid account, TrustLevel level) {
        return said(account, level == TrustLevel.VERIFIED ? 5 : 4);
    }

    private boolean said(BareJid account, int of) {
        return answers.getOrDefault(account, others).charAt(of) == YES;
    }
}
