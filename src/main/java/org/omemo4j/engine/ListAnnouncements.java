/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.OmemoVersion;

/**
 * Lists that somebody says have changed. Each is asked for at once, and then once a minute at most, however often it is said; the last time counts. Used under the engine's lock.
 */
final class ListAnnouncements {
    /** The time between two questions about one list. */
    static final Duration PERIOD = Duration.ofMinutes(1);

    /** Lists that are kept in mind; what is beyond them is asked for when a message needs it. */
    private static final int MAX_LISTS = 10_000;

    private final Map<Key, Question> asked = new HashMap<>();

    /** Questions that nothing has come of yet. */
    private final Set<Key> open = new HashSet<>();

    private record Key(BareJid jid, OmemoVersion version) {}

    /** @param again whether it has changed since. */
    private record Question(Instant asked, boolean again) {
        Instant due() {
            return asked.plus(PERIOD);
        }
    }

    /** @return when it will be asked for; empty if that is now. */
    Optional<Instant> changed(Step step, BareJid jid, OmemoVersion version) {
        Key key = new Key(jid, version);
        Optional<Question> recent = recent(step, key);
        if (recent.isPresent()) {
            again(step, jid, version);
        } else {
            ask(step, key);
        }
        return recent.map(Question::due);
    }

    /** It is asked for once the last question is a minute old; where that is so already, in a minute. */
    void again(Step step, BareJid jid, OmemoVersion version) {
        Key key = new Key(jid, version);
        Instant since = recent(step, key).map(Question::asked).orElse(step.now());
        step.afterCommit(() -> asked.put(key, new Question(since, true)));
    }

    private Optional<Question> recent(Step step, Key key) {
        return Optional.ofNullable(asked.get(key)).filter(last -> step.now().isBefore(last.due()));
    }

    /** Asks what is due, and forgets what was. */
    void wake(Step step) {
        List<Key> over = new ArrayList<>();
        asked.forEach((key, question) -> {
            if (!step.now().isBefore(question.due())) {
                over.add(key);
            }
        });
        for (Key key : over) {
            Question question = asked.get(key);
            if (question != null && question.again()) {
                ask(step, key);
            } else {
                step.afterCommit(() -> asked.remove(key));
            }
        }
    }

    Optional<Instant> nextDue() {
        return asked.values().stream()
                .filter(Question::again)
                .map(Question::due)
                .min(Instant::compareTo);
    }

    /** On a new connection. */
    void forget() {
        asked.clear();
        open.clear();
    }

    /** Something came of asking for this list. */
    void ended(BareJid jid, OmemoVersion version) {
        open.remove(new Key(jid, version));
    }

    private void ask(Step step, Key key) {
        if (asked.size() >= MAX_LISTS) {
            asked.values().removeIf(old -> !old.again() && !step.now().isBefore(old.due()));
        }
        if ((asked.size() >= MAX_LISTS && !asked.containsKey(key))
                || (open.size() >= MAX_LISTS && !open.contains(key))) {
            return;
        }
        step.afterCommit(() -> open.add(key));
        step.act(new Action.FetchDeviceList(key.jid(), key.version()));
        step.afterCommit(() -> asked.put(key, new Question(step.now(), false)));
    }
}
