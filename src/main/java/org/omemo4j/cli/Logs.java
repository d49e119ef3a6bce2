/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** What Smack and the library log through {@code java.util.logging}: nothing, or with {@code --verbose} everything that matters, on stderr. */
final class Logs {
    private static final String FORMAT = "%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n";

    private Logs() {}

    static void silence() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
    }

    static void toStandardError() {
        System.setProperty("java.util.logging.SimpleFormatter.format", FORMAT);
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setLevel(Level.FINE);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.FINE);
    }
}
