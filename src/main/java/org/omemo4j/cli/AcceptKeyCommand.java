/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustChange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Accepts a key that was refused. */
@Command(
        name = "accept-key",
        description = {
            "Accepts that a device shows another key than it did, or one that another account is known by.",
            "Such a key is refused until you accept it: somebody may sit between. Ask the contact, not by messages of that device,"
                    + " whether it was set up anew or moved; omemo chat, omemo send and omemo devices --fetch tell which key was refused.",
            "From then on the device is known with this key, and what it sends with another one is refused. What the key is worth"
                    + " is not decided by that: omemo trust and omemo verify do so. To go back, accept the old key. It needs no login."
        },
        footer = {
            "",
            "With --json, it is one line with \"jid\", \"devices\", \"fingerprint\" and \"known\", the key that the device was known"
                    + " with or null, and:",
            JsonTrust.HELP_OF_RESULTS,
            JsonTrust.HELP_OF_LEVELS,
            "For example:",
            "  omemo accept-key --jid alice@example.org bob@example.org 31415 \\",
            "    d54a1f3c 80e0a6b1 b5c7b0f9 e2f0c4d3 1a6e5b77 96884f2d 0c1b3a59 47fe6021"
        })
final class AcceptKeyCommand implements Callable<Integer> {
    @Mixin
    private final LocalOptions options = new LocalOptions();

    @Mixin
    private final ReasonOption reason = new ReasonOption();

    @Option(names = "--unknown", description = "Also for a device that was never seen.")
    private boolean unknown;

    @Parameters(
            index = "0",
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "Whose device, for example bob@example.org; your own for your other devices.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private EntityBareJid jid;

    @Parameters(
            index = "1",
            paramLabel = "DEVICE",
            converter = DeviceArgument.class,
            description = "Its number, as `omemo devices` lists it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private DeviceId device;

    @Parameters(
            index = "2..*",
            arity = "1..*",
            paramLabel = "FINGERPRINT",
            description = "The 64 hex digits of the key that was refused, in any form.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses the command line
    private List<String> fingerprint;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        DeviceAddress address = new DeviceAddress(jid, device);
        Fingerprint shown = Pasted.fingerprint(fingerprint);
        try (LocalAccount local = options.open()) {
            OmemoManager omemo = local.omemo();
            KnownKeys keys = new KnownKeys(omemo);
            if (!unknown) {
                keys.require(address);
            }
            Optional<Fingerprint> known = keys.of(address);
            Decided decided = new Decided(omemo, options);
            TrustChange change = omemo.trust().acceptKey(address, shown, reason.text());
            decided.tell(new AcceptedKey(address, shown, known, change));
        }
        return 0;
    }
}
