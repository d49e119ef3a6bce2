/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.omemo4j.testkit.Vectors.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.AffixMismatchException;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.Envelope;
import org.omemo4j.protocol.EnvelopeContext;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlReader;
import org.omemo4j.testkit.Vectors;
import org.omemo4j.testkit.Vectors.VectorFile;

/** The envelopes of the transcript; what to do with each is in its note. */
class SceEnvelopeVectorTest {

    @TestFactory
    Stream<DynamicTest> eachEnvelopeHasTheOutcomeOfItsNote() {
        List<DynamicTest> tests = new ArrayList<>();
        for (VectorFile file : Vectors.files("generated/omemo2/sce_envelope*.json")) {
            for (JsonNode event : file.json().get("events")) {
                if (text(event, "op").equals("receive")) {
                    tests.add(DynamicTest.dynamicTest(
                            file.name() + " " + text(event, "msg"),
                            () -> check(event, file.json().get("parties"))));
                }
            }
        }
        return tests.stream();
    }

    private static void check(JsonNode event, JsonNode parties) throws Exception {
        Bytes plaintext = Bytes.of(text(event, "plaintext").getBytes(StandardCharsets.UTF_8));
        BareJid alice = JidCreate.bareFrom(text(parties.get("alice"), "jid"));
        BareJid bob = JidCreate.bareFrom(text(parties.get("bob"), "jid"));
        boolean toBob = text(event, "by").equals("bob");
        EnvelopeContext context = new EnvelopeContext(toBob ? alice : bob, toBob ? bob : alice, false);
        String note = event.path("note").asText();
        if (note.contains("SCE must reject")) {
            assertThatExceptionOfType(AffixMismatchException.class)
                    .isThrownBy(() -> Omemo2.VERSION.content().decode(plaintext, context));
        } else if (note.contains("XML must be rejected")) {
            assertThatExceptionOfType(MalformedMessageException.class)
                    .isThrownBy(() -> Omemo2.VERSION.content().decode(plaintext, context));
        } else {
            Envelope envelope = Omemo2.VERSION.content().decode(plaintext, context);
            List<XmlElement> listed = XmlReader.read(plaintext, Elements.LIMITS)
                    .child("content", "urn:xmpp:sce:1")
                    .orElseThrow()
                    .elements()
                    .toList();

            assertThat(envelope.from()).contains(context.sender());
            assertThat(envelope.to()).contains(context.recipient());
            assertThat(envelope.time()).isPresent();
            assertThat(envelope.content())
                    .isEqualTo(listed.stream()
                            .filter(child -> InnerElements.mayTravelInside(child.name(), child.namespace()))
                            .toList());
            assertThat(envelope.content().size() + envelope.dropped().size()).isEqualTo(listed.size());
            if (note.contains("not a message body")) {
                assertThat(envelope.content()).noneMatch(child -> child.is("body", "jabber:client"));
            }
        }
    }
}
