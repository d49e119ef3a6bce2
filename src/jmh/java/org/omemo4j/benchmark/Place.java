/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.List;

/** Where the XMPP server is; told to other JVMs by system properties. */
record Place(String host, int port, String domain) {

    private static final String HOST = "benchmark.host";
    private static final String PORT = "benchmark.port";
    private static final String DOMAIN = "benchmark.domain";

    static Place ofThisJvm() {
        return new Place(
                System.getProperty(HOST, "127.0.0.1"),
                Integer.getInteger(PORT, 5222),
                System.getProperty(DOMAIN, "localhost"));
    }

    List<String> jvmArguments() {
        return List.of("-D" + HOST + "=" + host, "-D" + PORT + "=" + port, "-D" + DOMAIN + "=" + domain);
    }
}
