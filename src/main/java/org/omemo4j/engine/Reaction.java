/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * What follows from a step beside its result.
 *
 * @param actions to perform on the network, in this order, never on the thread that reads the stream.
 * @param events to tell the application.
 */
public record Reaction(List<Action> actions, List<OmemoEvent> events) {
    /** Nothing follows. */
    public static final Reaction NONE = new Reaction(List.of(), List.of());

    public Reaction {
        actions = List.copyOf(actions);
        events = List.copyOf(events);
    }

    /** Both, this one's first. */
    public Reaction and(Reaction other) {
        if (this == NONE) {
            return other;
        }
        if (other == NONE) {
            return this;
        }
        List<Action> allActions = new ArrayList<>(actions);
        other.actions.stream().filter(action -> !actions.contains(action)).forEach(allActions::add);
        List<OmemoEvent> allEvents = new ArrayList<>(events);
        allEvents.addAll(other.events);
        return new Reaction(allActions, allEvents);
    }
}
