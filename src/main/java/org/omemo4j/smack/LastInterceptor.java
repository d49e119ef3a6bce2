/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.filter.StanzaTypeFilter;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.MessageBuilder;
import org.jivesoftware.smack.util.Consumer;
import org.jivesoftware.smack.util.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls an interceptor after all others, so that they see the clear message, and add nothing in clear afterwards. Smack keeps interceptors in a
 * HashMap and calls them in its order: {@link Place#hashCode} lands in the highest bucket of any table of up to 65536, and a new place is taken
 * before each message, as the last one within the bucket. The two classes of Smack named here are what 4.5 has changed.
 */
final class LastInterceptor {
    private final Consumer<MessageBuilder> interceptor;
    private final Predicate<Message> selected;
    private @Nullable Place current;

    private LastInterceptor(Consumer<MessageBuilder> interceptor, Predicate<Message> selected) {
        this.interceptor = interceptor;
        this.selected = selected;
    }

    /** @param selected which messages it gets; called under a lock of Smack. */
    @SuppressWarnings(
            "deprecation") // the only hook before the interceptors are looked up; what it throws is lost, but it
    // decides nothing
    static void add(XMPPConnection connection, Consumer<MessageBuilder> interceptor, Predicate<Message> selected) {
        LastInterceptor last = new LastInterceptor(interceptor, selected);
        last.takePlace(connection);
        connection.addStanzaInterceptor(message -> last.takePlace(connection), StanzaTypeFilter.MESSAGE);
    }

    /** The new place is taken before the old one is left: no message of another thread slips through. The second one finds nothing to do. */
    private synchronized void takePlace(XMPPConnection connection) {
        Place next = new Place();
        connection.addMessageInterceptor(next, selected);
        if (current != null) {
            connection.removeMessageInterceptor(current);
        }
        current = next;
    }

    private final class Place implements Consumer<MessageBuilder> {
        @Override
        public void accept(MessageBuilder message) {
            interceptor.accept(message);
        }

        @Override
        public int hashCode() {
            return 0x0000FFFF;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }
}
