/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * The number of a device within its account (XEP-0384 0.9.1, "Device": 1 to 2^31-1).
 *
 * @param value 1 to 2^31-1
 */
public record DeviceId(int value) {

    /** Decimal digits of the largest id. */
    private static final int MAX_DIGITS = 10;

    /**
     * @throws IllegalArgumentException if the value is 0 or negative
     */
    public DeviceId {
        if (value < 1) {
            throw new IllegalArgumentException("a device id is 1 to 2^31-1: " + value);
        }
    }

    /** The id that a peer wrote, if it is one: 1 to 10 decimal digits without sign or space. */
    public static Optional<DeviceId> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return Optional.empty();
            }
            value = value * 10 + (digit - '0');
        }
        return value < 1 || value > Integer.MAX_VALUE ? Optional.empty() : Optional.of(new DeviceId((int) value));
    }

    /** A new id, every one equally likely.  The caller checks that the account does not have it yet. */
    public static DeviceId random(SecureRandom random) {
        return new DeviceId(random.nextInt(Integer.MAX_VALUE) + 1);
    }

    /** The id in decimal, as it is written in XML. */
    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
