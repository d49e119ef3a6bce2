/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a client was handed of a managed stream (XEP-0198) by somebody in between who loses, swaps and repeats stanzas. Client and server count, and no longer the same: this says what one
 * means in the words of the other. Thread-safe.
 */
final class HandedStanzas {
    /** The server's numbers of what the client was handed, in the client's order. The first stanza has the number 1. */
    private final List<Integer> numbers = new ArrayList<>();

    /** With each of them: up to which number the client had everything. */
    private final List<Integer> complete = new ArrayList<>();

    private final BitSet handed = new BitSet();
    private int last;

    /** The server sends its next stanza. @return its number. */
    synchronized int sent() {
        return ++last;
    }

    /** The client is handed a stanza. */
    synchronized void handed(int number) {
        if (number > last) {
            throw new IllegalArgumentException("The server has sent " + last + " stanzas, not " + number);
        }
        handed.set(number);
        numbers.add(number);
        complete.add(handed.nextClearBit(1) - 1);
    }

    /**
     * What a client that has handled so many stanzas may confirm to the server: all up to this number, none of them missing.
     *
     * @param handled as the client counts, so that repeated ones count twice.
     */
    synchronized int confirmed(int handled) {
        if (handled > numbers.size()) {
            throw new IllegalArgumentException(
                    "The client was handed " + numbers.size() + " stanzas and says that it has handled " + handled);
        }
        return handled == 0 ? 0 : complete.get(handled - 1);
    }

    /** The stream goes on. What the client has not handled never came, and what it could not confirm is sent again. */
    synchronized void resumed(int handled) {
        last = confirmed(handled);
        numbers.subList(handled, numbers.size()).clear();
        complete.subList(handled, complete.size()).clear();
        handed.clear();
        numbers.forEach(handed::set);
    }
}
