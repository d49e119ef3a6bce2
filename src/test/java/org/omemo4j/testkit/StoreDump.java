/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;

/**
 * All that a store says about itself and some accounts, for comparing before and after. Rows that can only be asked for by name (skipped keys, uses of hidden prekeys) are in it
 * through the revision, which counts every commit.
 */
public record StoreDump(long revision, List<Object> rows) {

    public static StoreDump of(OmemoStore store, BareJid... accounts) {
        try {
            String version = Omemo2.VERSION.namespace();
            List<Object> rows = new ArrayList<>();
            rows.add(store.ownDevice());
            rows.add(store.ownBundle(version));
            rows.addAll(store.signedPreKeys(version));
            rows.addAll(store.preKeys(version));
            rows.addAll(store.parked());
            for (BareJid account : accounts) {
                rows.add(store.conversation(account));
                rows.add(store.deviceList(account, version));
                rows.addAll(store.trust(account));
                rows.addAll(store.keptTrustAbout(account));
                for (DeviceRecord device : store.devices(account)) {
                    rows.add(device);
                    rows.addAll(store.sessions(device.address(), version));
                }
            }
            return new StoreDump(store.revision(), rows);
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }
}
