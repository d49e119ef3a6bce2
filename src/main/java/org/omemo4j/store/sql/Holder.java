/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.store.sql;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Who holds a store, in words for somebody who would like to have it. */
final class Holder {

    private static final int MAX_PROGRAM_CHARS = 80;

    private Holder() {}

    /** This process: "process 4711 (omemo chat) since 2026-11-23T17:26:27Z", with the machine's name where the environment tells. */
    static String describe(String program, InstantSource clock) {
        String shown = program.replaceAll("\\p{C}", " ");
        shown = shown.length() <= MAX_PROGRAM_CHARS ? shown : shown.substring(0, MAX_PROGRAM_CHARS) + "…";
        return "process " + ProcessHandle.current().pid() + " (" + shown + ")" + machine(System.getenv()) + " since "
                + clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String machine(Map<String, String> environment) {
        String name = environment.getOrDefault("HOSTNAME", environment.getOrDefault("COMPUTERNAME", ""));
        return name.isEmpty() ? "" : " on " + name.replaceAll("\\p{C}", " ");
    }

    /** The main class or jar of this process; never its arguments, which are none of our business. */
    static String thisProgram() {
        String command = System.getProperty("sun.java.command", "").strip();
        if (command.isEmpty()) {
            return "Java";
        }
        String main = command.split(" ", 2)[0];
        Path name = Path.of(main).getFileName();
        return main.endsWith(".jar") && name != null ? name.toString() : main.substring(main.lastIndexOf('.') + 1);
    }
}
