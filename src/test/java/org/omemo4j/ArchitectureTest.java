/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The layers of the house, as ARCHITECTURE.md draws them. */
class ArchitectureTest {
    /** What every layer may use: the JDK without its databases, and the nullness annotations. */
    private static final List<String> EVERYWHERE = List.of("java.", "javax.crypto", "javax.xml", "org.jspecify");

    /** Package (a {@code *} stands for the packages below it, too) and what it may use besides its own classes. Nothing points up. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            layer("crypto", "org.bouncycastle.*"),
            layer("x3dh", "crypto"),
            layer("doubleratchet", "crypto"),
            layer("protocol", "protocol.xml", "crypto", "x3dh", "doubleratchet", "org.jxmpp.*"),
            layer("protocol.xml", "protocol", "crypto"),
            layer(
                    "protocol.omemo2.*",
                    "protocol",
                    "protocol.xml",
                    "protocol.protobuf",
                    "crypto",
                    "x3dh",
                    "doubleratchet",
                    "org.jxmpp.*",
                    "com.google.protobuf.*"),
            layer(
                    "protocol.axolotl.*",
                    "protocol",
                    "protocol.xml",
                    "protocol.protobuf",
                    "crypto",
                    "x3dh",
                    "doubleratchet",
                    "com.google.protobuf.*"),
            layer("protocol.protobuf", "crypto", "com.google.protobuf.*"),
            layer("trust", "protocol", "x3dh", "crypto", "org.jxmpp.*", "org.hsluv"),
            layer("qr", "com.google.zxing.*", "javax.imageio.*"),
            layer("store", "protocol", "crypto", "org.jxmpp.*"),
            layer("store.memory", "store", "protocol", "crypto", "org.jxmpp.*"),
            layer("store.sql", "store", "protocol", "crypto", "org.jxmpp.*", "java.sql", "org.sqlite.*"),
            layer(
                    "engine.*",
                    "store",
                    "trust",
                    "protocol",
                    "protocol.xml",
                    "x3dh",
                    "doubleratchet",
                    "crypto",
                    "org.jxmpp.*",
                    "com.google.protobuf.*"),
            layer(
                    "smack.*",
                    "engine",
                    "store",
                    "trust",
                    "protocol",
                    "protocol.xml",
                    "crypto",
                    "org.jxmpp.*",
                    "org.jivesoftware.*"),
            layer(
                    "cli.*",
                    "smack",
                    "engine",
                    "store",
                    "store.memory",
                    "store.sql",
                    "trust",
                    "qr",
                    "protocol",
                    "protocol.omemo2", // an application chooses versions
                    "protocol.axolotl",
                    "protocol.xml",
                    "crypto",
                    "org.jxmpp.*",
                    "org.jivesoftware.*",
                    "picocli.*",
                    "com.fasterxml.jackson.*",
                    "javax.net.*"));

    /** The one place above the versions that names one: the list of versions that {@code OmemoConfig.defaults()} begins with. */
    private static final String DEFAULT_VERSIONS = "org.omemo4j.engine.OmemoConfig";

    /** The state codec: the one class of the engine that knows how sessions are written. */
    private static final List<String> STATE_CODEC =
            List.of("org.omemo4j.engine.SessionCodec", "org.omemo4j.engine.state.");

    private static final String ROOT = "org.omemo4j";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(ROOT);

    @TestFactory
    Stream<DynamicTest> eachPackageUsesWhatItMay() {
        return packages().stream()
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(tooMuchIn(name))
                                .as("what %s uses and may not", name)
                                .isEmpty()));
    }

    @Test
    void theTableNamesOnlyPackagesThatExist() {
        assertThat(MAY_USE.keySet())
                .allSatisfy(layer -> assertThat(packages())
                        .as("packages of the layer %s", layer)
                        .anyMatch(name -> matches(layer, name)));
    }

    @Test
    void onlyTheStateCodecOfTheEngineKnowsProtobuf() {
        assertThat(dependencies()
                        .filter(dependency ->
                                dependency.getOriginClass().getName().startsWith(ROOT + ".engine"))
                        .filter(dependency -> STATE_CODEC.stream()
                                .noneMatch(dependency.getOriginClass().getName()::startsWith))
                        .filter(dependency ->
                                dependency.getTargetClass().getName().startsWith("com.google.protobuf")
                                        || dependency.getTargetClass().getName().startsWith(ROOT + ".engine.state.")))
                .isEmpty();
    }

    @Test
    void nothingIsMadeToBeSerialisedButExceptionsAndEnums() {
        assertThat(CLASSES.stream()
                        .filter(type -> !isGenerated(type))
                        .filter(type -> type.isAssignableTo(Serializable.class))
                        .filter(type -> !type.isAssignableTo(Throwable.class) && !type.isAssignableTo(Enum.class))
                        .filter(type -> !isStanzaOfSmack(type) && !type.isAssignableTo(Map.class))
                        .map(JavaClass::getName))
                .isEmpty();
    }

    @Test
    void onlyTheCommandLineWritesToTheConsole() {
        assertThat(CLASSES.stream()
                        .filter(type -> !type.getPackageName().startsWith(ROOT + ".cli"))
                        .flatMap(type -> type.getFieldAccessesFromSelf().stream())
                        .filter(access -> access.getTargetOwner().isEquivalentTo(System.class)
                                && List.of("out", "err", "in").contains(access.getName()))
                        .map(JavaAccess::getDescription))
                .isEmpty();
    }

    /** Smack's own element types extend {@link Serializable}; ours are values that nobody writes. */
    private static boolean isStanzaOfSmack(JavaClass type) {
        return type.getAllRawInterfaces().stream()
                .anyMatch(parent -> parent.getName().startsWith("org.jivesoftware.smack"));
    }

    private static boolean isGenerated(JavaClass type) {
        return type.getPackageName().startsWith(ROOT + ".protocol.")
                        && type.getPackageName().endsWith(".wire")
                || type.getPackageName().equals(ROOT + ".engine.state");
    }

    private static Map.Entry<String, List<String>> layer(String name, String... mayUse) {
        return Map.entry(name, List.of(mayUse));
    }

    /** Packages below the root, without it. */
    private static TreeSet<String> packages() {
        TreeSet<String> names = new TreeSet<>();
        CLASSES.forEach(type -> {
            if (!type.getPackageName().equals(ROOT)) {
                names.add(type.getPackageName().substring(ROOT.length() + 1));
            }
        });
        return names;
    }

    /** Each class with something that its layer may not use. */
    private static Map<String, TreeSet<String>> tooMuchIn(String name) {
        List<Map.Entry<String, List<String>>> layers = MAY_USE.entrySet().stream()
                .filter(layer -> matches(layer.getKey(), name))
                .toList();
        assertThat(layers)
                .as("layers of the table that the package %s is in", name)
                .hasSize(1);
        Map<String, TreeSet<String>> tooMuch = new TreeMap<>();
        dependencies()
                .filter(dependency ->
                        dependency.getOriginClass().getPackageName().equals(ROOT + "." + name))
                .filter(dependency -> !isAllowed(dependency, layers.get(0)))
                .forEach(dependency -> tooMuch.computeIfAbsent(
                                dependency.getOriginClass().getName(), key -> new TreeSet<>())
                        .add(dependency.getTargetClass().getName()));
        return tooMuch;
    }

    private static boolean isAllowed(Dependency dependency, Map.Entry<String, List<String>> layer) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String used = target.getPackageName();
        if (target.isPrimitive()) {
            return true;
        }
        if (used.startsWith(ROOT + ".")) {
            String below = used.substring(ROOT.length() + 1);
            return matches(layer.getKey(), below)
                    || layer.getValue().stream().anyMatch(allowed -> matches(allowed, below))
                    || (dependency.getOriginClass().getName().equals(DEFAULT_VERSIONS)
                            && below.matches("protocol\\.(omemo2|axolotl)"));
        }
        if (layer.getValue().stream().anyMatch(allowed -> matches(allowed, used))) {
            return true;
        }
        return !used.startsWith("java.sql")
                && !used.startsWith("javax.sql")
                && EVERYWHERE.stream().anyMatch(used::startsWith);
    }

    private static Stream<Dependency> dependencies() {
        return CLASSES.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream());
    }

    /** {@code a.b} is {@code a.b} alone; {@code a.b.*} is that and everything below it. */
    private static boolean matches(String pattern, String name) {
        if (!pattern.endsWith(".*")) {
            return pattern.equals(name);
        }
        String start = pattern.substring(0, pattern.length() - 2);
        return name.equals(start) || name.startsWith(start + ".");
    }
}
