/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;
import static org.omemo4j.testkit.Vectors.text;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.testkit.ScriptedRandom;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.x3dh.IdentityKey;
import org.omemo4j.x3dh.IdentityKeyPair;

class LabelVectorTest {

    @TestFactory
    Stream<DynamicTest> signatureCountsOnlyIfTheIdentityKeyMadeIt() {
        return Vectors.tests("generated/labels*.json", "/cases", vector -> {
            Label label = new Label(
                    text(vector, "label"), Optional.of(Base64Text.decode(text(vector, "labelsig_base64"), 64)));

            assertThat(label.isSignedBy(IdentityKey.of(bytes(vector, "ik"))))
                    .isEqualTo(vector.get("valid").asBoolean());
        });
    }

    @TestFactory
    Stream<DynamicTest> ownLabelIsSignedAsInTheVector() {
        return Vectors.tests("generated/labels*.json", "/cases", vector -> {
            if (vector.has("seed")) {
                IdentityKeyPair owner = IdentityKeyPair.ofSeed(secret(vector, "seed"));

                Label label = Label.signed(text(vector, "label"), owner, new ScriptedRandom());

                assertThat(label.signature().map(Base64Text::encode)).contains(text(vector, "labelsig_base64"));
            }
        });
    }
}
