/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.engine.TrustRequest;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.SentMessage;
import org.omemo4j.smack.UnreadMessage;

/** Everything that the library told its listener, in order. */
final class Outcomes implements OmemoListener {
    /** Something it told. */
    sealed interface Outcome {}

    record Event(OmemoEvent event) implements Outcome {}

    record Undecryptable(UnreadMessage message, Decryption.Reason reason) implements Outcome {}

    record Duplicate(UnreadMessage message) implements Outcome {}

    record NotForThisDevice(UnreadMessage message) implements Outcome {}

    record Sent(SentMessage message) implements Outcome {}

    record SendFailed(BareJid to, String id, OmemoException why) implements Outcome {}

    record SentInClear(BareJid to, String id) implements Outcome {}

    record Withheld(BareJid to, String id) implements Outcome {}

    record DecisionNeeded(TrustRequest request) implements Outcome {}

    record OptedOut(DeviceAddress from, Optional<String> reason) implements Outcome {}

    record ContentDropped(BareJid from, List<String> names) implements Outcome {}

    record MayHaveBeenMissed() implements Outcome {}

    record Stopped(Exception cause) implements Outcome {}

    private final Supplier<String> story;
    private final List<Outcome> all = new ArrayList<>();

    Outcomes(Supplier<String> story) {
        this.story = story;
    }

    synchronized List<Outcome> all() {
        return List.copyOf(all);
    }

    <T extends Outcome> List<T> of(Class<T> kind) {
        return all().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends Outcome> T await(Class<T> kind) {
        return await(kind, outcome -> true);
    }

    <T extends Outcome> T await(Class<T> kind, Predicate<T> wanted) {
        return Await.value(
                () -> kind.getSimpleName() + " among the outcomes\n" + story.get(),
                () -> of(kind).stream().filter(wanted).findFirst());
    }

    /** What became of a received message with this id. */
    Outcome awaitFor(String id) {
        return Await.value(
                () -> "an outcome of the message " + id + "\n" + story.get(),
                () -> all().stream()
                        .filter(outcome ->
                                unread(outcome).flatMap(UnreadMessage::stanzaId).equals(Optional.of(id)))
                        .findFirst());
    }

    /** An event of this kind. */
    <T extends OmemoEvent> T awaitEvent(Class<T> kind) {
        return kind.cast(
                await(Event.class, outcome -> kind.isInstance(outcome.event())).event());
    }

    @Override
    public String toString() {
        return all().toString();
    }

    @Override
    public void onEvent(OmemoEvent event) {
        add(new Event(event));
    }

    @Override
    public void onDecisionNeeded(TrustRequest request) {
        add(new DecisionNeeded(request));
    }

    @Override
    public void onOptOut(OmemoEvent.OptedOut optOut) {
        add(new OptedOut(optOut.device(), optOut.reason()));
    }

    @Override
    public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
        add(new Undecryptable(message, reason));
    }

    @Override
    public void onDuplicate(UnreadMessage message) {
        add(new Duplicate(message));
    }

    @Override
    public void onNotForThisDevice(UnreadMessage message) {
        add(new NotForThisDevice(message));
    }

    @Override
    public void onSent(SentMessage message) {
        add(new Sent(message));
    }

    @Override
    public void onSendFailed(BareJid to, String stanzaId, OmemoException why) {
        add(new SendFailed(to, stanzaId, why));
    }

    @Override
    public void onSentInClear(BareJid to, String stanzaId) {
        add(new SentInClear(to, stanzaId));
    }

    @Override
    public void onWithheld(BareJid to, String stanzaId) {
        add(new Withheld(to, stanzaId));
    }

    @Override
    public void onContentDropped(BareJid from, List<String> names) {
        add(new ContentDropped(from, names));
    }

    @Override
    public void onMessagesMayHaveBeenMissed() {
        add(new MayHaveBeenMissed());
    }

    @Override
    public void onStopped(Exception cause) {
        add(new Stopped(cause));
    }

    private static Optional<UnreadMessage> unread(Outcome outcome) {
        if (outcome instanceof Undecryptable undecryptable) {
            return Optional.of(undecryptable.message());
        }
        if (outcome instanceof Duplicate duplicate) {
            return Optional.of(duplicate.message());
        }
        return outcome instanceof NotForThisDevice other ? Optional.of(other.message()) : Optional.empty();
    }

    private synchronized void add(Outcome outcome) {
        all.add(outcome);
    }
}
