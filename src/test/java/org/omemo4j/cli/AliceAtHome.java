/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.store.sql.SqlStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.trust.Fingerprint;

/** Alice, whose device has talked with Bob's phone, and its store on the disk, which nobody uses. */
final class AliceAtHome {
    static final String ALICE = "alice@example.org";
    static final String BOB = "bob@example.com";

    final World world = new World();
    final TestDevice phone;
    private final Path store;
    private final TestDevice device;
    private CommandRun last = new CommandRun();
    private boolean tty;

    AliceAtHome(Path folder) {
        store = folder.resolve("alice.db");
        phone = world.device(BOB, new MemoryStore(), OmemoConfig.defaults().withLabel("phone"));
        device =
                world.device(ALICE, SqlStore.open(store), OmemoConfig.defaults().withLabel("desk"));
        device.talksWith(phone);
        leave();
    }

    /** Her device, whose store is closed. */
    TestDevice device() {
        return device;
    }

    Path store() {
        return store;
    }

    /** What happens while her device is online again. */
    void online(Runnable what) {
        device.restart(); // which begins with closing the store
        what.run();
        leave();
    }

    /** From now on commands are run on a terminal. */
    AliceAtHome onTerminal() {
        tty = true;
        return this;
    }

    /** Runs a command with her account and store. */
    int run(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command, "--jid", ALICE, "--store", store.toString()));
        arguments.addAll(List.of(more));
        last = new CommandRun();
        if (tty) {
            last.tty().variable("TERM", "xterm-256color").variable("COLUMNS", "80");
        }
        return last.run(arguments.toArray(String[]::new));
    }

    String out() {
        return last.out();
    }

    String err() {
        return last.err();
    }

    static Fingerprint key(TestDevice of) {
        return of.key().fingerprint();
    }

    private void leave() {
        device.logout();
        try {
            device.store().close();
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }
}
