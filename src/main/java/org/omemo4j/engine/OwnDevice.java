package org.omemo4j.engine;

import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;

/** Our own device. */
public record OwnDevice(DeviceAddress address, Fingerprint fingerprint) {}
