/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The project of somebody who depends on the library. */
class ConsumerIT {
    private static final Pattern VERSION = Pattern.compile("<version>(.*)</version>");

    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>org.example</groupId>
              <artifactId>consumer</artifactId>
              <version>1</version>
              <properties>
                <maven.compiler.release>17</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
              <dependencies>
                <dependency>
                  <groupId>org.omemo4j</groupId>
                  <artifactId>omemo4j</artifactId>
                  <version>%s</version>
                </dependency>
              </dependencies>
              <build>
                <plugins>
                  <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.0</version></plugin>
                  <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
                </plugins>
              </build>
            </project>
            """;

    private static final String PROGRAM = """
            import org.jivesoftware.smack.tcp.XMPPTCPConnection;
            import org.omemo4j.smack.OmemoManager;
            import org.omemo4j.store.memory.MemoryStore;

            class Consumer {
                static void prepare(XMPPTCPConnection connection) throws Exception {
                    OmemoManager.install();
                    OmemoManager.getInstanceFor(connection).start(new MemoryStore());
                    connection.connect().login();
                }
            }
            """;

    /** All that exists for this project: what our own build has resolved. No list of versions is there, so a range would match nothing. */
    private static final String SETTINGS = """
            <settings>
              <localRepository>%s</localRepository>
              <mirrors>
                <mirror><id>resolved</id><mirrorOf>*</mirrorOf><url>%s</url></mirror>
              </mirrors>
            </settings>
            """;

    @Test
    void aProjectThatDependsOnUsCompilesWithoutVersionRanges() throws Exception {
        Path folder = TestServer.scratch("consumer").toAbsolutePath();
        Path repository = folder.resolve("repository");
        String version = publish(repository);
        Path resolved = Path.of(System.getProperty(
                "localRepository",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString()));
        write(folder.resolve("pom.xml"), POM.formatted(version));
        write(folder.resolve("settings.xml"), SETTINGS.formatted(repository, resolved.toUri()));
        write(folder.resolve("src/main/java/Consumer.java"), PROGRAM);

        Process maven = new ProcessBuilder(List.of("mvn", "-B", "-q", "-nsu", "-s", "settings.xml", "compile"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(maven.waitFor()).as(said).isZero();
        assertThat(folder.resolve("target/classes/Consumer.class")).exists();
    }

    /** As an installation of our build would. @return the version. */
    private static String publish(Path repository) throws IOException {
        Path pom = Path.of("pom.xml");
        Matcher version = VERSION.matcher(Files.readString(pom, StandardCharsets.UTF_8));
        assertThat(version.find()).isTrue();
        Path place = Files.createDirectories(
                repository.resolve("org/omemo4j/omemo4j").resolve(version.group(1)));
        String name = "omemo4j-" + version.group(1);
        Files.copy(pom, place.resolve(name + ".pom"));
        Files.copy(LibraryJarIT.jar(), place.resolve(name + ".jar"));
        return version.group(1);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
