/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The foreign clients, one for each version of OMEMO. {@code integration-tests/peers/README.md} says how to speak to them. */
enum PeerKind {
    OMEMO2("2", "urn:xmpp:omemo:2", Pattern.compile("<pk id=['\"](\\d+)['\"]>([^<]+)<")),
    LEGACY(
            "legacy",
            "eu.siacs.conversations.axolotl",
            Pattern.compile("<preKeyPublic preKeyId=['\"](\\d+)['\"]>([^<]+)<"));

    private final String word;
    private final String namespace;
    private final Pattern preKey;

    PeerKind(String word, String namespace, Pattern preKey) {
        this.word = word;
        this.namespace = namespace;
        this.preKey = preKey;
    }

    /** How its commands and options name the version. */
    String word() {
        return word;
    }

    String namespace() {
        return namespace;
    }

    /** A one-time prekey in a published bundle: its id and its key. */
    Pattern preKey() {
        return preKey;
    }

    /** The program to run. */
    String program() {
        if (this == OMEMO2) {
            return Path.of("integration-tests", "peers", "omemo2-peer")
                    .toAbsolutePath()
                    .toString();
        }
        return Optional.ofNullable(System.getenv("OMEMO_LEGACY_PEER"))
                .orElseThrow(() -> new AssertionError("OMEMO_LEGACY_PEER names no program"));
    }
}
