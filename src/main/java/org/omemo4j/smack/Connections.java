/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.List;
import java.util.Optional;
import org.jivesoftware.smack.AbstractXMPPConnection;
import org.jivesoftware.smack.ConnectionConfiguration;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException.StreamErrorException;
import org.jivesoftware.smackx.disco.ServiceDiscoveryManager;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Localpart;
import org.jxmpp.stringprep.XmppStringprepException;
import org.omemo4j.protocol.OmemoVersion;

/** What a connection says about its account, and what it tells others. */
final class Connections {
    private Connections() {}

    /** The account that the configuration names; not every way to log in has one. */
    static Optional<BareJid> configuredAccount(XMPPConnection connection) {
        if (!(connection instanceof AbstractXMPPConnection configured)) {
            return Optional.empty();
        }
        ConnectionConfiguration configuration = configured.getConfiguration();
        CharSequence name = configuration.getUsername();
        if (name == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JidCreate.bareFrom(
                    Localpart.from(name.toString()),
                    configuration.getXMPPServiceDomain().getDomain()));
        } catch (XmppStringprepException e) {
            return Optional.empty(); // not a localpart: some mechanisms log in with other names
        }
    }

    /** Asks for events about device lists (XEP-0163). If Smack has sent a presence, it sends another one. */
    static void announceInterest(XMPPConnection connection, List<OmemoVersion> versions) {
        ServiceDiscoveryManager features = ServiceDiscoveryManager.getInstanceFor(connection);
        versions.forEach(version -> features.addFeature(notify(version)));
    }

    /** Takes it back. */
    static void withdrawInterest(XMPPConnection connection, List<OmemoVersion> versions) {
        ServiceDiscoveryManager features = ServiceDiscoveryManager.getInstanceFor(connection);
        versions.forEach(version -> features.removeFeature(notify(version)));
    }

    /** Whether a server has ended the stream because it does not take what was sent (RFC 6120, 4.9.3), so that it would end the next one, too. */
    static boolean isRefusal(Exception cause) {
        return cause instanceof StreamErrorException refused
                && switch (refused.getStreamError().getCondition()) {
                    case bad_format,
                            bad_namespace_prefix,
                            improper_addressing,
                            invalid_xml,
                            not_well_formed,
                            policy_violation,
                            resource_constraint,
                            restricted_xml,
                            unsupported_encoding,
                            unsupported_stanza_type -> true;
                    default -> false;
                };
    }

    private static String notify(OmemoVersion version) {
        return version.nodes().deviceList() + "+notify";
    }
}
