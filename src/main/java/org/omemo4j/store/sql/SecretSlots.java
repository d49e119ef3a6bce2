/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.omemo4j.crypto.Secret;

/**
 * The table {@code secret}: one slot for each secret, overwritten in place.
 *
 * <p>SQLite's {@code secure_delete} overwrites a row where it lies when it is deleted. It does not find the copies that stay in the unused part of
 * a page when rows have moved to a neighbour while a page was split or merged. So slots are never deleted, never change their size, and
 * new ones are appended, which moves no row: what was overwritten is gone. Triggers free the slot that no row points to any more.
 */
final class SecretSlots {

    /** Most secrets are keys. */
    private static final int SMALLEST_CAPACITY = 32;

    private static final int LENGTH_BYTES = 4;

    private final Sql findFree;
    private final Sql fill;
    private final Sql append;
    private final Sql overwrite;

    SecretSlots(Connection connection) {
        findFree = new Sql(connection, "SELECT slot FROM secret WHERE free = 1 AND capacity = ? LIMIT 1");
        fill = new Sql(connection, "UPDATE secret SET content = ?, free = 0 WHERE slot = ?");
        append = new Sql(connection, "INSERT INTO secret (capacity, free, content) VALUES (?, 0, ?) RETURNING slot");
        overwrite = new Sql(connection, "UPDATE secret SET content = ? WHERE slot = ?");
    }

    /** Puts a secret into a slot; the slot's number. */
    long put(Secret secret) throws SQLException {
        int capacity = capacity(secret);
        byte[] content = pack(secret);
        try {
            Optional<Long> free = findFree.row(Row::number, capacity);
            if (free.isPresent()) {
                fill.update(content, free.get());
                return free.get();
            }
            return append.row(Row::number, capacity, content).orElseThrow();
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** Puts the next value of a secret into its slot, which has the capacity for it. */
    void overwrite(long slot, Secret next) throws SQLException {
        byte[] content = pack(next);
        try {
            if (overwrite.update(content, slot) != 1) {
                throw new SQLException("there is no slot " + slot);
            }
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** How many bytes a slot for this secret holds: few sizes, so that slots can be used again. */
    static int capacity(Secret secret) {
        int capacity = SMALLEST_CAPACITY;
        while (capacity < secret.size()) {
            capacity = Math.multiplyExact(capacity, 2);
        }
        return capacity;
    }

    /** What a slot holds: the length, the secret, zeros. The caller wipes it. */
    static byte[] pack(Secret secret) {
        byte[] revealed = secret.reveal();
        byte[] content = ByteBuffer.allocate(LENGTH_BYTES + capacity(secret))
                .putInt(revealed.length)
                .put(revealed)
                .array();
        Arrays.fill(revealed, (byte) 0);
        return content;
    }

    /** The secret of a slot's content, which is wiped. */
    static Secret unpack(byte[] content) throws SQLException {
        int length =
                content.length < LENGTH_BYTES ? -1 : ByteBuffer.wrap(content).getInt();
        if (length < 0 || length > content.length - LENGTH_BYTES) {
            throw new SQLException("a slot of " + content.length + " bytes says that it holds " + length);
        }
        byte[] revealed = Arrays.copyOfRange(content, LENGTH_BYTES, LENGTH_BYTES + length);
        Secret secret = Secret.of(revealed);
        Arrays.fill(revealed, (byte) 0);
        Arrays.fill(content, (byte) 0);
        return secret;
    }
}
