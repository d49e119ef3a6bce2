/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.DeviceAddress;

/**
 * What one OMEMO device of one account remembers: its keys, sessions, device lists, trust, policies, the messages that wait, and those that are kept.
 *
 * <p>A store belongs to one bare JID, the one in its {@link OwnDeviceRecord}, and is used by one process at a time: {@link #lock()} takes it,
 * {@link #close()} frees it, and so does the death of the process. Between the two, every method may be called from any thread.
 *
 * <p>Reads see the last commit. Writes happen only in {@link #commit}, all of them or none. A store knows rows and bytes; what a session's state
 * means is the engine's affair. Values of type {@link org.omemo4j.crypto.Secret} must never be logged, and a store on disk must be readable by its
 * owner only and must not leave deleted secrets behind in its files. Instants keep their nanoseconds; a store need not hold any outside the years
 * 1678 to 2261.
 *
 * <p>{@code OmemoStoreContract}, among the tests, says the same as assertions; run it against your own store.
 */
public interface OmemoStore extends AutoCloseable {

    /**
     * Takes the store for this process and opens it, creating what is not there yet.
     *
     * @throws StoreLockedException if another process or another manager holds it; the message says who.
     * @throws StoreException if it cannot be read or written, is corrupt, or was written by a newer release. Nothing is changed then.
     */
    void lock() throws StoreException;

    /** The number of commits so far; the next {@link Changes} must name it. */
    long revision() throws StoreException;

    /** Our own device, or empty before the first start. */
    Optional<OwnDeviceRecord> ownDevice() throws StoreException;

    /** What we publish in one version of OMEMO, or empty before the first start with it. */
    Optional<OwnBundleRecord> ownBundle(String version) throws StoreException;

    /** The signed prekeys of a version, newest first. */
    List<SignedPreKeyRecord> signedPreKeys(String version) throws StoreException;

    /** The one-time prekeys of a version whose private half still exists, published and hidden, by ascending id. */
    List<PreKeyRecord> preKeys(String version) throws StoreException;

    /** One prekey, published or hidden, or empty when its private half is gone. */
    Optional<PreKeyRecord> preKey(String version, int id) throws StoreException;

    /** Whether this identity key (in its Curve25519 form) has used this hidden prekey before. */
    boolean isPreKeyUsedBy(String version, int id, Bytes identityKey) throws StoreException;

    /** What is known of an account's device list in a version, or empty when it was never seen. */
    Optional<DeviceListRecord> deviceList(BareJid jid, String version) throws StoreException;

    /** Every device ever seen of an account, listed or not, by ascending id. */
    List<DeviceRecord> devices(BareJid jid) throws StoreException;

    /** The sessions with a device in a version: the one used for sending first, then the archived ones, newest first. */
    List<SessionRecord> sessions(DeviceAddress address, String version) throws StoreException;

    /** The sessions of a version that owe the other side an empty message. */
    List<SessionRecord> sessionsOwingEmptyMessage(String version) throws StoreException;

    /** The sessions of a version that are used for sending, by ascending id. */
    List<SessionRecord> sessionsInUse(String version) throws StoreException;

    /** The replacements of sessions with a device that are remembered, all versions together, oldest first. */
    List<ReplacementRecord> replacements(DeviceAddress address) throws StoreException;

    /** Those in a version that are not begun yet, oldest first. */
    List<ReplacementRecord> replacementsOwed(String version) throws StoreException;

    /** One skipped message key of a session. */
    Optional<SkippedKeyRecord> skippedKey(long session, Bytes ratchetKey, long n) throws StoreException;

    /** Whether a session had a receiving chain with this ratchet key that is closed now. */
    boolean isClosedChain(long session, Bytes ratchetKey) throws StoreException;

    /** The identity keys of an account that were seen or decided about. */
    List<TrustRecord> trust(BareJid jid) throws StoreException;

    /** The rows of one identity key (in its Curve25519 form), of whatever account. */
    List<TrustRecord> trust(Bytes identityKey) throws StoreException;

    /** The keys of all accounts for which this was decided, in no order. */
    List<TrustRecord> trustDecided(String decided) throws StoreException;

    /** What trust messages that a key (in its Curve25519 form) of an account has signed have said and is kept, the oldest first. */
    List<KeptTrustRecord> keptTrustBy(BareJid sender, Bytes senderKey) throws StoreException;

    /** What trust messages have said about an account's keys and is kept, the oldest first. */
    List<KeptTrustRecord> keptTrustAbout(BareJid owner) throws StoreException;

    /** All that is kept, the oldest first. */
    List<KeptTrustRecord> allKeptTrust() throws StoreException;

    /** How much that is. */
    int keptTrust() throws StoreException;

    /** The newest entries in the journal of trust, the newest first. */
    List<TrustEntryRecord> trustEntries(int limit) throws StoreException;

    /** The newest of those about an account's keys, the newest first. */
    List<TrustEntryRecord> trustEntries(BareJid jid, int limit) throws StoreException;

    /** What is set for a conversation, or empty where the default rules. */
    Optional<ConversationRecord> conversation(BareJid jid) throws StoreException;

    /** Everything that is set for conversations, in no order. */
    List<ConversationRecord> conversations() throws StoreException;

    /** The messages that wait to be sent, all conversations together, by ascending number. */
    List<ParkedRecord> parked() throws StoreException;

    /** Those of one conversation whose number is above this one, by ascending number. */
    List<ParkedRecord> parked(BareJid to, long above) throws StoreException;

    /** One of them, or empty when it waits no more. */
    Optional<ParkedRecord> parked(long number) throws StoreException;

    /** How long messages stay in the journal; zero, as at first, where none are written there. */
    Duration retention() throws StoreException;

    /** The message of the journal whose encrypted element has this hash. */
    Optional<JournalRecord> journal(Bytes hash) throws StoreException;

    /**
     * Writes all of these changes, in their order, or none of them. When it returns after {@link Changes.Durability#FLUSHED}, they and all earlier ones survive a power cut. After {@link Changes.Durability#BATCHED} a later
     * commit may find that it and others of its batch were taken back, by a store that could not go on: then {@link #revision()} is smaller again.
     *
     * @throws StoreConflictException if {@link Changes#revision()} is not {@link #revision()}: somebody else wrote meanwhile. Nothing was changed.
     * @throws StoreException if it cannot be written. Nothing was changed.
     */
    void commit(Changes changes) throws StoreException;

    /** Frees the store. May be locked again afterwards. Closing a store that is not locked does nothing. */
    @Override
    void close() throws StoreException;
}
