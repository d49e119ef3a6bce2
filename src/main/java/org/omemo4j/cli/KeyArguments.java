/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.trust.TrustKey;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which key a command decides about, and why. */
final class KeyArguments {
    @Parameters(
            index = "0",
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "Whose key, for example bob@example.org; your own for your other devices.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private EntityBareJid jid;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FINGERPRINT",
            description =
                    "The key's 64 hex digits, as `omemo devices` or another client shows them: in upper or lower case, with blanks, colons or dashes.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private List<String> fingerprint;

    @Mixin
    private final ReasonOption reason = new ReasonOption();

    /** @throws CommandFailure if it is none. */
    TrustKey key() throws CommandFailure {
        return new TrustKey(jid, Pasted.fingerprint(fingerprint));
    }

    String reason() {
        return reason.text();
    }
}
