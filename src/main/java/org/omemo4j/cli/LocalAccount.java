/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.sql.SqlStore;

/** An account's keys on its store, without a login. What is decided here and has to be told to others waits in the store for the next login. */
final class LocalAccount implements AutoCloseable {
    private final EntityBareJid jid;
    private final Client client;
    private @Nullable OmemoStore store;

    /** @param deadline ends the wait for a store that is in use. */
    LocalAccount(EntityBareJid jid, Deadline deadline) {
        this.jid = jid;
        Account account = Account.local(jid);
        this.client =
                new Client(account, Client.configuration(account, deadline).build(), deadline);
    }

    /**
     * Takes the store.
     *
     * @param command for others who want the store meanwhile: who has it.
     * @throws CommandFailure if nobody has logged in with this store yet, or it is in use until the deadline. It is closed then.
     */
    void start(Path file, String command, OmemoConfig config, Terminal terminal)
            throws CommandFailure, InterruptedException {
        boolean usable = false;
        try {
            if (Files.exists(file)) { // to look is not to make one
                client.start(
                        () -> store = SqlStore.open(file, command),
                        config,
                        terminal,
                        busy -> busy.use() + "; stop it first"); // with another store this would be another device
                usable = hasDevice();
            }
        } finally {
            if (!usable) {
                close();
            }
        }
        if (!usable) {
            throw new CommandFailure("there are no keys of " + jid + " in " + file
                    + " yet: the first login makes them, for example of `omemo chat --jid " + jid + "`");
        }
    }

    OmemoManager omemo() {
        return client.omemo();
    }

    @Override
    public void close() {
        client.close();
    }

    /** A device that is not in the store is another one each time. */
    private boolean hasDevice() throws CommandFailure {
        try {
            return store != null && store.ownDevice().isPresent();
        } catch (StoreException e) {
            throw new CommandFailure(Sentence.of(e), e);
        }
    }
}
