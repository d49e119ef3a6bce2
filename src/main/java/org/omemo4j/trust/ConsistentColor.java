/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.trust;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.hsluv.HUSLColorConverter;

/**
 * The colour of a text: the same in every client, so that people see at a glance whether two texts differ.
 *
 * @param red 0 to 255, in sRGB.
 * @param green likewise.
 * @param blue likewise.
 * @see <a href="https://xmpp.org/extensions/xep-0392.html">XEP-0392 1.0.0, "Generating a color"</a>
 */
public record ConsistentColor(int red, int green, int blue) {
    private static final double SATURATION = 100;
    private static final double LIGHTNESS = 50;

    /** The colour of the text in UTF-8. */
    public static ConsistentColor of(String text) {
        double[] rgb = HUSLColorConverter.hsluvToRgb(new double[] {hue(text), SATURATION, LIGHTNESS});
        return new ConsistentColor(level(rgb[0]), level(rgb[1]), level(rgb[2]));
    }

    /** As in HTML and CSS: {@code #rrggbb}. */
    @Override
    public String toString() {
        return String.format("#%02x%02x%02x", red, green, blue);
    }

    /** The hue angle in degrees: 0 to 360, exclusive. */
    static double hue(String text) {
        byte[] hash = sha1().digest(text.getBytes(StandardCharsets.UTF_8));
        int angle = Byte.toUnsignedInt(hash[0]) | Byte.toUnsignedInt(hash[1]) << 8;
        return angle / 65536.0 * 360;
    }

    private static int level(double channel) {
        return (int) Math.round(channel * 255);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
