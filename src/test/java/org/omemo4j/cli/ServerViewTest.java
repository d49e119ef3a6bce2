/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jivesoftware.smack.debugger.SmackDebugger;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server saw may be there a little later than its effect. */
class ServerViewTest {
    private static final String STANZA = "<message id='m1'><encrypted/></message>";

    @TempDir
    private Path folder;

    private Path log;
    private Path data;

    @BeforeEach
    void makeFiles() throws Exception {
        log = Files.createFile(folder.resolve("log"));
        data = Files.createDirectory(folder.resolve("data"));
    }

    @Test
    void aStanzaThatIsWrittenLaterIsFoundInTheLog() throws Exception {
        CompletableFuture<Optional<String>> found = whileLooking(new ServerFiles(log, data));

        Files.writeString(log, "something else, then " + STANZA);

        assertThat(found.get(30, TimeUnit.SECONDS)).contains(STANZA);
    }

    @Test
    void aStanzaThatIsSentLaterIsFoundOnTheWire() throws Exception {
        WireCapture wire = new WireCapture();
        SmackDebugger debugger = wire.debugger(new XMPPTCPConnection(XMPPTCPConnectionConfiguration.builder()
                .setXmppDomain("localhost")
                .setUsernameAndPassword("alice", "x")
                .build()));
        CompletableFuture<Optional<String>> found = whileLooking(wire);

        debugger.outgoingStreamSink(STANZA.substring(0, 10));
        debugger.outgoingStreamSink(STANZA.substring(10));

        assertThat(found.get(30, TimeUnit.SECONDS)).contains(STANZA);
    }

    @Test
    void whatIsNeverWrittenIsLookedForUntilTheDeadline() throws Exception {
        Deadline over = Deadline.in(Duration.ZERO);

        assertThat(new ServerFiles(log, data).stanza("m1", over)).isEmpty();
        assertThat(new ServerFiles(log, data).stores("text", over)).isFalse();
        assertThat(new WireCapture().stanza("m1", over)).isEmpty();
    }

    @Test
    void whatIsLoggedOnlyIsNotStored() throws Exception {
        Files.writeString(log, "text");
        Deadline over = Deadline.in(Duration.ZERO);

        assertThat(new ServerFiles(log, data).stores("text", over)).isFalse();
        Files.writeString(data.resolve("archive"), "text");
        assertThat(new ServerFiles(log, data).stores("text", over)).isTrue();
    }

    @Test
    void aServerThatMakesAndRemovesFilesIsSearchedAllTheSame() throws Exception {
        for (int i = 0; i < 100; i++) {
            Files.writeString(data.resolve("kept-" + i), "text " + i);
        }
        AtomicBoolean searched = new AtomicBoolean();
        CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
            while (!searched.get()) {
                makeAndRemove(data.resolve("journal"));
            }
        });
        ServerFiles files = new ServerFiles(log, data);

        try {
            for (int search = 0; search < 300; search++) {
                assertThat(files.contains("text 99")).isTrue();
                assertThat(files.contains("never written")).isFalse();
            }
        } finally {
            searched.set(true);
        }
        server.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aServerWhoseFilesAreNotThereIsNotSearched() throws Exception {
        Files.delete(data);

        assertThatThrownBy(() -> new ServerFiles(log, data).contains("text")).isInstanceOf(NoSuchFileException.class);
    }

    private static void makeAndRemove(Path file) {
        try {
            Files.writeString(file, "a step of a transaction");
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletableFuture<Optional<String>> whileLooking(ServerView view) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return view.stanza("m1", Deadline.in(Duration.ofSeconds(30)));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
