/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.FetchProblem;
import org.omemo4j.engine.KnownDevice;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.sql.SqlStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lists the devices of an account. */
@Command(
        name = "devices",
        description = {
            "Lists the devices of a contact, or your own, with what their keys are worth.",
            "It shows what was known after the last login, at once and without a password. With --fetch it logs in and asks the"
                    + " account's server first, also for keys of devices that were never written to.",
            "A device that is not in use is on no list of its account any more. LAST SEEN is exact to an hour."
        },
        footer = {
            "",
            "With --json, each line is a device, with \"jid\", \"device\", \"thisDevice\", \"label\", \"versions\", \"trust\", \"firstSeen\","
                    + " \"lastSeen\" and \"fingerprint\".",
            JsonTrust.HELP_OF_LEVELS,
            "For example:",
            "  omemo devices --jid alice@example.org bob@example.org"
        })
final class DevicesCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Omemo parent;

    @Mixin
    private final AccountOptions options = new AccountOptions();

    @Option(names = "--fetch", description = "Log in and ask the account's server first.")
    private boolean fetch;

    @Option(names = "--json", description = "Print a JSON object for each device, on a line of its own.")
    private boolean json;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "JID",
            converter = JidArgument.class,
            description = "Whose devices, for example bob@example.org; yours if it is missing.")
    private @Nullable EntityBareJid jid;

    @Override
    public Integer call() throws CommandFailure, InterruptedException, StoreException {
        options.applyLogging();
        Terminal terminal = parent.terminal();
        EntityBareJid whose = jid != null ? jid : options.jid();
        if (fetch) {
            fetch(whose, terminal);
            return 0;
        }
        try (LocalAccount local = options.openLocally("omemo devices", terminal)) {
            List<KnownDevice> devices = local.omemo().devices(whose);
            if (devices.isEmpty() && !whose.equals(options.jid())) {
                throw new CommandFailure(
                        "no devices of " + whose + " are known here yet: with --fetch they are asked for");
            }
            show(devices, local.omemo(), terminal);
            if (devices.stream().anyMatch(device -> device.fingerprint().isEmpty())) {
                terminal.say("with --fetch, the keys that are not known yet are asked for");
            }
        }
        return 0;
    }

    private void fetch(EntityBareJid whose, Terminal terminal)
            throws CommandFailure, InterruptedException, StoreException {
        Account account = options.account(terminal);
        Path store = options.store(terminal);
        Deadline deadline = Deadline.in(options.waitTime());
        try (Client client =
                new Client(account, Client.configuration(account, deadline).build(), deadline)) {
            OmemoManager omemo = client.omemo();
            omemo.readKeyTrafficOnly(); // texts are for those who show them
            omemo.addOmemoListener(new RefusedKeys(options.jid(), terminal));
            client.start(() -> SqlStore.open(store, "omemo devices"), options.config(), terminal);
            client.connect();
            client.logIn();
            if (!omemo.awaitReady(deadline.remaining())) {
                terminal.say("this device could not be announced: nobody can write to it yet");
            }
            prepare(omemo, whose, deadline);
            List<KnownDevice> devices = omemo.devices(whose);
            if (!omemo.areDevicesConfirmed(whose)) {
                String why =
                        omemo.deviceListProblem(whose).map(FetchProblem::words).orElse("it was not asked");
                if (devices.isEmpty()) {
                    throw new CommandFailure("it could not be found out which devices " + whose + " has: " + why);
                }
                terminal.say("this is from before, as it could not be asked for anew: " + why);
            }
            show(devices, omemo, terminal);
        }
    }

    private static void prepare(OmemoManager omemo, EntityBareJid whose, Deadline deadline)
            throws CommandFailure, InterruptedException {
        try {
            omemo.prepare(whose).get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandFailure("the devices of " + whose + " could not be had within " + deadline, e);
        } catch (ExecutionException e) {
            throw new CommandFailure(Sentence.of(e), e);
        }
    }

    private void show(List<KnownDevice> known, OmemoManager omemo, Terminal terminal) {
        DeviceAddress own = omemo.ownDevice().address();
        List<KnownDevice> devices = known.stream()
                .sorted(Comparator.comparing(device -> !device.address().equals(own)))
                .toList();
        if (devices.isEmpty()) {
            terminal.say("there are no OMEMO devices");
        } else if (json) {
            new DeviceReport(terminal, own).json(devices);
        } else {
            new DeviceReport(terminal, own).table(devices);
        }
    }
}
