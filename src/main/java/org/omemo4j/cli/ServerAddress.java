/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a server listens.
 *
 * @param host a name or an address, an IPv6 address without brackets.
 * @param port 1…65535.
 */
record ServerAddress(String host, int port) {
    /** The port of XMPP clients. RFC 6120, section 14.7. */
    static final int CLIENT_PORT = 5222;

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:\\s/@]+))(?::(\\d{1,5}))?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1");

    /**
     * The address on this machine that it means, or empty if it means another machine. Only {@code localhost}, {@code 127.…} and {@code ::1} count:
     * any other name is for the name service to say, and that may be asked a second time, with another answer.
     */
    Optional<InetAddress> loopback() {
        if (!LOOPBACK.matcher(host).matches()) {
            return Optional.empty();
        }
        try {
            InetAddress[] all = InetAddress.getAllByName(host);
            return Arrays.stream(all).allMatch(InetAddress::isLoopbackAddress) ? Optional.of(all[0]) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Reads {@code host:port}, {@code [::1]:5222}, or a host alone, whose port is {@value #CLIENT_PORT}. */
    static final class Converter implements ITypeConverter<ServerAddress> {

        /** @throws TypeConversionException if it is none of these. */
        @Override
        public ServerAddress convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.matches()) {
                String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
                int port = matcher.group(3) == null ? CLIENT_PORT : Integer.parseInt(matcher.group(3));
                if (port >= 1 && port <= 65535) {
                    return new ServerAddress(host, port);
                }
            }
            throw new TypeConversionException("'" + text + "' is not host:port");
        }
    }
}
