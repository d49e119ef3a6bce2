/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jxmpp.jid.BareJid;
import org.omemo4j.cli.ChatEvents.Answer;
import org.omemo4j.cli.ChatEvents.Asked;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.TrustChange;
import org.omemo4j.trust.TrustKey;
import org.omemo4j.trust.TrustLevel;
import org.omemo4j.trust.VerificationResult;

/** What concerns trust, in lines for a person. */
final class PlainTrust {
    private final TerminalColors colors;

    PlainTrust(TerminalColors colors) {
        this.colors = colors;
    }

    /** The devices, each with a number to answer with. */
    List<String> request(Asked asked) {
        int number = asked.number();
        List<String> lines = new ArrayList<>();
        lines.add("? Request " + number + ": what you write to "
                + asked.request().conversation() + " waits. Do you trust these devices?");
        int device = 0;
        for (KnownDevice known : asked.request().devices()) {
            device++;
            lines.add("?   " + number + "." + device + "  " + known.address().jid() + ", device "
                    + known.address().device()
                    + known.label().map(label -> ", " + quoted(label)).orElse(""));
            lines.add("?        " + known.fingerprint().map(colors::paint).orElse(""));
            lines.add("?        first seen " + LocalTime.of(known.firstSeen()) + ", last seen "
                    + LocalTime.of(known.lastSeen()));
        }
        lines.add("? /trust " + number + ", /trust " + number + ".1, /distrust " + number + ".1, /without " + number
                + " or /refuse " + number + "; /help says what they do.");
        return lines;
    }

    /** What became of decisions. */
    List<String> decided(Map<TrustKey, TrustChange> changes) {
        List<String> lines = new ArrayList<>();
        changes.forEach((key, change) -> {
            if (change instanceof TrustChange.Refused refused) {
                lines.add("! " + OneLine.of(refused.sentence()));
            } else if (change instanceof TrustChange.Changed changed) {
                lines.add(now(key, changed.to()));
                changed.warning().ifPresent(warning -> lines.add("! " + warning));
            } else if (change instanceof TrustChange.Unchanged unchanged) {
                lines.add(now(key, unchanged.level()));
            }
        });
        return lines;
    }

    /** What became of one that no request has asked for. */
    List<String> decided(DecidedKey decided) {
        if (decided.change() instanceof TrustChange.Refused refused) {
            return List.of("! " + OneLine.of(refused.sentence()));
        }
        List<String> lines = new ArrayList<>(
                List.of("* The key " + colors.paint(decided.key().fingerprint()) + " of "
                        + decided.key().jid() + ": " + decided.words()));
        if (decided.change() instanceof TrustChange.Changed changed) {
            changed.warning().ifPresent(warning -> lines.add("! " + warning));
        }
        return lines;
    }

    List<String> devices(BareJid of, List<KnownDevice> devices, DeviceAddress own) {
        if (devices.isEmpty()) {
            return List.of("* No devices of " + of + " are known here.");
        }
        List<String> lines = new ArrayList<>();
        for (KnownDevice known : devices) {
            lines.add("* " + of + ", device " + known.address().device()
                    + known.label().map(label -> ", " + quoted(label)).orElse("") + ", "
                    + DeviceReport.versions(known) + ": "
                    + (known.address().equals(own)
                            ? "this device"
                            : known.trust().words() + ", last seen " + LocalTime.of(known.lastSeen())));
            lines.add("*      " + known.fingerprint().map(colors::paint).orElse("its key is not known yet"));
        }
        return lines;
    }

    static String answered(Asked asked, Answer answer) {
        return "* What waits for " + asked.request().conversation()
                + (answer == Answer.WITHOUT ? " leaves without these devices." : " is not sent.");
    }

    static String verification(VerificationReport report) {
        String whose = report.of().map(of -> of + ": ").orElse("");
        if (report.result() instanceof VerificationResult.Verified) {
            return "* " + whose + OneLine.of(report.result().sentence());
        }
        String loud = report.result() instanceof VerificationResult.Unusable ? "NOTHING WAS VERIFIED. " : "";
        return "! " + whose + loud + OneLine.of(report.result().sentence());
    }

    List<String> accepted(AcceptedKey accepted) {
        return accepted.change() instanceof TrustChange.Refused refused
                ? List.of("! " + OneLine.of(refused.sentence()))
                : List.of("* " + accepted.device().jid() + ", device "
                        + accepted.device().device() + " " + accepted.words() + ": "
                        + colors.paint(accepted.shown()));
    }

    /** What to do about a key that is refused. */
    static String remedy(RefusedKey key) {
        return "!   " + key.remedy("/accept-key");
    }

    /** What agreeing means, and what not. */
    static List<String> optOut(OmemoEvent.OptedOut optOut) {
        BareJid contact = optOut.device().jid();
        String wish = "! " + contact + " (device " + optOut.device().device() + ", "
                + optOut.trust().words()
                + ", " + optOut.fingerprint() + ") would like to receive plain text instead of encrypted messages. "
                + (optOut.blocks()
                        ? "Nothing is sent to them until you answer."
                        : "That device is not trusted, so what you write stays encrypted.");
        List<String> lines = new ArrayList<>(List.of(wish));
        optOut.reason().map(PlainTrust::quoted).ifPresent(reason -> lines.add("!   Its reason: " + reason));
        if (optOut.blocks()) {
            lines.add("!   /plaintext " + contact + "  agrees: from then on servers can read what you write to them");
            lines.add("!   /encrypt " + contact + "  declines: it goes on encrypted");
        }
        return lines;
    }

    static String conversation(BareJid with, boolean encrypted) {
        return encrypted
                ? "* What you write to " + with + " is encrypted."
                : "! What you write to " + with + " leaves in PLAIN TEXT from now on: servers can read it. /encrypt "
                        + with + " ends that.";
    }

    /** What stands behind the name of who wrote a message. */
    static String mark(TrustLevel level) {
        return switch (level) {
            case BLINDLY_TRUSTED -> "";
            case VERIFIED, UNDECIDED -> " [" + level.words() + "]";
            case DISTRUSTED, COMPROMISED -> " [" + level.words().toUpperCase(Locale.ROOT) + "]";
        };
    }

    /** What others wrote: it cannot end its quotation. */
    private static String quoted(String text) {
        return '"' + OneLine.of(text).replace('"', '\'') + '"';
    }

    private String now(TrustKey key, TrustLevel level) {
        return "* The key " + colors.paint(key.fingerprint()) + " of " + key.jid() + " is " + level.words() + " now.";
    }
}
