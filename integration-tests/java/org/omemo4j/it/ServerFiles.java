/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All that the server has written: accounts, archives, offline messages, published items, and its log from a moment on. */
final class ServerFiles {
    private final Optional<Path> data;
    private final Optional<Path> log;
    private final long logStart;

    ServerFiles(Optional<Path> data, Optional<Path> log, long logStart) {
        this.data = data;
        this.log = log;
        this.logStart = logStart;
    }

    /** The data files as they are at each search, and what the log says from now on. */
    static ServerFiles of(TestServer server) {
        return new ServerFiles(
                server.data(), server.log(), server.log().map(ServerFiles::size).orElse(0L));
    }

    /** Whether the files can be read from here; not so for a server that runs elsewhere. */
    boolean areReadable() {
        return data.isPresent() && log.isPresent();
    }

    /** The files that hold the text: as it is, with Lua's escapes in a string, with XML's in a stanza, or with both. */
    List<Path> holding(String text) {
        List<Path> found = new ArrayList<>(dataFilesHolding(text));
        // The log indents all but the first line of an entry.
        log.filter(file -> holds(read(file, logStart).replace("\n\t", "\n"), text))
                .ifPresent(found::add);
        return found;
    }

    /** The same without the log. */
    List<Path> dataFilesHolding(String text) {
        return dataFiles().stream().filter(file -> holds(read(file, 0), text)).toList();
    }

    /** How often the text is in the data files, whether these are one for each account or one for all. */
    int copiesOf(String text) {
        return dataFiles().stream()
                .mapToInt(file -> readings(read(file, 0))
                        .mapToInt(reading -> reading.split(Pattern.quote(text), -1).length - 1)
                        .max()
                        .orElse(0))
                .sum();
    }

    static boolean holds(String content, String text) {
        return readings(content).anyMatch(reading -> reading.contains(text));
    }

    private static Stream<String> readings(String content) {
        String lua = withoutLuaEscapes(content);
        return Stream.of(content, lua, withoutXmlEscapes(content), withoutXmlEscapes(lua));
    }

    /** Undoes Lua's escapes: a backslash with a character, or with up to three decimal digits for a byte. */
    static String withoutLuaEscapes(String content) {
        byte[] in = content.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        int at = 0;
        while (at < in.length) {
            if (in[at] != '\\' || at + 1 == in.length) {
                out.write(in[at++]);
                continue;
            }
            at++;
            int digits = 0;
            int value = 0;
            while (digits < 3 && at < in.length && in[at] >= '0' && in[at] <= '9') {
                value = value * 10 + in[at++] - '0';
                digits++;
            }
            out.write(digits > 0 ? value : unescaped(in[at++]));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte unescaped(byte escape) {
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }

    private static String withoutXmlEscapes(String content) {
        return content.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&apos;", "'")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }

    private List<Path> dataFiles() {
        if (data.isEmpty()) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(data.get(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException && !file.equals(data.get())) {
                        return FileVisitResult.CONTINUE; // the server removed it meanwhile
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static String read(Path file, long from) {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(from);
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return ""; // the server replaced it meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
