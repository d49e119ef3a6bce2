/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.omemo4j.store.StoreException;

/**
 * Rows of the store that are kept in memory, so that a message in a known conversation reads nothing. Whoever writes a row forgets it after the commit; when somebody else has
 * written, all is forgotten. Bounded: what was not used for longest goes first. Used under the engine's lock.
 */
final class Memory<K, V> {
    private final Map<K, V> remembered;

    /** Reads a row from the store. */
    @FunctionalInterface
    interface Source<V> {
        V read() throws StoreException;
    }

    Memory(int capacity) {
        this.remembered = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    /** What is remembered, or else read. */
    V get(K key, Source<V> source) throws StoreException {
        V known = remembered.get(key);
        if (known == null) {
            known = source.read();
            remembered.put(key, known);
        }
        return known;
    }

    void put(K key, V value) {
        remembered.put(key, value);
    }

    void forget(K key) {
        remembered.remove(key);
    }

    void forgetAll() {
        remembered.clear();
    }
}
