/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import java.util.function.Predicate;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlLimits;

/**
 * How a version writes its values as XML and reads them.  Reading accepts elements and attributes in any order and
 * ignores what it does not know.  Thread-safe.
 */
public interface Elements {

    /**
     * What to accept when an element is read from the wire, before it comes here: 1 MiB holds a message with
     * {@link EncryptedMessage#MAX_KEYS} keys and the largest payload, 4096 elements more than that or the largest bundle.
     */
    XmlLimits LIMITS = XmlLimits.ofSize(1024 * 1024);

    /** The same for a bundle: {@link Bundle#MAX_PRE_KEYS} prekeys need less than 100 KiB; no server takes more in one stanza. */
    XmlLimits BUNDLE_LIMITS = XmlLimits.ofSize(512 * 1024);

    /** The element with the device list. */
    ElementName deviceListName();

    /** The element with a bundle. */
    ElementName bundleName();

    /** The element with a message. */
    ElementName encryptedName();

    /**
     * Reads a device list.  An entry without a proper id is left out.
     *
     * @param preferred the devices that stay when the list has more than {@link DeviceList#MAX_DEVICES}
     * @throws MalformedMessageException if it is no device list
     */
    DeviceList deviceList(XmlElement element, Predicate<DeviceId> preferred) throws MalformedMessageException;

    /** Reads a device list; of too many devices the first ones stay. */
    default DeviceList deviceList(XmlElement element) throws MalformedMessageException {
        return deviceList(element, id -> false);
    }

    /**
     * Reads a bundle.  Prekeys that share an id are left out.  The identity key has the sign with which its signature verifies.
     *
     * @throws MalformedMessageException if something is missing, twice, too large, or no key
     */
    Bundle bundle(XmlElement element) throws MalformedMessageException;

    /**
     * Reads a message.  A key element without a proper id or JID cannot be ours and is left out.
     *
     * @throws MalformedMessageException if something is missing, ambiguous, too large, or not base64
     */
    EncryptedMessage encrypted(XmlElement element) throws MalformedMessageException;

    /** Whether its device lists have labels: else they say nothing about them. */
    boolean listsLabels();

    /** Writes a device list. */
    XmlElement toXml(DeviceList devices);

    /** Writes a bundle. */
    XmlElement toXml(Bundle bundle);

    /** Writes a message. */
    XmlElement toXml(EncryptedMessage message);
}
