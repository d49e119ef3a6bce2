/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import org.omemo4j.protocol.Coverage;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.TrustLevel;

/**
 * Who sent a decrypted message.
 *
 * @param device account and device.
 * @param fingerprint of the identity key it was authenticated with.
 * @param trust what that key was worth when the message was read.
 * @param version the namespace of the version used.
 * @param coverage what of the message was authenticated.
 */
public record MessageOrigin(
        DeviceAddress device, Fingerprint fingerprint, TrustLevel trust, String version, Coverage coverage) {}
