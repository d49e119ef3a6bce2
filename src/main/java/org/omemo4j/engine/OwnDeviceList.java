/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jxmpp.jid.EntityFullJid;
import org.omemo4j.engine.ListWriter.State;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.Label;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.store.OwnBundleRecord;
import org.omemo4j.store.StoreException;
import org.omemo4j.x3dh.IdentityKeyPair;

/**
 * Keeps our account's device lists as they should be: with our own entry, without devices that are taken off, and everybody else's entries as they are. What a list should be is said
 * here, when it is written in {@link ListWriter}. Used under the engine's lock.
 */
final class OwnDeviceList {
    private final IdentityKeyPair identity;
    private final Optional<Label> label;
    private final SecureRandom random;
    private final Departures departures;
    private final ListAnnouncements announcements;
    private final Map<OmemoVersion, ListWriter> writers = new HashMap<>();

    OwnDeviceList(
            IdentityKeyPair identity,
            Optional<String> label,
            SecureRandom random,
            Departures departures,
            ListAnnouncements announcements) {
        this.identity = identity;
        this.label = label.map(text -> Label.signed(text, identity, random));
        this.random = random;
        this.departures = departures;
        this.announcements = announcements;
    }

    /**
     * We are left off a list again and again, and write it no more for now.
     *
     * @param publisher who has published it, where an event has said so.
     * @param suspects the devices that were on it each time.
     * @param until when it is looked at again.
     */
    record Contest(Optional<EntityFullJid> publisher, Set<DeviceId> suspects, Instant until) {}

    /**
     * How we have heard of a list.
     *
     * @param asked whether we have asked for it; else it is an event.
     * @param publisher who has published it, where an event says so.
     */
    record Telling(boolean asked, Optional<EntityFullJid> publisher) {
        static final Telling ANSWER = new Telling(true, Optional.empty());

        static Telling event(Optional<EntityFullJid> publisher) {
            return new Telling(false, publisher);
        }
    }

    /**
     * Our account's list was told.
     *
     * @param stays whether we belong on it.
     * @return that we are left off it again and again, if that is found out now.
     */
    Optional<Contest> told(
            Step step, OmemoVersion version, DeviceList list, DeviceAddress own, boolean stays, Telling telling)
            throws StoreException {
        DeviceId id = own.device();
        DeviceList wanted = departures.without(version, stays ? list.with(ours(list, id)) : list.without(id));
        XmlElement told = version.elements().toXml(list);
        XmlElement next = version.elements().toXml(wanted);
        ListWriter writer = writer(version);
        OwnBundleRecord bundle = step.ownBundle(version);
        boolean announced = bundle.announced();
        boolean missing = stays && announced && !list.contains(id);
        if (next.equals(told)) {
            announced(step, version, stays);
            step.afterCommit(writer::asWanted);
            return Optional.empty();
        }
        Optional<EntityFullJid> publisher = telling.asked() ? writer.publisher(told) : telling.publisher();
        if (!telling.asked()) {
            step.afterCommit(() -> writer.published(told, publisher));
        }
        if (writer.state() == State.PUBLISHING) {
            step.afterCommit(writer::outdated);
            return Optional.empty();
        }
        List<Instant> healings = ListWriter.recent(bundle.healings(), step.now());
        Set<DeviceId> listed = list.devices().stream().map(Device::id).collect(Collectors.toSet());
        Set<DeviceId> suspects = missing ? writer.suspects(listed, healings) : Set.of();
        if (departures.concern(version) || (stays && !announced)) {
            write(step, version, next, stays); // ordered, and no healing
            return Optional.empty();
        }
        boolean ours = stays ? hasOtherLabelOfOurs(list, id) : list.contains(id);
        boolean heals = writer.isSettled() || !ours;
        int most = stays && !missing ? ListWriter.MAX_HEALINGS_OF_LABELS : ListWriter.MAX_HEALINGS;
        OptionalInt allowed = heals ? OptionalInt.of(most) : OptionalInt.empty();
        State state = writer.other(next, allowed, missing, telling.asked(), healings, step.now());
        if (missing && state != State.CHECKING) {
            step.afterCommit(() -> writer.suspect(suspects));
        } else if (healings.isEmpty()) {
            step.afterCommit(writer::suspectNobody);
        }
        switch (state) {
            case CHECKING -> {
                if (writer.state() == State.CHECKING) {
                    announcements.again(step, own.jid(), version); // the answer may be of before this event
                } else if (telling.asked()) {
                    Instant later = step.now().plus(ListWriter.FIRST_WAIT);
                    step.afterCommit(() -> writer.waiting(State.WAITING, later));
                } else {
                    check(step, version, own);
                }
            }
            case PUBLISHING -> {
                if (heals) {
                    step.writeOwnBundle(bundle.withHealings(with(healings, step.now())));
                    step.afterCommit(() -> writer.healing(step.now()));
                }
                write(step, version, next, stays);
                if (missing) {
                    step.tell(new OmemoEvent.OwnDeviceListHealed());
                    // Who has removed us may have removed our bundle, too.
                    step.act(new Action.FetchBundle(own, version));
                }
            }
            default -> {
                boolean begins = state != writer.state();
                if (begins || (missing && writer.isQuiet())) {
                    boolean first = writer.isQuiet() && state == State.WAITING;
                    Instant until =
                            begins ? writer.end(state, healings) : writer.due().orElseThrow();
                    step.afterCommit(() -> writer.holdingBack(state, until, missing));
                    return missing && !first ? Optional.of(new Contest(publisher, suspects, until)) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** @return whether nobody else has published meanwhile, so that what was published is the list. */
    boolean published(Step step, OmemoVersion version, DeviceAddress own) {
        ListWriter writer = writer(version);
        step.afterCommit(writer::published);
        if (writer.isOutdated()) {
            step.act(new Action.FetchDeviceList(own.jid(), version));
        }
        return !writer.isOutdated();
    }

    /** The server has not told what the list is: it is asked again after a while. */
    void unknown(Step step, OmemoVersion version) {
        step.afterCommit(() -> writer(version).notTold(step.now()));
    }

    void failed(Step step, OmemoVersion version) throws StoreException {
        ListWriter writer = writer(version);
        withoutHealing(step, version, writer);
        step.afterCommit(() -> writer.failed(step.now()));
    }

    /** What was not published has healed nothing. */
    private static void withoutHealing(Step step, OmemoVersion version, ListWriter writer) throws StoreException {
        if (writer.healing().isPresent()) {
            Instant lost = writer.healing().get();
            OwnBundleRecord bundle = step.ownBundle(version);
            step.writeOwnBundle(bundle.withHealings(bundle.healings().stream()
                    .filter(healing -> !healing.equals(lost))
                    .toList()));
        }
    }

    /** Looks at the lists whose wait is over. */
    void wake(Step step, DeviceAddress own) {
        writers.forEach((version, writer) -> {
            if (writer.due().filter(due -> !step.now().isBefore(due)).isPresent()) {
                step.act(new Action.FetchDeviceList(own.jid(), version));
                step.afterCommit(writer::checking);
            }
        });
    }

    Optional<Instant> nextDue() {
        return writers.values().stream()
                .map(ListWriter::due)
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    void connected(Step step) throws StoreException {
        for (Map.Entry<OmemoVersion, ListWriter> entry : writers.entrySet()) {
            ListWriter writer = entry.getValue();
            if (!writer.countsIfLost()) {
                withoutHealing(step, entry.getKey(), writer);
            }
            step.afterCommit(writer::connected);
        }
    }

    /** Our entry: where the list has our label already, that one, for a new signature would be another one. A label that we do not want any more goes. */
    private Device ours(DeviceList list, DeviceId own) {
        Optional<Label> listed = list.find(own).flatMap(Device::label);
        boolean signed = listed.filter(this::isOurs).isPresent();
        if (label.isEmpty()) {
            return new Device(own, signed ? Optional.empty() : listed);
        }
        return new Device(own, signed && listed.filter(this::isWanted).isPresent() ? listed : label);
    }

    /** Whether we have signed the label on this list, and want another one now. */
    private boolean hasOtherLabelOfOurs(DeviceList list, DeviceId own) {
        return list.find(own)
                .flatMap(Device::label)
                .filter(listed -> !isWanted(listed) && isOurs(listed))
                .isPresent();
    }

    private boolean isWanted(Label listed) {
        return label.filter(some -> some.text().equals(listed.text())).isPresent();
    }

    private boolean isOurs(Label listed) {
        return listed.isSignedBy(identity.publicKey());
    }

    /** The server is asked first: the list may be an old one that is told again. */
    private void check(Step step, OmemoVersion version, DeviceAddress own) {
        ListWriter writer = writer(version);
        Optional<Instant> later = announcements.changed(step, own.jid(), version);
        step.afterCommit(() -> {
            if (later.isPresent()) {
                writer.waiting(State.WAITING, later.get());
            } else {
                writer.checking();
            }
        });
    }

    private static List<Instant> with(List<Instant> healings, Instant another) {
        return Stream.concat(healings.stream(), Stream.of(another)).toList();
    }

    private void write(Step step, OmemoVersion version, XmlElement next, boolean stays) throws StoreException {
        if (stays) {
            announced(step, version, true); // before others can know
        }
        step.act(new Action.PublishDeviceList(version, next));
        step.flush();
        step.afterCommit(() -> writer(version).publishing(next));
    }

    private static void announced(Step step, OmemoVersion version, boolean listed) throws StoreException {
        OwnBundleRecord bundle = step.ownBundle(version);
        if (bundle.announced() != listed) {
            step.writeOwnBundle(bundle.withAnnounced(listed));
        }
    }

    private ListWriter writer(OmemoVersion version) {
        return writers.computeIfAbsent(version, key -> new ListWriter(random));
    }
}
