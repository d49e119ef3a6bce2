/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.net.InetAddress;
import java.util.Optional;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jxmpp.jid.DomainBareJid;

/**
 * The way to an account's server: TLS anywhere, or no TLS to this very machine.
 *
 * @param server where it listens, empty to ask the domain's DNS records.
 * @param plainTo the loopback address that may be talked to without TLS, empty if TLS is required.
 */
record Route(Optional<ServerAddress> server, Optional<InetAddress> plainTo) {

    /** @throws CommandFailure if TLS is not wanted, and the server is not on loopback. */
    static Route to(DomainBareJid domain, Optional<ServerAddress> server, boolean insecure) throws CommandFailure {
        if (!insecure) {
            return new Route(server, Optional.empty());
        }
        ServerAddress named = server.orElseGet(() -> new ServerAddress(domain.toString(), ServerAddress.CLIENT_PORT));
        Optional<InetAddress> loopback = named.loopback();
        if (loopback.isEmpty()) {
            throw CommandFailure.usage("--insecure is for a server on this machine (localhost, 127.x.x.x, ::1), and "
                    + named.host() + " is not: TLS is required");
        }
        return new Route(Optional.of(named), loopback);
    }

    /** Tells Smack. */
    void applyTo(XMPPTCPConnectionConfiguration.Builder configuration) {
        server.ifPresent(address -> configuration.setPort(address.port()));
        if (plainTo.isPresent()) {
            // The address itself, not the name: what was found to be loopback is what is connected to.
            configuration.setHostAddress(plainTo.get()).setSecurityMode(SecurityMode.disabled);
        } else {
            server.ifPresent(address -> configuration.setHost(address.host()));
            configuration.setSecurityMode(SecurityMode.required);
        }
    }
}
