/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.memory;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Some rows of a {@link Table} by what they belong to, in order. Not thread-safe.
 *
 * @param <G> what the rows belong to.
 * @param <V> the rows.
 */
final class Index<G, V> {

    private final Predicate<V> included;
    private final Function<V, G> group;
    private final Comparator<V> order;
    private final Map<G, NavigableSet<V>> groups = new HashMap<>();

    /** The order must tell any two rows of a group apart. */
    Index(Predicate<V> included, Function<V, G> group, Comparator<V> order) {
        this.included = included;
        this.group = group;
        this.order = order;
    }

    /** An index of all rows. */
    Index(Function<V, G> group, Comparator<V> order) {
        this(row -> true, group, order);
    }

    /** The rows of a group, a copy. */
    List<V> rows(G of) {
        NavigableSet<V> rows = groups.get(of);
        return rows == null ? List.of() : List.copyOf(rows);
    }

    /** The first rows of a group, as far as the condition holds, a copy. */
    List<V> rowsWhile(G of, Predicate<V> condition) {
        return groups.getOrDefault(of, Collections.emptyNavigableSet()).stream()
                .takeWhile(condition)
                .toList();
    }

    void add(V row) {
        if (included.test(row)) {
            groups.computeIfAbsent(group.apply(row), key -> new TreeSet<>(order))
                    .add(row);
        }
    }

    void remove(V row) {
        NavigableSet<V> rows = included.test(row) ? groups.get(group.apply(row)) : null;
        if (rows != null) {
            rows.remove(row);
            if (rows.isEmpty()) {
                groups.remove(group.apply(row));
            }
        }
    }
}
