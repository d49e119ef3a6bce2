/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Signs certificates for servers of a test, made with the JDK's keytool. */
final class CertificateAuthority {
    private static final String PASSWORD = "changeit";

    private final Path folder = TestServer.scratch("tls");
    private final Path keys = folder.resolve("keys.p12");

    CertificateAuthority() throws Exception {
        keytool("-alias", "authority", "-dname", "CN=omemo4j test authority", "-ext", "bc:c");
    }

    /** For a server that proves with it that it is this domain. */
    SSLContext certify(String domain) throws Exception {
        keytool("-alias", domain, "-dname", "CN=" + domain, "-ext", "san=dns:" + domain, "-signer", "authority");
        KeyStore all = load();
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                domain,
                all.getKey(domain, PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                all.getCertificateChain(domain));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(own, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** The options of a JVM that trusts this authority and nobody else. */
    String[] trusted() throws Exception {
        Certificate authority = load().getCertificate("authority");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority);
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return new String[] {
            "-Djavax.net.ssl.trustStore=" + file.toAbsolutePath(), "-Djavax.net.ssl.trustStorePassword=" + PASSWORD
        };
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keystore", keys.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(command + ": " + said);
        }
    }
}
