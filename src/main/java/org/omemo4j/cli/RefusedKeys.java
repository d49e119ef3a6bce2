/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.Optional;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.UnreadMessage;

/**
 * Says which keys were not taken, why, and what a person can do about it.
 *
 * @param own the account that the command is for.
 */
record RefusedKeys(EntityBareJid own, Terminal terminal) implements OmemoListener {
    @Override
    public void onEvent(OmemoEvent event) {
        Optional<RefusedKey> refused = RefusedKey.of(event);
        if (refused.isPresent()) {
            say(event.sentence(), refused.get());
        } else if (event instanceof OmemoEvent.BundleUnusable) {
            terminal.say(event.sentence());
        }
    }

    @Override
    public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
        RefusedKey.of(message)
                .ifPresent(key -> say(
                        "A message of " + key.device() + " cannot be read (" + Words.of(reason) + "): it shows "
                                + key.shown() + ".",
                        key));
    }

    private void say(String sentence, RefusedKey key) {
        terminal.say(sentence + " " + key.remedy("omemo accept-key --jid " + own));
    }
}
