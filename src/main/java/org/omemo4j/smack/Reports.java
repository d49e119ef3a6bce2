/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.AsyncButOrdered;
import org.omemo4j.engine.OmemoEvent;

/** Tells the listeners, in order, on a thread of Smack's pool. */
final class Reports {
    private static final Logger LOGGER = Logger.getLogger(Reports.class.getName());

    private final List<OmemoListener> listeners = new CopyOnWriteArrayList<>();
    private final AsyncButOrdered<Reports> order = new AsyncButOrdered<>();

    void add(OmemoListener listener) {
        if (!listeners.contains(listener)) {
            listeners.add(listener);
        }
    }

    void remove(OmemoListener listener) {
        listeners.remove(listener);
    }

    void tell(Consumer<OmemoListener> what) {
        order.performAsyncButOrdered(this, () -> {
            for (OmemoListener listener : listeners) {
                tell(listener, what);
            }
        });
    }

    /** An event of the engine: some have a method of their own. */
    void tell(OmemoEvent event) {
        tell(listener -> {
            if (event instanceof OmemoEvent.DecisionNeeded needed) {
                listener.onDecisionNeeded(needed.request());
            } else if (event instanceof OmemoEvent.OptedOut optedOut) {
                listener.onOptOut(optedOut);
            } else {
                listener.onEvent(event);
            }
        });
    }

    private static void tell(OmemoListener listener, Consumer<OmemoListener> what) {
        try {
            what.accept(listener);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            // Neither its message nor itself: a listener may have put a message's text into them.
            LOGGER.log(
                    Level.WARNING, "An OMEMO listener threw {0}.", e.getClass().getName());
        }
    }
}
