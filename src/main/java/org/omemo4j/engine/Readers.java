/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Encryption.LeftOut;
import org.omemo4j.engine.Encryption.LeftOut.Why;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.OpenElements;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.DeviceRecord;
import org.omemo4j.store.StoreException;

/** Which devices should read a message, and in which version of OMEMO: each in exactly one. Used under the engine's lock. */
final class Readers {
    /** What all keys of a stanza may take: servers cut the stream at 256 KiB, and the text needs room, too. */
    static final int MAX_KEY_BYTES = 208 * 1024;

    private final State state;

    Readers(State state) {
        this.state = state;
    }

    /** A device that should read, with the version to speak and the session if there is one. */
    record Reader(DeviceAddress address, OmemoVersion version, Optional<Session> session) {

        /** Near what its key takes in a stanza; with a key exchange in it until the other side has answered. */
        int keyBytes() {
            return session.isPresent() && session.get().pendingExchange().isEmpty() ? 200 : 320;
        }

        boolean isSilent() {
            return session.isPresent() && session.get().isSilent();
        }
    }

    /** @param leftOut gets the devices that cannot be spoken to, whatever is fetched. */
    List<Reader> of(Step step, OutgoingMessage message, List<LeftOut> leftOut) throws StoreException {
        List<Speaker> speakers = new ArrayList<>();
        for (BareJid account : accounts(message)) {
            for (DeviceRecord device : state.lists().active(step, account)) {
                if (!device.address().equals(state.keys().address())) {
                    add(step, device, speakers, leftOut);
                }
            }
        }
        Optional<OmemoVersion> common =
                state.choice() == VersionChoice.COMMON ? common(speakers, message.content()) : Optional.empty();
        List<Reader> readers = new ArrayList<>();
        for (Speaker speaker : speakers) {
            OmemoVersion version = common.orElse(speaker.versions().get(0));
            if (message.control() || carriesAnything(version, message.content())) {
                readers.add(new Reader(
                        speaker.address(), version, state.sessions().active(step, speaker.address(), version)));
            } else {
                leftOut.add(new LeftOut(speaker.address(), Why.NOT_CARRIED));
            }
        }
        return capped(readers, leftOut);
    }

    /**
     * At most as many as one stanza has room for. Each account gets one device more in turn, and of its devices those with a session come first: an account with many devices takes nobody
     * else's place.
     */
    static List<Reader> capped(List<Reader> readers, List<LeftOut> leftOut) {
        if (readers.size() <= EncryptedMessage.MAX_KEYS
                && readers.stream().mapToInt(Reader::keyBytes).sum() <= MAX_KEY_BYTES) {
            return readers;
        }
        Map<BareJid, Deque<Reader>> waiting = new LinkedHashMap<>();
        for (boolean session : new boolean[] {true, false}) {
            readers.stream()
                    .filter(reader -> reader.session().isPresent() == session)
                    .forEach(reader -> waiting.computeIfAbsent(reader.address().jid(), account -> new ArrayDeque<>())
                            .add(reader));
        }
        List<Reader> kept = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty()) {
            for (Deque<Reader> account : waiting.values()) {
                Reader reader = account.remove();
                bytes += reader.keyBytes();
                if (kept.size() < EncryptedMessage.MAX_KEYS && bytes <= MAX_KEY_BYTES) {
                    kept.add(reader);
                } else {
                    leftOut.add(new LeftOut(reader.address(), Why.TOO_MANY_DEVICES));
                }
            }
            waiting.values().removeIf(Deque::isEmpty);
        }
        return kept;
    }

    /** Our own devices behind those of a contact, and before those of a room, of which one stanza may not hold all. */
    private Set<BareJid> accounts(OutgoingMessage message) {
        Set<BareJid> accounts = new LinkedHashSet<>();
        if (message.groupChat()) {
            accounts.add(state.owner());
        }
        message.readers().stream().sorted().forEach(accounts::add);
        accounts.add(state.owner());
        return accounts;
    }

    /** Whether this version loses nothing of it that a person would miss; a thread only sorts messages. */
    private static boolean carriesAll(OmemoVersion version, List<XmlElement> content) {
        return content.stream()
                .allMatch(element -> version.content().carries(element)
                        || OpenElements.contain(element)
                        || element.is("thread", "jabber:client"));
    }

    private static boolean carriesAnything(OmemoVersion version, List<XmlElement> content) {
        return content.isEmpty() || content.stream().anyMatch(version.content()::carries);
    }

    /** The versions of a device, the preferred one first; at least one. */
    private record Speaker(DeviceAddress address, List<OmemoVersion> versions) {}

    /**
     * A device speaks what its account's lists hold it in, and what there is a session in: a server that hides it from the better list does not move us. One that was on the better list,
     * and has no session in it, is left out until somebody accepts it: it may be a server's attempt to have us speak the weaker version.
     */
    private void add(Step step, DeviceRecord device, List<Speaker> speakers, List<LeftOut> leftOut)
            throws StoreException {
        List<OmemoVersion> spoken = new ArrayList<>();
        boolean hidden = false;
        for (OmemoVersion version : state.versions()) {
            if (device.isListed(version.namespace())
                    || state.sessions().active(step, device.address(), version).isPresent()) {
                spoken.add(version);
            } else if (spoken.isEmpty()
                    && state.sending().contains(version)
                    && device.listings().containsKey(version.namespace())) {
                hidden = true;
            }
        }
        List<OmemoVersion> usable =
                spoken.stream().filter(state.sending()::contains).toList();
        if (hidden) {
            leftOut.add(new LeftOut(device.address(), Why.VERSION_DOWNGRADE));
        } else if (usable.isEmpty()) {
            leftOut.add(new LeftOut(device.address(), Why.VERSION_NOT_USED));
        } else {
            speakers.add(new Speaker(device.address(), usable));
        }
    }

    private Optional<OmemoVersion> common(List<Speaker> speakers, List<XmlElement> content) {
        for (OmemoVersion version : state.versions()) {
            if (carriesAll(version, content)
                    && speakers.stream().allMatch(speaker -> speaker.versions().contains(version))) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }
}
