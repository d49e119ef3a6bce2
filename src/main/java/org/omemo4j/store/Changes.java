/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;

/**
 * One atomic step of a store.
 *
 * @param revision the {@link OmemoStore#revision()} these changes were computed from.
 * @param durability how sure the step must be when the commit returns.
 * @param changes what to write, in this order.
 */
public record Changes(long revision, Durability durability, List<Change> changes) {

    public Changes {
        changes = List.copyOf(changes);
    }

    /** How sure a commit is when it returns. */
    public enum Durability {
        /** On the disk: what leaves for the network afterwards cannot be forgotten by a power cut. */
        FLUSHED,
        /** Atomic, and on the disk with the next flush: a power cut may roll back steps that only read. */
        RELAXED,
        /**
         * Atomic, and seen by every read at once, but perhaps not on the disk before the next commit that is not batched, or {@link OmemoStore#close}: whatever ends the process before takes this
         * commit and the batched ones around it back together. A commit without changes ends a batch, too.
         */
        BATCHED
    }

    /** One change. {@code Put...} inserts the row or replaces the one with the same key; {@code Delete...} of a row that is not there does nothing. */
    public sealed interface Change {}

    /** Our own device; its owner never changes. */
    public record PutOwnDevice(OwnDeviceRecord device) implements Change {}

    /** Keyed by version. */
    public record PutOwnBundle(OwnBundleRecord bundle) implements Change {}

    /** Keyed by version and id. */
    public record PutSignedPreKey(SignedPreKeyRecord signedPreKey) implements Change {}

    /** The private half goes for good. */
    public record DeleteSignedPreKey(String version, int id) implements Change {}

    /** Keyed by version and id. */
    public record PutPreKey(PreKeyRecord preKey) implements Change {}

    /** The private half goes for good, and the list of its users with it. */
    public record DeletePreKey(String version, int id) implements Change {}

    /** Remembers that this identity key (in its Curve25519 form) has used this hidden prekey, which must be there. */
    public record PutPreKeyUse(String version, int id, Bytes identityKey) implements Change {}

    /** Keyed by JID and version. */
    public record PutDeviceList(DeviceListRecord deviceList) implements Change {}

    /** Keyed by address. */
    public record PutDevice(DeviceRecord device) implements Change {}

    /** Takes what lists have said of the device with it. Its sessions stay, and so does what was decided about its key. */
    public record DeleteDevice(DeviceAddress address) implements Change {}

    /** Keyed by the session's id. The one in use is archived before another one is put in use: a second one is refused. */
    public record PutSession(SessionRecord session) implements Change {}

    /** Takes the session's skipped keys and closed chains with it. */
    public record DeleteSession(long session) implements Change {}

    /** Keyed by address, version and time. */
    public record PutReplacement(ReplacementRecord replacement) implements Change {}

    /** Rows of a device from before this time go. */
    public record DropReplacements(DeviceAddress address, Instant before) implements Change {}

    /** Keyed by session, which must be there, ratchet key and n. */
    public record PutSkippedKey(SkippedKeyRecord skippedKey) implements Change {}

    /** A skipped key that was used. */
    public record DeleteSkippedKey(long session, Bytes ratchetKey, long n) implements Change {}

    /** Rows of a session with a number below this one go. */
    public record DropSkippedKeys(long session, long below) implements Change {}

    /** Keyed by session, which must be there, and ratchet key. */
    public record PutClosedChain(long session, Bytes ratchetKey, long number) implements Change {}

    /** Rows of a session with a number below this one go. */
    public record DropClosedChains(long session, long below) implements Change {}

    /** Keyed by JID and identity key. */
    public record PutTrust(TrustRecord trust) implements Change {}

    /** Keyed by the sender's account and key, and by the owner and identifier of the key that it is about. */
    public record PutKeptTrust(KeptTrustRecord kept) implements Change {}

    /** What was kept is applied, or dropped. Its time and decision do not matter. */
    public record DeleteKeptTrust(KeptTrustRecord kept) implements Change {}

    /** Keyed by its number. */
    public record PutTrustEntry(TrustEntryRecord entry) implements Change {}

    /** Of the entries by these means that were refused all go but the newest so many. */
    public record DropRefusedTrustEntries(String means, int kept) implements Change {}

    /** Keyed by JID. */
    public record PutConversation(ConversationRecord conversation) implements Change {}

    /** Keyed by number. */
    public record PutParked(ParkedRecord parked) implements Change {}

    /** A message that was sent or failed. */
    public record DeleteParked(long number) implements Change {}

    /** How long messages stay in the journal; at most 200 years. */
    public record PutRetention(Duration retention) implements Change {}

    /** Keyed by hash. */
    public record PutJournal(JournalRecord entry) implements Change {}

    /** Messages that were written before this instant go for good. */
    public record DropJournal(Instant before) implements Change {}

    /** All messages of the journal go for good. */
    public record ClearJournal() implements Change {}
}
