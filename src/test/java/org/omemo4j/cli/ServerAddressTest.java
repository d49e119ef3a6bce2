/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ServerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "xmpp.example.org:5223,xmpp.example.org,5223",
        "localhost,localhost,5222",
        "127.0.0.1:1,127.0.0.1,1",
        "[::1]:5222,::1,5222",
        "[2001:db8::1],2001:db8::1,5222",
        "localhost:65535,localhost,65535"
    })
    void readsHostAndPort(String text, String host, int port) {
        assertThat(new ServerAddress.Converter().convert(text)).isEqualTo(new ServerAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":5222",
                "localhost:",
                "localhost:0",
                "localhost:65536",
                "localhost:x",
                "::1",
                "a b:1",
                "http://a:1",
                "me@a:1"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> new ServerAddress.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
    void knowsThisMachine(String host) {
        assertThat(new ServerAddress(host, 5222).loopback())
                .hasValueSatisfying(
                        address -> assertThat(address.isLoopbackAddress()).isTrue());
    }

    /** Some of these names may well lead here. They do not count: a name service may say something else the next time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "192.0.2.1",
                "0.0.0.0",
                "127.0.0.1.example.org",
                "localhost.example.org",
                "ip6-localhost",
                "128.0.0.1",
                "127.0.0.999",
                "::"
            })
    void takesNoOtherForThisMachine(String host) {
        assertThat(new ServerAddress(host, 5222).loopback()).isEmpty();
    }
}
