/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import org.jxmpp.jid.BareJid;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.OmemoVersion;
import org.omemo4j.protocol.xml.XmlElement;

/**
 * Something the host does on the network for the engine, and reports back. None of them is lost by a crash: {@link OmemoEngine#connected()} derives
 * again what is still due.
 */
public sealed interface Action {

    /** The version whose node is meant. */
    OmemoVersion version();

    /** Fetch the device list of an account; report {@code deviceList}, {@code noDevices} or {@code deviceListUnknown}. */
    record FetchDeviceList(BareJid jid, OmemoVersion version) implements Action {}

    /** Fetch a device's bundle; report {@code bundle}, {@code noBundle} or {@code bundleUnknown}. */
    record FetchBundle(DeviceAddress address, OmemoVersion version) implements Action {}

    /** Publish our own device list; report {@code published} or {@code publishFailed}. */
    record PublishDeviceList(OmemoVersion version, XmlElement list) implements Action {}

    /**
     * Publish our own bundle; report {@code published} or {@code publishFailed}.
     *
     * @param change which change of our bundle this is.
     */
    record PublishBundle(OmemoVersion version, XmlElement bundle, long change) implements Action {}

    /** Take the bundle of a device of our account off the server; report {@code published}, also when it was not there, or {@code publishFailed}. */
    record WithdrawBundle(DeviceAddress address, OmemoVersion version) implements Action {}

    /** Ask {@link OmemoEngine#emptyMessage} for an empty message to this device and send it; where it begins a new session, that may be {@link Encryption.Missing} a bundle first. */
    record SendEmptyMessage(DeviceAddress address, OmemoVersion version) implements Action {}
}
