/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows by their key, with indexes that follow every write, and writes that can be taken back. Not thread-safe.
 *
 * @param <K> the rows' key.
 * @param <V> the rows.
 */
final class Table<K, V> {

    private final Function<V, K> key;
    private final UndoLog undoLog;
    private final List<Index<?, V>> indexes;
    private final Map<K, V> rows = new HashMap<>();

    Table(UndoLog undoLog, Function<V, K> key, List<Index<?, V>> indexes) {
        this.undoLog = undoLog;
        this.key = key;
        this.indexes = indexes;
    }

    Optional<V> get(K of) {
        return Optional.ofNullable(rows.get(of));
    }

    boolean contains(K of) {
        return rows.containsKey(of);
    }

    int size() {
        return rows.size();
    }

    /** Inserts the row, or replaces the one with the same key. */
    void put(V row) {
        write(key.apply(row), row);
    }

    /** Does nothing when there is no such row. */
    void remove(K of) {
        if (contains(of)) {
            write(of, null);
        }
    }

    void removeAll(List<V> gone) {
        gone.forEach(row -> remove(key.apply(row)));
    }

    private void write(K of, @Nullable V row) {
        V before = set(of, row);
        undoLog.add(() -> set(of, before));
    }

    private @Nullable V set(K of, @Nullable V row) {
        V before = row == null ? rows.remove(of) : rows.put(of, row);
        for (Index<?, V> index : indexes) {
            if (before != null) {
                index.remove(before);
            }
            if (row != null) {
                index.add(row);
            }
        }
        return before;
    }
}
