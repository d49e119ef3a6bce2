/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol.omemo2;

import java.util.function.Predicate;
import org.omemo4j.protocol.Bundle;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.protocol.DeviceList;
import org.omemo4j.protocol.ElementName;
import org.omemo4j.protocol.Elements;
import org.omemo4j.protocol.EncryptedMessage;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.Vocabulary;
import org.omemo4j.protocol.xml.XmlElement;

/** The XML of XEP-0384 0.9.1: {@code <devices/>}, {@code <bundle/>} and {@code <encrypted/>}. */
final class Omemo2Elements implements Elements {

    static final Vocabulary XML = new Vocabulary(Omemo2.NAMESPACE);

    private static final ElementName DEVICES = new ElementName("devices", Omemo2.NAMESPACE);
    private static final ElementName BUNDLE = new ElementName("bundle", Omemo2.NAMESPACE);
    private static final ElementName ENCRYPTED = new ElementName("encrypted", Omemo2.NAMESPACE);

    @Override
    public ElementName deviceListName() {
        return DEVICES;
    }

    @Override
    public ElementName bundleName() {
        return BUNDLE;
    }

    @Override
    public ElementName encryptedName() {
        return ENCRYPTED;
    }

    @Override
    public DeviceList deviceList(XmlElement element, Predicate<DeviceId> preferred) throws MalformedMessageException {
        require(DEVICES, element);
        return DevicesXml.read(element, preferred);
    }

    @Override
    public Bundle bundle(XmlElement element) throws MalformedMessageException {
        require(BUNDLE, element);
        return BundleXml.read(element);
    }

    @Override
    public EncryptedMessage encrypted(XmlElement element) throws MalformedMessageException {
        require(ENCRYPTED, element);
        return EncryptedXml.read(element);
    }

    @Override
    public boolean listsLabels() {
        return true;
    }

    @Override
    public XmlElement toXml(DeviceList devices) {
        return DevicesXml.write(devices);
    }

    @Override
    public XmlElement toXml(Bundle bundle) {
        return BundleXml.write(bundle);
    }

    @Override
    public XmlElement toXml(EncryptedMessage message) {
        return EncryptedXml.write(message);
    }

    private static void require(ElementName name, XmlElement element) throws MalformedMessageException {
        if (!name.matches(element)) {
            throw new MalformedMessageException("not the element <" + name.name() + "/>");
        }
    }
}
