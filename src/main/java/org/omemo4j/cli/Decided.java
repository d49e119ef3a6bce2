/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.omemo4j.engine.TrustEntry;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustMeans;

/** Tells what becomes of a person's decisions, and what follows from them. */
final class Decided {
    private final OmemoManager omemo;
    private final Terminal terminal;
    private final boolean json;

    /** The newest entry of the journal before. */
    private final long before;

    /** To be made before anything is decided. */
    Decided(OmemoManager omemo, LocalOptions options) throws StoreException {
        this.omemo = omemo;
        this.terminal = options.terminal();
        this.json = options.json();
        this.before = omemo.trust().journal(1).stream()
                .mapToLong(TrustEntry::number)
                .findFirst()
                .orElse(0);
    }

    /** @throws CommandFailure if it was refused. */
    void tell(DecidedKey decided) throws CommandFailure, StoreException {
        if (json) {
            print(line -> JsonTrust.decision(line, decided));
        }
        tell(decided.key(), decided.devices(), decided.change(), decided.words());
    }

    /** The same of one that was accepted. */
    void tell(AcceptedKey accepted) throws CommandFailure, StoreException {
        if (json) {
            print(line -> JsonTrust.accepted(line, accepted));
        }
        tell(accepted.key(), List.of(accepted.device().device()), accepted.change(), accepted.words());
    }

    private void tell(TrustKey key, List<DeviceId> devices, TrustChange change, String words)
            throws CommandFailure, StoreException {
        if (change instanceof TrustChange.Refused refused) {
            throw new CommandFailure(refused.sentence());
        }
        if (!json) {
            terminal.out()
                    .println(key.jid()
                            + devices.stream()
                                    .map(device -> ", device " + device)
                                    .collect(Collectors.joining()) + ": "
                            + words);
            terminal.out().println(TerminalColors.of(terminal).paint(key.fingerprint()));
        }
        if (change instanceof TrustChange.Changed changed) {
            changed.warning().ifPresent(terminal::say);
        }
        tellWhatFollows();
    }

    /** What trust messages had said of keys may apply now. */
    void tellWhatFollows() throws StoreException {
        long applied = omemo.trust().journal(Integer.MAX_VALUE).stream()
                .takeWhile(entry -> entry.number() > before)
                .filter(entry -> entry.means() == TrustMeans.TRUST_MESSAGE
                        && entry.refusal().isEmpty())
                .count();
        if (applied > 0) {
            terminal.say("what trust messages had said before applies now to "
                    + (applied == 1 ? "another key" : applied + " other keys") + ": see omemo journal");
        }
    }

    private void print(JsonLines.Fields fields) {
        new JsonLines(terminal.outForPrograms()).print(fields);
    }
}
