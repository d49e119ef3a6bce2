/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.engine.Readers.Reader;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.TrustMessage;
import org.omemo4j.protocol.TrustMessage.KeyOwner;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.trust.TrustLevel;

/**
 * Who may read a trust message, whoever has written it: the verified devices of the account that it goes to, in the version whose keys it is about, whatever the policies say, save that nothing encrypted is sent there ({@link Permission#ofTrust}). No device is told about its
 * own key. Used under the engine's lock.
 */
final class TrustReaders {
    private final State state;

    TrustReaders(State state) {
        this.state = state;
    }

    /** The trust message in an outgoing message; empty where nobody may read it. */
    static Optional<TrustMessage> in(OutgoingMessage message) {
        List<TrustMessage> found = new ArrayList<>();
        try {
            for (var element : message.content()) {
                if (TrustMessage.is(element)) {
                    found.add(TrustMessage.read(element));
                }
            }
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
        return found.size() == 1 && !message.groupChat() ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** Devices that are verified, or may turn out to be when they show their key. */
    List<Reader> of(Step step, BareJid to, TrustMessage said) throws StoreException {
        Optional<OmemoVersion> version = state.sending().stream()
                .filter(spoken -> spoken.namespace().equals(said.encryption()))
                .findFirst();
        List<Reader> readers = new ArrayList<>();
        if (version.isEmpty()) {
            return readers;
        }
        for (DeviceRecord device : state.lists().active(step, to)) {
            Optional<Session> session = state.sessions().active(step, device.address(), version.get());
            if (!device.address().equals(state.keys().address())
                    && (session.isPresent() || device.isListed(version.get().namespace()))
                    && mayRead(step, device, said)) {
                readers.add(new Reader(device.address(), version.get(), session));
            }
        }
        return Readers.capped(readers, new ArrayList<>());
    }

    /** Whether any key of the account may, of whatever device, also of one that nobody knows yet. */
    boolean mayAny(Step step, BareJid to, TrustMessage said) throws StoreException {
        for (Bytes form : state.trust().verified(step, to)) {
            if (!names(said, to, form)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayRead(Step step, DeviceRecord device, TrustMessage said) throws StoreException {
        return device.identityKey().isPresent()
                ? mayRead(
                        step,
                        device.address().jid(),
                        DeviceLists.identityKey(device.identityKey().get())
                                .x25519()
                                .bytes(),
                        said)
                : state.trust().isUnseenVerified(step, device.address().jid());
    }

    /** Whether the device with this key may. */
    boolean mayRead(Step step, BareJid jid, Bytes form, TrustMessage said) throws StoreException {
        return state.trust().peek(step, jid, form) == TrustLevel.VERIFIED && !names(said, jid, form);
    }

    private static boolean names(TrustMessage said, BareJid jid, Bytes form) {
        Set<Bytes> identifiers = KeptTrust.identifiers(form);
        for (KeyOwner owner : said.owners()) {
            if (owner.jid().equals(jid)
                    && (owner.trusted().stream().anyMatch(identifiers::contains)
                            || owner.distrusted().stream().anyMatch(identifiers::contains))) {
                return true;
            }
        }
        return false;
    }
}
