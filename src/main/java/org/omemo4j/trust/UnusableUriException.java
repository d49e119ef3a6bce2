/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.VisibleText;

/** A URI verifies nothing. The message is a sentence for the person who scanned or pasted it, safe to show. */
public final class UnusableUriException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Code points of what others wrote that a sentence quotes. */
    private static final int MAX_QUOTED = 60;

    /** Why it verifies nothing. */
    public enum Reason {
        /** It is neither an XMPP URI nor an invitation link. */
        NO_XMPP_URI,
        /** It has no address of an account, or one that is none. */
        NO_ADDRESS,
        /** It has no OMEMO keys. */
        NO_KEYS,
        /** A key has another size. */
        WRONG_LENGTH,
        /** A key is not in hex digits. */
        WRONG_ALPHABET,
        /** The number of a device is none. */
        BAD_DEVICE_ID,
        /** A trust message does not say, or says twice, for which encryption it is, or it is for another one. */
        BAD_ENCRYPTION,
        /** It has two keys for one device, or trusts and distrusts the same key. */
        CONTRADICTION,
        /** It has more parameters than anybody needs. */
        TOO_MANY_PARAMETERS,
        /** It is longer than anybody needs. */
        TOO_LONG,
        /** Its keys are those of somebody else than the person they were asked for. */
        FOREIGN_ADDRESS
    }

    private final Reason reason;
    private final @Nullable BareJid jid;

    UnusableUriException(Reason reason, String sentence) {
        this(reason, sentence, null);
    }

    UnusableUriException(Reason reason, String sentence, @Nullable BareJid jid) {
        super(sentence);
        this.reason = reason;
        this.jid = jid;
    }

    static UnusableUriException ofKey(String which, MalformedFingerprintException problem) {
        Reason reason = problem.reason() == MalformedFingerprintException.Reason.WRONG_LENGTH
                ? Reason.WRONG_LENGTH
                : Reason.WRONG_ALPHABET;
        return new UnusableUriException(reason, which + " is none. " + problem.getMessage());
    }

    /** The same of a URI that names this account. */
    UnusableUriException naming(BareJid account) {
        return new UnusableUriException(reason, Objects.requireNonNull(getMessage()), account);
    }

    /** Why it verifies nothing. */
    public Reason reason() {
        return reason;
    }

    /** Whose keys it claims to have, if it says that. */
    public Optional<BareJid> jid() {
        return Optional.ofNullable(jid);
    }

    /** What others wrote, short and safe enough to be in a sentence. */
    static String quote(CharSequence text) {
        String shown = VisibleText.of(text.toString(), MAX_QUOTED + 1);
        return shown.codePointCount(0, shown.length()) <= MAX_QUOTED
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, MAX_QUOTED)) + "…";
    }
}
