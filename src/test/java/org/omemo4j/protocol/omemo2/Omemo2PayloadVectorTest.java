/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.Vectors.bytes;
import static org.omemo4j.testkit.Vectors.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.Payload;
import org.omemo4j.protocol.PayloadCipher;
import org.omemo4j.protocol.SealedPayload;
import org.omemo4j.testkit.ScriptedRandom;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

class Omemo2PayloadVectorTest {

    private static final PayloadCipher CIPHER = Omemo2.VERSION.payloadCipher();

    @TestFactory
    Stream<DynamicTest> sealsAndOpensAsInTheVector() {
        List<DynamicTest> tests = new ArrayList<>();
        for (VectorFile file : Vectors.files("generated/kdf*.json")) {
            for (JsonNode vector : file.json().get("cases")) {
                tests.add(DynamicTest.dynamicTest(
                        file.name() + " /cases/" + tests.size(), () -> sealsAndOpens(vector.get("omemo2_payload"))));
            }
        }
        return tests.stream();
    }

    private static void sealsAndOpens(JsonNode vector) throws Exception {
        Bytes plaintext = bytes(vector, "plaintext");
        ScriptedRandom random = new ScriptedRandom().then(bytes(vector, "key"));

        SealedPayload sealed = CIPHER.seal(plaintext, random);

        Payload payload = sealed.payload().orElseThrow();
        assertThat(payload.iv()).isEqualTo(Bytes.EMPTY);
        assertThat(payload.ciphertext()).contains(bytes(vector, "ciphertext"));
        assertThat(sealed.keyMaterial()).isEqualTo(secret(vector, "key_and_tag"));
        assertThat(CIPHER.open(payload, sealed.keyMaterial())).isEqualTo(plaintext);
    }
}
