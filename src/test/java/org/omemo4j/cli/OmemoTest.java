/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the command is called, and what it says when it is called wrongly. Needs no server. */
class OmemoTest {
    private final CommandRun command = new CommandRun();

    @TempDir
    Path folder;

    @Test
    void helpNamesTheCommandsAndIsNoError() {
        assertThat(command.run("--help")).isZero();

        assertThat(command.out())
                .contains("demo", "send", "chat", "devices", "fingerprint", "verify")
                .contains("trust", "distrust", "accept-key", "undo", "journal", "--version");
        assertThat(command.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "send", "chat"})
    void everyCommandHasHelp(String name) {
        assertThat(command.run(name, "--help")).isZero();

        assertThat(command.out()).contains("Usage: omemo " + name).contains("--server");
    }

    @ParameterizedTest
    @CsvSource({
        "devices, --fetch",
        "fingerprint, --png",
        "verify, exit code is 3",
        "trust, --verified",
        "distrust, --compromised",
        "accept-key, DEVICE",
        "undo, FINGERPRINT",
        "journal, --limit"
    })
    void everyCommandOfTrustHasHelp(String name, String says) {
        assertThat(command.run(name, "--help")).isZero();

        assertThat(command.out())
                .contains("Usage: omemo " + name, "--store", "--json", "For example", "omemo " + name + " --jid")
                .contains(says);
    }

    @Test
    void theHelpOfChatSaysThatTheDeviceOfAnUnreadMessageIsAClaim() {
        command.run("chat", "--help");

        assertThat(command.out().replaceAll("\\s+", " "))
                .contains("The \"device\" of an undecryptable message is what the message claims");
    }

    @Test
    void theHelpOfChatSaysWhatCanBeDoneAboutAnUnreadMessage() {
        command.run("chat", "--help");

        assertThat(command.out().replaceAll("\\s+", " "))
                .contains("\"replace-session\"", "\"refresh\"", "session-begun", "refreshed")
                .contains("The \"proposal\" of undecryptable is what can be done about it");
    }

    @Test
    void theHelpOfChatNamesTheEventsOfRareOutcomes() {
        command.run("chat", "--help");

        assertThat(command.out()).contains("withheld", "duplicate", "content-dropped");
    }

    @Test
    void theHelpOfChatNamesTheCommandsOfTrust() {
        command.run("chat", "--help");

        assertThat(command.out())
                .contains("--trust", "--decide-within")
                .contains("\"decide\"", "\"without\"", "\"refuse\"", "\"requests\"", "\"verify\"")
                .contains("\"accept-key\"", "\"accept-plaintext\"", "\"encrypt\"", "\"opt-out\"")
                .contains("come in no fixed order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "trust", "distrust", "accept-key", "undo"})
    void theHelpListsWhatResultAndTrustMayBe(String name) {
        command.run(name, "--help");

        assertThat(command.out().replaceAll("\\s+", " "))
                .contains("\"result\" is changed", "unchanged", "refused")
                .contains("\"trust\" is undecided, blindly-trusted", "verified, distrusted or compromised");
    }

    @Test
    void thereIsNoOptionForAPassword() {
        command.run("send", "--help");

        assertThat(command.out())
                .contains("--password-file")
                .doesNotContain("--password ")
                .doesNotContain("--password=");
        assertThat(new CommandRun().run("send", "--jid", "a@localhost", "--password", "x", "b@localhost", "hi"))
                .isEqualTo(2);
    }

    @Test
    void versionIsOneLine() {
        assertThat(command.run("--version")).isZero();

        assertThat(command.out()).startsWith("omemo ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "                                                                | which command",
                "listen                                                          | listen",
                "send                                                            | --jid",
                "send --jid a@localhost                                          | TO",
                "send --jid nobody b@localhost hi                                | 'nobody' is not an address",
                "send --jid a@localhost/desk b@localhost hi                      | is not an address",
                "send --jid a@localhost @b hi                                    | '@b' is not an address",
                "send --jid a@localhost --wait soon b@localhost hi               | 'soon' is not a time",
                "send --jid a@localhost --wait 0s b@localhost hi                 | longer than nothing",
                "send --jid a@localhost --server localhost:99999 b@localhost hi  | is not host:port",
                "send --jid a@localhost --nonsense b@localhost hi                | --nonsense",
                "send --jid a@localhost b@localhost one two                      | two",
                "chat --jid a@@localhost                                         | is not an address",
                "chat --jid a@localhost --version 3                              | 'omemo2', 'legacy' or 'auto'",
                "chat --jid a@localhost --label 0123456789012345678901234567890123456789012345678901x | at most 52",
                "chat --jid a@localhost --trust everybody                        | 'blind-before-verification', 'first-use', 'manual', 'verified-only'",
                "send --jid a@localhost --trust FIRST_USE b@localhost hi         | 'FIRST_USE' is no trust policy",
                "chat --jid a@localhost --decide-within soon                     | 'soon' is not a time",
                "demo --server :1                                                | is not host:port"
            })
    void aWrongCallIsOneLineAndExitCode2(String line, String says) {
        assertThat(command.run(line == null ? new String[0] : line.split(" +"))).isEqualTo(2);

        assertThat(command.err()).hasLineCount(1).contains(says).doesNotContain("Exception");
        assertThat(command.out()).isEmpty();
    }

    @Test
    void withoutAPasswordItSaysWhereOneMayComeFrom() {
        assertThat(command.run("send", "--jid", "a@localhost", "b@localhost", "hi"))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("--password-file", "OMEMO_PASSWORD", "terminal");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org:5222",
                "192.0.2.1:5222",
                "localhost.example.org:5222",
                "[2001:db8::1]:5222",
                "127.example.org"
            })
    void insecureIsRefusedForAnotherMachine(String server) {
        command.variable("OMEMO_PASSWORD", "secret");

        assertThat(command.run("send", "--jid", "a@localhost", "--insecure", "--server", server, "b@localhost", "hi"))
                .isEqualTo(2);

        assertThat(command.err()).hasLineCount(1).contains("--insecure", "TLS is required");
    }

    @Test
    void insecureWithoutAServerLooksAtTheAccountsDomain() {
        command.variable("OMEMO_PASSWORD", "secret");

        assertThat(command.run("chat", "--jid", "a@example.org", "--insecure")).isEqualTo(2);

        assertThat(command.err()).hasLineCount(1).contains("example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void nothingToSendIsAWrongCall(String input) {
        command.variable("OMEMO_PASSWORD", "secret").input(input.getBytes(StandardCharsets.UTF_8));

        assertThat(command.run("send", "--jid", "a@localhost", "--store", store(), "b@localhost", "-"))
                .isEqualTo(2);

        assertThat(command.err()).hasLineCount(1).contains("nothing to send");
    }

    @Test
    void inputThatIsNotUtf8IsRefused() {
        command.variable("OMEMO_PASSWORD", "secret").input(new byte[] {'h', (byte) 0xff});

        assertThat(command.run("send", "--jid", "a@localhost", "--store", store(), "b@localhost", "-"))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("not UTF-8");
    }

    /** As Java hands over an argument that does not fit the locale's encoding. */
    @Test
    void textThatTheLocaleHasSpoiledIsRefused() {
        command.variable("OMEMO_PASSWORD", "secret");

        assertThat(command.run("send", "--jid", "a@localhost", "--store", store(), "b@localhost", "Gr\uFFFD\uFFFDe"))
                .isEqualTo(2);

        assertThat(command.err()).hasLineCount(1).contains("locale");
    }

    @Test
    void aServerThatDoesNotListenIsOneLine() throws IOException {
        int closed = closedPort();
        command.variable("OMEMO_PASSWORD", "secret");

        assertThat(command.run(
                        "send",
                        "--jid",
                        "a@localhost",
                        "--insecure",
                        "--server",
                        "127.0.0.1:" + closed,
                        "--store",
                        store(),
                        "b@localhost",
                        "hi"))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("no server can be reached at 127.0.0.1:" + closed);
    }

    @Test
    void aChatForAProgramTellsItsEndAsAnEvent() throws IOException {
        command.variable("OMEMO_PASSWORD", "secret");

        assertThat(command.run(
                        "chat",
                        "--json",
                        "--jid",
                        "a@localhost",
                        "--insecure",
                        "--server",
                        "127.0.0.1:" + closedPort(),
                        "--store",
                        store()))
                .isEqualTo(1);

        assertThat(command.out())
                .hasLineCount(1)
                .startsWith("{\"event\":\"error\",\"message\":\"no server can be reached");
    }

    @Test
    void aStoreThatIsNoStoreIsOneLineAndStaysAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("a.db"), "this is no database, whatever its name says");
        command.variable("OMEMO_PASSWORD", "secret");

        assertThat(command.run(
                        "send", "--jid", "a@localhost", "--insecure", "--store", file.toString(), "b@localhost", "hi"))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("a.db");
        assertThat(file).hasContent("this is no database, whatever its name says");
    }

    private String store() {
        return folder.resolve("store.db").toString();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
