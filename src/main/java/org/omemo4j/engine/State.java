/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.OwnDeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.x3dh.IdentityKeyPair;

/**
 * What an engine remembers, one part for each noun: all of them read through to the store. Used under the engine's lock.
 *
 * @param owner our account.
 * @param versions the versions in use, the preferred one first.
 * @param unused the other versions that there are.
 * @param sending those of them that messages are sent in.
 * @param choice which of them a message is sent in.
 * @param membersWithoutKeys what becomes of a message to a room while a member cannot read it.
 * @param separateStanzas whether a message in two versions leaves as two stanzas.
 * @param trustMessages whether trust messages are believed and sent.
 * @param repairs whether sessions are replaced without asking the application, in versions that allow it.
 */
record State(
        BareJid owner,
        List<OmemoVersion> versions,
        List<OmemoVersion> unused,
        List<OmemoVersion> sending,
        VersionChoice choice,
        MembersWithoutKeys membersWithoutKeys,
        boolean separateStanzas,
        boolean trustMessages,
        boolean repairs,
        SecureRandom random,
        OwnKeys keys,
        OwnDeviceList ownList,
        Departures departures,
        ListAnnouncements announcements,
        SessionStart start,
        Sessions sessions,
        DeviceLists lists,
        Bundles bundles,
        TrustDecisions trust,
        TrustJournal trustJournal,
        TrustRequests trustRequests,
        Conversations conversations,
        Parking parking,
        Publications publications,
        Journal journal,
        Backlog backlog) {

    /** New sessions in the place of others. */
    Replacements replacements() {
        return new Replacements(this);
    }

    static State of(OmemoConfig config, OwnDeviceRecord own, SecureRandom random, OmemoStore store)
            throws StoreException {
        OwnKeys keys = new OwnKeys(own, random, config);
        IdentityKeyPair identity = keys.identity();
        Departures departures = new Departures();
        ListAnnouncements announcements = new ListAnnouncements();
        return new State(
                own.owner(),
                config.versions(),
                config.unused(),
                config.sending(),
                config.choice(),
                config.membersWithoutKeys(),
                config.separateStanzas(),
                config.trustMessages(),
                config.automaticRepair(),
                random,
                keys,
                new OwnDeviceList(identity, own.label(), random, departures, announcements),
                departures,
                announcements,
                new SessionStart(identity, random, config.versions()),
                new Sessions(new SessionCodec(identity.publicKey())),
                new DeviceLists(config.versions()),
                new Bundles(own.owner()),
                new TrustDecisions(config, own.owner(), identity.publicKey()),
                new TrustJournal(),
                new TrustRequests(),
                new Conversations(config.policy()),
                new Parking(store),
                new Publications(),
                new Journal(store),
                new Backlog());
    }

    /** A new connection: nothing is under way, and nothing that was told before is sure. */
    void connected(Step step) throws StoreException {
        publications.connected();
        ownList.connected(step);
        announcements.forget();
        lists.connected();
        bundles.forget();
    }

    /** Somebody else has written to the store: only the store is right. What the network has told stays true. */
    void forget(OmemoStore store) throws StoreException {
        sessions.forget();
        trust.forget();
        trustJournal.forget();
        lists.forget();
        conversations.forget();
        parking.recount(store);
        journal.reload(store);
        keys.reload(store);
    }
}
