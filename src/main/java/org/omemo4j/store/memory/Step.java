/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import java.util.List;
import java.util.Optional;
import org.omemo4j.store.Changes.Change;
import org.omemo4j.store.Changes.ClearJournal;
import org.omemo4j.store.Changes.DeleteDevice;
import org.omemo4j.store.Changes.DeleteKeptTrust;
import org.omemo4j.store.Changes.DeleteParked;
import org.omemo4j.store.Changes.DeletePreKey;
import org.omemo4j.store.Changes.DeleteSession;
import org.omemo4j.store.Changes.DeleteSignedPreKey;
import org.omemo4j.store.Changes.DeleteSkippedKey;
import org.omemo4j.store.Changes.DropClosedChains;
import org.omemo4j.store.Changes.DropJournal;
import org.omemo4j.store.Changes.DropRefusedTrustEntries;
import org.omemo4j.store.Changes.DropReplacements;
import org.omemo4j.store.Changes.DropSkippedKeys;
import org.omemo4j.store.Changes.PutClosedChain;
import org.omemo4j.store.Changes.PutConversation;
import org.omemo4j.store.Changes.PutDevice;
import org.omemo4j.store.Changes.PutDeviceList;
import org.omemo4j.store.Changes.PutJournal;
import org.omemo4j.store.Changes.PutKeptTrust;
import org.omemo4j.store.Changes.PutOwnBundle;
import org.omemo4j.store.Changes.PutOwnDevice;
import org.omemo4j.store.Changes.PutParked;
import org.omemo4j.store.Changes.PutPreKey;
import org.omemo4j.store.Changes.PutPreKeyUse;
import org.omemo4j.store.Changes.PutReplacement;
import org.omemo4j.store.Changes.PutRetention;
import org.omemo4j.store.Changes.PutSession;
import org.omemo4j.store.Changes.PutSignedPreKey;
import org.omemo4j.store.Changes.PutSkippedKey;
import org.omemo4j.store.Changes.PutTrust;
import org.omemo4j.store.Changes.PutTrustEntry;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.SessionRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.TrustEntryRecord;
import org.omemo4j.store.memory.Tables.Correspondence;
import org.omemo4j.store.memory.Tables.KeptTrustId;
import org.omemo4j.store.memory.Tables.Only;
import org.omemo4j.store.memory.Tables.SkippedKeyId;
import org.omemo4j.store.memory.Tables.VersionId;

/** Writes changes into {@link Tables}, one after the other; refuses those that no store may hold. */
final class Step {

    private final Tables tables;

    Step(Tables tables) {
        this.tables = tables;
    }

    /** The most frequent first. */
    void write(Change change) throws StoreException {
        if (change instanceof PutSession put) {
            putSession(put.session());
        } else if (change instanceof PutSkippedKey put) {
            requireSession(put.skippedKey().session());
            tables.skippedKeys.put(put.skippedKey());
        } else if (change instanceof DeleteSkippedKey delete) {
            tables.skippedKeys.remove(new SkippedKeyId(delete.session(), delete.ratchetKey(), delete.n()));
        } else if (change instanceof DropSkippedKeys drop) {
            dropSkippedKeys(drop.session(), drop.below());
        } else if (change instanceof PutClosedChain put) {
            requireSession(put.session());
            tables.closedChains.put(put);
        } else if (change instanceof DropClosedChains drop) {
            dropClosedChains(drop.session(), drop.below());
        } else if (change instanceof DeleteSession delete) {
            deleteSession(delete.session());
        } else if (change instanceof PutParked put) {
            tables.parked.put(put.parked());
        } else if (change instanceof DeleteParked delete) {
            tables.parked.remove(delete.number());
        } else {
            writeKeys(change);
        }
    }

    private void writeKeys(Change change) throws StoreException {
        if (change instanceof PutOwnDevice put) {
            putOwnDevice(put.device());
        } else if (change instanceof PutOwnBundle put) {
            tables.ownBundles.put(put.bundle());
        } else if (change instanceof PutSignedPreKey put) {
            tables.signedPreKeys.put(put.signedPreKey());
        } else if (change instanceof DeleteSignedPreKey delete) {
            tables.signedPreKeys.remove(new VersionId(delete.version(), delete.id()));
        } else if (change instanceof PutPreKey put) {
            tables.preKeys.put(put.preKey());
        } else if (change instanceof DeletePreKey delete) {
            deletePreKey(new VersionId(delete.version(), delete.id()));
        } else if (change instanceof PutPreKeyUse put) {
            putPreKeyUse(put);
        } else {
            writePeople(change);
        }
    }

    private void writePeople(Change change) {
        if (change instanceof PutDeviceList put) {
            tables.deviceLists.put(put.deviceList());
        } else if (change instanceof PutDevice put) {
            tables.devices.put(put.device());
        } else if (change instanceof DeleteDevice delete) {
            tables.devices.remove(delete.address());
        } else if (change instanceof PutTrust put) {
            tables.trust.put(put.trust());
        } else if (change instanceof PutKeptTrust put) {
            tables.keptTrust.put(put.kept());
        } else if (change instanceof DeleteKeptTrust delete) {
            tables.keptTrust.remove(KeptTrustId.of(delete.kept()));
        } else if (change instanceof PutTrustEntry put) {
            tables.trustEntries.put(put.entry());
        } else if (change instanceof DropRefusedTrustEntries drop) {
            List<TrustEntryRecord> refused = tables.refusedTrustEntries.rows(drop.means());
            tables.trustEntries.removeAll(refused.subList(Math.min(drop.kept(), refused.size()), refused.size()));
        } else if (change instanceof PutReplacement put) {
            tables.replacements.put(put.replacement());
        } else if (change instanceof DropReplacements drop) {
            tables.replacements.removeAll(tables.replacementsByDevice.rowsWhile(
                    drop.address(), row -> row.asked().isBefore(drop.before())));
        } else if (change instanceof PutConversation put) {
            tables.conversations.put(put.conversation());
        } else {
            writeJournal(change);
        }
    }

    private void writeJournal(Change change) {
        if (change instanceof PutJournal put) {
            tables.journal.put(put.entry());
        } else if (change instanceof DropJournal drop) {
            tables.journal.removeAll(
                    tables.journalByAge.rowsWhile(Only.ROW, row -> row.written().isBefore(drop.before())));
        } else if (change instanceof ClearJournal) {
            tables.journal.removeAll(tables.journalByAge.rows(Only.ROW));
        } else if (change instanceof PutRetention put) {
            tables.retention.put(put);
        } else {
            throw new IllegalArgumentException("unknown change: " + change.getClass());
        }
    }

    private void putSession(SessionRecord session) throws StoreException {
        if (session.archived().isEmpty()) {
            for (SessionRecord other :
                    tables.sessionsByDevice.rows(new Correspondence(session.address(), session.version()))) {
                if (other.id() != session.id() && other.archived().isEmpty()) {
                    throw new StoreException("A second session with one device cannot be in use: archive the first.");
                }
            }
        }
        tables.sessions.put(session);
    }

    private void requireSession(long session) throws StoreException {
        if (!tables.sessions.contains(session)) {
            throw new StoreException("The store has no session " + session + ".");
        }
    }

    private void dropSkippedKeys(long session, long below) {
        tables.skippedKeys.removeAll(tables.skippedKeysByAge.rowsWhile(session, row -> row.number() < below));
    }

    private void dropClosedChains(long session, long below) {
        tables.closedChains.removeAll(tables.closedChainsByAge.rowsWhile(session, row -> row.number() < below));
    }

    private void deleteSession(long session) {
        tables.skippedKeys.removeAll(tables.skippedKeysByAge.rows(session));
        tables.closedChains.removeAll(tables.closedChainsByAge.rows(session));
        tables.sessions.remove(session);
    }

    private void putOwnDevice(OwnDeviceRecord device) throws StoreException {
        Optional<OwnDeviceRecord> before = tables.ownDevice.get(Only.ROW);
        if (before.isPresent() && !before.get().owner().equals(device.owner())) {
            throw new StoreException(
                    "The store belongs to " + before.get().owner() + ", not to " + device.owner() + ".");
        }
        tables.ownDevice.put(device);
    }

    private void deletePreKey(VersionId preKey) {
        tables.preKeyUses.removeAll(tables.preKeyUsesByPreKey.rows(preKey));
        tables.preKeys.remove(preKey);
    }

    private void putPreKeyUse(PutPreKeyUse use) throws StoreException {
        if (!tables.preKeys.contains(new VersionId(use.version(), use.id()))) {
            throw new StoreException("The store has no prekey " + use.id() + " of " + use.version() + ".");
        }
        tables.preKeyUses.put(use);
    }
}
