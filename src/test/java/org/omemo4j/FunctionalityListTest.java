/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** docs/functionality.md promises nothing that no test proves: each ticked line names at least one test that exists. */
class FunctionalityListTest {
    private static final Path LIST = Path.of("docs", "functionality.md");
    private static final Pattern TICKED = Pattern.compile("^\\s*[-*] \\[[xX]]\\s.*");
    private static final Pattern REFERENCE = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Path SERVER_TEST = Path.of("integration-tests", "prosody", "server-test");
    private static final Pattern SERVER_CHECK = Pattern.compile("`server-test: ([^`]+)`");

    @Test
    void eachTickedLineNamesATestThatExists() throws IOException {
        assertThat(problems(Files.readAllLines(LIST, StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void theListTicksSomething() throws IOException {
        assertThat(Files.readAllLines(LIST, StandardCharsets.UTF_8))
                .anyMatch(line -> TICKED.matcher(line).matches());
    }

    @Test
    void aTickWithoutATestIsSeen() {
        assertThat(problems(List.of("- [x] Works — trust us"))).hasSize(1);
    }

    @Test
    void aTestThatDoesNotExistIsSeen() {
        assertThat(problems(List.of("- [x] Works — `NoSuchTest#works`"))).hasSize(1);
        assertThat(problems(List.of("- [x] Works — `FunctionalityListTest#noSuchMethod`")))
                .hasSize(1);
        assertThat(problems(List.of("- [x] Works — `FunctionalityListTest#problems`")))
                .as("a method that is no test")
                .hasSize(1);
    }

    @Test
    void aCheckOfTheServersScriptThatDoesNotExistIsSeen() {
        assertThat(problems(List.of("- [x] Works — `server-test: it flies`"))).hasSize(1);
    }

    @Test
    void oneTestOfSeveralThatDoesNotExistIsSeen() {
        assertThat(
                        problems(
                                List.of(
                                        "- [x] Works — `FunctionalityListTest#theListTicksSomething` `FunctionalityListTest#problems`")))
                .hasSize(1);
    }

    @Test
    void aTickWithItsTestAndALineWithoutTickAreFine() {
        assertThat(problems(List.of(
                        "- [x] Works — `FunctionalityListTest#aTestThatDoesNotExistIsSeen`",
                        "- [x] Works — `server-test: down succeeds`",
                        "- [ ] Not yet",
                        "Words.")))
                .isEmpty();
    }

    private static List<String> problems(List<String> lines) {
        List<String> problems = new ArrayList<>();
        for (String line : lines) {
            if (!TICKED.matcher(line).matches()) {
                continue;
            }
            Matcher reference = REFERENCE.matcher(line);
            int references = 0;
            while (reference.find()) {
                references++;
                if (!exists(reference.group(1), reference.group(2))) {
                    problems.add("There is no test " + reference.group() + ": " + line);
                }
            }
            Matcher check = SERVER_CHECK.matcher(line);
            while (check.find()) {
                references++;
                if (!serverTest().contains("check \"" + check.group(1) + "\" ")) {
                    problems.add("There is no check " + check.group() + ": " + line);
                }
            }
            if (references == 0) {
                problems.add("No test is named: " + line);
            }
        }
        return problems;
    }

    private static String serverTest() {
        try {
            return Files.readString(SERVER_TEST, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean exists(String simpleName, String method) {
        return testClasses(simpleName)
                .flatMap(FunctionalityListTest::withInherited)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .anyMatch(candidate -> candidate.getName().equals(method) && isTest(candidate));
    }

    /** A store's test, for one, inherits the contract of all stores. */
    private static Stream<Class<?>> withInherited(Class<?> type) {
        Stream<Class<?>> parents = Stream.concat(
                Stream.<Class<?>>ofNullable(type.getSuperclass()), Arrays.<Class<?>>stream(type.getInterfaces()));
        return Stream.concat(Stream.of(type), parents.flatMap(FunctionalityListTest::withInherited));
    }

    /** {@code @Test}, {@code @ParameterizedTest}, {@code @TestFactory} and whatever else JUnit runs. */
    private static boolean isTest(Method method) {
        return AnnotationSupport.isAnnotated(method, Testable.class);
    }

    /** The compiled test classes of this name, those of the integration tests among them; also nested ones. */
    private static Stream<Class<?>> testClasses(String simpleName) {
        try {
            Path root = Path.of(FunctionalityListTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(root)) {
                return files
                        .map(root::relativize)
                        .map(Path::toString)
                        .filter(file -> file.endsWith(".class"))
                        .map(file -> file.substring(0, file.length() - ".class".length())
                                .replace('/', '.')
                                .replace('\\', '.'))
                        .filter(name -> name.matches("(.*[.$])?" + simpleName))
                        .<Class<?>>map(FunctionalityListTest::load)
                        .toList()
                        .stream();
            }
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, FunctionalityListTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
