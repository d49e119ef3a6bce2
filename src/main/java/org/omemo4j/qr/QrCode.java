/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.qr;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The QR code of a text, for a terminal and as a picture. Immutable. */
public final class QrCode {
    /** Light modules around the code that scanners want to see.  ISO/IEC 18004, "Quiet zone". */
    private static final int QUIET_ZONE = 4;

    /** Of the picture, along each side of a module. */
    private static final int PIXELS_PER_MODULE = 8;

    private static final String BLACK_ON_WHITE = "\u001b[30;47m";
    private static final String ON_BLACK = "\u001b[40m";
    private static final String ON_WHITE = "\u001b[47m";
    private static final String RESET = "\u001b[0m";

    /** What a terminal shows a code on. */
    public enum Ground {
        /** Light letters on a dark ground: the light modules are drawn. */
        DARK,
        /** Dark letters on a light ground: the dark modules are drawn. */
        LIGHT,
        /** Any: black and white are set by ANSI escape sequences. */
        COLORED
    }

    private final BitMatrix modules;

    private QrCode(BitMatrix modules) {
        this.modules = modules;
    }

    /**
     * The code of a text; empty if the text is longer than a QR code holds (2953 characters).
     *
     * @throws IllegalArgumentException if the text is empty or not ASCII, as a URI is
     */
    public static Optional<QrCode> of(String text) {
        if (text.isEmpty() || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("a QR code is made of ASCII characters, and of one at least");
        }
        try {
            return Optional.of(new QrCode(new QRCodeWriter()
                    .encode(
                            text,
                            BarcodeFormat.QR_CODE,
                            0,
                            0,
                            Map.of(
                                    EncodeHintType.ERROR_CORRECTION,
                                    ErrorCorrectionLevel.L, // a screen has no stains
                                    EncodeHintType.MARGIN,
                                    QUIET_ZONE))));
        } catch (WriterException e) {
            return Optional.empty(); // the one thing that it refuses of an ASCII text is its length
        }
    }

    /** Columns that {@link #lines} needs. */
    public int width() {
        return modules.getWidth();
    }

    /** The lines of the code: each character is a module and the one below it. */
    public List<String> lines(Ground ground) {
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < modules.getHeight(); y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < modules.getWidth(); x++) {
                line.append(
                        ground == Ground.DARK
                                ? block(!isDark(x, y), !isDark(x, y + 1))
                                : block(isDark(x, y), isDark(x, y + 1)));
            }
            lines.add(ground == Ground.COLORED ? BLACK_ON_WHITE + line + RESET : line.toString());
        }
        return List.copyOf(lines);
    }

    /** The same for a terminal without such characters, twice as wide: each module is a pair of {@code #}, blanks, or, in colours, blanks on black or white. */
    public List<String> asciiLines(Ground ground) {
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < modules.getHeight(); y++) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < modules.getWidth(); x++) {
                line.append(
                        switch (ground) {
                            case COLORED -> (isDark(x, y) ? ON_BLACK : ON_WHITE) + "  ";
                            case DARK -> isDark(x, y) ? "  " : "##";
                            case LIGHT -> isDark(x, y) ? "##" : "  ";
                        });
            }
            lines.add(ground == Ground.COLORED ? line + RESET : line.toString());
        }
        return List.copyOf(lines);
    }

    /** The code as a black and white picture in the format PNG. */
    public byte[] png() {
        int size = modules.getWidth() * PIXELS_PER_MODULE;
        BufferedImage picture = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                boolean isDark = isDark(x / PIXELS_PER_MODULE, y / PIXELS_PER_MODULE);
                picture.setRGB(x, y, (isDark ? Color.BLACK : Color.WHITE).getRGB());
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            if (!ImageIO.write(picture, "png", out)) {
                throw new IllegalStateException("every JDK writes PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // in memory
        }
        return png.toByteArray();
    }

    private boolean isDark(int x, int y) {
        return y < modules.getHeight() && modules.get(x, y);
    }

    private static char block(boolean top, boolean bottom) {
        if (top) {
            return bottom ? '█' : '▀';
        }
        return bottom ? '▄' : ' ';
    }
}
