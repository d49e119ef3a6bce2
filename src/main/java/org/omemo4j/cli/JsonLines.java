/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** JSON objects, each on a line of its own. */
final class JsonLines {
    private final JsonFactory json = new JsonFactory();
    private final PrintStream out;

    JsonLines(PrintStream out) {
        this.out = out;
    }

    /** The fields of an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator line) throws IOException;
    }

    /** Writes the line whole and flushes it, so that lines of different threads never mix. */
    void print(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator line = json.createGenerator(text)) {
            line.writeStartObject();
            fields.write(line);
            line.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        synchronized (out) {
            out.print(text + "\n");
            out.flush();
        }
    }

    /** Null where there is nothing. */
    static void writeOrNull(JsonGenerator line, String field, Optional<String> text) throws IOException {
        line.writeStringField(field, text.orElse(null));
    }
}
