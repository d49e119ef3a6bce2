/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The `omemo` command at servers that want TLS: a certificate is accepted only from a trusted authority and for the right name. */
@OnServer
class TlsIT {

    @Test
    void aCertificateOfATrustedAuthorityIsAccepted(World world) throws Exception {
        CertificateAuthority authority = new CertificateAuthority();
        Client bob = world.person("bob");

        OmemoCommand send = send(world, authority, world.server().domain(), bob, authority.trusted());

        assertThat(send.exitCode()).as("%s", send).isZero();
        bob.awaitAnywhere("over TLS");
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefusedInOneLine(World world) throws Exception {
        Client bob = world.person("bob");

        OmemoCommand send =
                send(world, new CertificateAuthority(), world.server().domain(), bob);

        send.assertFailsInOneLine(1, "the server's certificate is not trusted");
        assertThat(bob.bodies()).isEmpty();
    }

    @Test
    void aCertificateForAnotherNameIsRefusedInOneLine(World world) throws Exception {
        CertificateAuthority authority = new CertificateAuthority();
        Client bob = world.person("bob");

        OmemoCommand send = send(world, authority, "elsewhere.example", bob, authority.trusted());

        send.assertFailsInOneLine(
                1, "the server's certificate is not for " + world.server().domain());
        assertThat(bob.bodies()).isEmpty();
    }

    @Test
    void aServerWithoutTlsIsRefusedInOneLine(World world) {
        Account alice = world.account("alice");

        OmemoCommand send = new Shell(world).withTls().send(alice, alice.jid().toString(), "in clear");

        send.assertFailsInOneLine(1, "offers no TLS");
    }

    /** To Bob, over a server that has a certificate for this name; returns when the command has ended. */
    private static OmemoCommand send(
            World world, CertificateAuthority authority, String name, Client bob, String... jvmOptions)
            throws Exception {
        Account alice = world.account("alice");
        TlsServer rules = new TlsServer(authority.certify(name));
        try (Relay server = Relay.before(world.server().endpoint(), rules)) {
            OmemoCommand send = new Shell(world)
                    .at(server.address())
                    .withTls(jvmOptions)
                    .send(alice, bob.jid().toString(), "over TLS");
            send.exitCode();
            return send;
        }
    }
}
