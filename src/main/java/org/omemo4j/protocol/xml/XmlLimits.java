/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.xml;

/**
 * How much XML the reader takes before it refuses.
 *
 * @param bytes size of the document in bytes of UTF-8
 * @param depth elements on the longest way down, the root included; at most {@link XmlElement#MAX_HEIGHT}
 * @param elements elements in the whole document
 * @param attributes attributes of one element
 */
public record XmlLimits(int bytes, int depth, int elements, int attributes) {

    /**
     * @throws IllegalArgumentException if a limit is not positive, or the depth is above what an element may have
     */
    public XmlLimits {
        if (bytes < 1 || depth < 1 || elements < 1 || attributes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (depth > XmlElement.MAX_HEIGHT) {
            throw new IllegalArgumentException("depth above " + XmlElement.MAX_HEIGHT + ": " + depth);
        }
    }

    /** Depth 32, 4096 elements, 64 attributes: more than any message has, and a tree of it is a few hundred KiB. */
    public static XmlLimits ofSize(int bytes) {
        return new XmlLimits(bytes, 32, 4096, 64);
    }
}
