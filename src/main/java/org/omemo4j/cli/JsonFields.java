/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.omemo4j.cli.ChatRequest.Malformed;

/** The fields of a JSON object that requests are made of: texts, whole numbers, and lists of objects with texts and numbers. Others are passed over. */
final class JsonFields {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, List<JsonFields>> lists = new HashMap<>();

    /** All that are there and not null. */
    private final Set<String> names = new HashSet<>();

    private JsonFields() {}

    /** @throws Malformed if the line is not one JSON object. */
    static JsonFields of(String line) throws Malformed {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("the line is not a JSON object");
            }
            JsonFields fields = new JsonFields();
            fields.read(parser, true);
            if (parser.nextToken() != null) {
                throw new Malformed("there is something after the JSON object");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new Malformed(
                    "the line is not JSON, or has a field twice"
                            + Optional.ofNullable(e.getLocation())
                                    .map(place -> ": see its character " + place.getColumnNr())
                                    .orElse(""),
                    e);
        } catch (IOException e) {
            throw new Malformed("the line cannot be read: " + e.getMessage(), e);
        }
    }

    /** Empty if there is no such field. @throws Malformed if it is no text. */
    Optional<String> text(String name) throws Malformed {
        if (names.contains(name) && !texts.containsKey(name)) {
            throw new Malformed("\"" + name + "\" is not a string");
        }
        return Optional.ofNullable(texts.get(name));
    }

    String required(String name) throws Malformed {
        return text(name)
                .filter(text -> !text.isEmpty())
                .orElseThrow(
                        () -> new Malformed("\"" + name + "\" is missing, or is not a string with something in it"));
    }

    int number(String name) throws Malformed {
        return Optional.ofNullable(numbers.get(name))
                .orElseThrow(() -> new Malformed("\"" + name + "\" is missing, or is not a number"));
    }

    /** Not empty. */
    List<JsonFields> list(String name) throws Malformed {
        return Optional.ofNullable(lists.get(name))
                .filter(list -> !list.isEmpty())
                .orElseThrow(() ->
                        new Malformed("\"" + name + "\" is missing, or is not a list of objects with something in it"));
    }

    /** From behind the start of an object to its end. */
    private void read(JsonParser parser, boolean withLists) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value != JsonToken.VALUE_NULL) {
                names.add(name);
            }
            if (value == JsonToken.VALUE_STRING) {
                texts.put(name, parser.getText());
            } else if (value == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT) {
                numbers.put(name, parser.getIntValue());
            } else if (value == JsonToken.START_ARRAY && withLists) {
                readList(parser).ifPresent(list -> lists.put(name, list));
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Empty if something else than objects is in it. */
    private static Optional<List<JsonFields>> readList(JsonParser parser) throws IOException {
        List<JsonFields> list = new ArrayList<>();
        boolean others = false;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                JsonFields fields = new JsonFields();
                fields.read(parser, false);
                list.add(fields);
            } else {
                others = true;
                parser.skipChildren();
            }
        }
        return others ? Optional.empty() : Optional.of(list);
    }
}
