/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.StandardExtensionElement;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.junit.jupiter.api.Test;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.smack.PepPublisher.Publication;
import org.omemo4j.smack.element.RawElement;

/** Publishing at servers that differ in what they take. */
class PepPublisherTest {
    private static final String FORM = "jabber:x:data";
    private static final String NODE = "urn:xmpp:omemo:2:bundles";
    private static final XmlElement BUNDLE =
            XmlElement.builder("bundle", "urn:xmpp:omemo:2").build();

    private final List<String> asked = new ArrayList<>();

    /** Whether the node has the settings of the options. */
    private boolean met = true;

    @Test
    void asksForAsManyItemsAsPossibleAndReadsBack() throws Exception {
        assertThat(publish(request -> Optional.empty(), "open", "max")).isEmpty();

        assertThat(asked).containsExactly("publish open max", "items", "configure get");
    }

    @Test
    void publishesOnceMoreWhereTheServerDoesNotKnowTheNodeYet() throws Exception {
        AtomicInteger refusals = new AtomicInteger();

        assertThat(publish(
                        request -> request.equals("publish open max") && refusals.incrementAndGet() == 1
                                ? Optional.of(StanzaError.Condition.item_not_found)
                                : Optional.empty(),
                        "open",
                        "max"))
                .isEmpty();

        assertThat(asked).filteredOn("publish open max"::equals).hasSize(2);
    }

    @Test
    void asksForFewerItemsOfAServerWithoutMax() throws Exception {
        Optional<String> failure = publish(
                request -> "publish open max".equals(request) || "publish open 1000".equals(request)
                        ? Optional.of(StanzaError.Condition.bad_request)
                        : Optional.empty(),
                "open",
                "100");

        assertThat(failure).isEmpty();
        assertThat(asked).startsWith("publish open max", "publish open 1000", "publish open 100", "items");
    }

    @Test
    void configuresTheNodeWhereTheOptionsMayNotNameIt() throws Exception {
        Optional<String> failure = publish(
                request -> request.startsWith("publish open ") && !request.endsWith("-")
                        ? Optional.of(StanzaError.Condition.resource_constraint)
                        : Optional.empty(),
                "open",
                "max");

        assertThat(failure).isEmpty();
        assertThat(asked)
                .containsExactly(
                        "publish open max",
                        "configure get",
                        "configure open max",
                        "publish open -",
                        "items",
                        "configure get");
    }

    @Test
    void c10_mendsANodeThatIsNotOpenOnceAndThenReports() throws Exception {
        Optional<String> failure = publish(request -> Optional.empty(), "presence", "max");

        assertThat(failure).contains("its node is not open to everybody");
        assertThat(asked).filteredOn("configure open max"::equals).hasSize(1);
    }

    @Test
    void c10_aNodeWithOtherSettingsIsConfiguredOnceAndPublishedToOnceMore() throws Exception {
        met = false;

        assertThat(publish(request -> Optional.empty(), "open", "max")).isEmpty();

        assertThat(asked)
                .containsExactly(
                        "publish open max",
                        "configure get",
                        "configure open max",
                        "publish - -",
                        "items",
                        "configure get");
    }

    @Test
    void c10_aNodeThatStaysClosedIsNotConfiguredTwice() throws Exception {
        met = false;

        assertThat(publish(request -> Optional.empty(), "whitelist", "max"))
                .contains("its node is not open to everybody");

        assertThat(asked).filteredOn("configure open max"::equals).hasSize(1);
        assertThat(asked).filteredOn(request -> request.startsWith("publish")).hasSize(2);
    }

    @Test
    void reportsWhatTheServerAnswers() throws Exception {
        Optional<String> failure = publish(request -> Optional.of(StanzaError.Condition.forbidden), "open", "max");

        assertThat(failure).contains("the server answers forbidden");
    }

    private interface Refusals {
        Optional<StanzaError.Condition> of(String request);
    }

    /** Publishes at a server that refuses some requests and says that the node has these settings. */
    private Optional<String> publish(Refusals refusals, String access, String maxItems) throws Exception {
        QuietConnection connection = TestClient.connect();
        connection.answerBy(request -> answer(request, refusals, access, maxItems));
        CompletableFuture<Optional<String>> ended = new CompletableFuture<>();
        Worker worker = new Worker(ended::completeExceptionally);
        Wire wire = new Wire(() -> connection, worker);
        worker.execute(() -> {
            try {
                new PepPublisher(wire).publish(new Publication(NODE, "7", BUNDLE, true));
                ended.complete(Optional.empty());
            } catch (PepPublisher.PublishException e) {
                ended.complete(Optional.of(String.valueOf(e.getMessage())));
            }
        });
        try {
            return ended.get(30, TimeUnit.SECONDS);
        } finally {
            worker.close();
        }
    }

    private Optional<IQ> answer(IQ request, Refusals refusals, String access, String maxItems) {
        Optional<XmlElement> first =
                ReceivedElements.find(request, RawElement.class).flatMap(RawElement::xml);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String what = describe(request, first.get());
        asked.add(what);
        if (!met && what.equals("publish open max")) {
            return Optional.of(IQ.createErrorResponse(
                    request,
                    StanzaError.from(StanzaError.Condition.conflict, null)
                            .setExtensions(List.of(new StandardExtensionElement(
                                    "precondition-not-met", "http://jabber.org/protocol/pubsub#errors")))
                            .build()));
        }
        Optional<StanzaError.Condition> refusal = refusals.of(what);
        if (refusal.isPresent()) {
            return Optional.of(IQ.createErrorResponse(request, refusal.get()));
        }
        return Optional.of(
                switch (what) {
                    case "items" ->
                        parse("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='" + NODE
                                + "'><item id='7'>" + BUNDLE.toXml() + "</item></items></pubsub>");
                    case "configure get" ->
                        parse("<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='"
                                + NODE + "'><x xmlns='jabber:x:data' type='form'>"
                                + field("FORM_TYPE", "http://jabber.org/protocol/pubsub#node_config")
                                + field("pubsub#access_model", access) + field("pubsub#max_items", maxItems)
                                + "</x></configure></pubsub>");
                    default -> IQ.createResultIQ(request);
                });
    }

    /** Such as "publish open max", "configure get", "items". */
    private static String describe(IQ request, XmlElement first) {
        Map<String, String> fields = new HashMap<>();
        for (ExtensionElement element : request.getExtensions()) {
            if (element instanceof RawElement raw) {
                collect(raw.xml().orElseThrow(), fields);
            }
        }
        if (first.name().equals("items")) {
            return "items";
        }
        if (request.getType() == IQ.Type.get) {
            return first.name() + " get";
        }
        return first.name() + " " + fields.getOrDefault("pubsub#access_model", "-") + " "
                + fields.getOrDefault("pubsub#max_items", "-");
    }

    private static void collect(XmlElement element, Map<String, String> fields) {
        element.attribute("var")
                .ifPresent(name -> fields.put(
                        name, element.child("value", FORM).map(XmlElement::text).orElse("")));
        element.elements().forEach(child -> collect(child, fields));
    }

    private static String field(String name, String value) {
        return "<field var='" + name + "'><value>" + value + "</value></field>";
    }

    private static IQ parse(String pubsub) {
        try {
            return PacketParserUtils.parseStanza("<iq xmlns='jabber:client' type='result' id='x'>" + pubsub + "</iq>");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
