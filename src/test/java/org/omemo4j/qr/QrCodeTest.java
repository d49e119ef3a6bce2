/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.qr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.protocol.DeviceId;
import org.omemo4j.qr.QrCode.Ground;
import org.omemo4j.trust.Fingerprint;
import org.omemo4j.trust.OmemoUri;

class QrCodeTest {
    private static final String URI = uri(1);
    private static final int SCALE = 4;

    @Test
    void onADarkTerminalTheBlocksAreTheLightModules() throws ReaderException {
        assertThat(decoded(picture(code().lines(Ground.DARK), true))).isEqualTo(URI);
    }

    @Test
    void onALightTerminalTheBlocksAreTheDarkModules() throws ReaderException {
        assertThat(decoded(picture(code().lines(Ground.LIGHT), false))).isEqualTo(URI);
    }

    @Test
    void inColourTheBlocksAreBlackOnWhiteOnAnyTerminal() throws ReaderException {
        List<String> lines = code().lines(Ground.COLORED);

        assertThat(lines).allMatch(line -> line.matches("\u001b\\[30;47m[ ▀▄█]+\u001b\\[0m"));
        assertThat(decoded(picture(
                        lines.stream()
                                .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", ""))
                                .toList(),
                        false)))
                .isEqualTo(URI);
    }

    @Test
    void fourLightModulesAreAroundIt() {
        QrCode code = code();
        List<String> lines = code.lines(Ground.LIGHT);

        assertThat(lines).allMatch(line -> line.length() == code.width());
        assertThat(lines).allMatch(line -> line.startsWith("    ") && line.endsWith("    "));
        assertThat(lines.subList(0, 2)).allMatch(String::isBlank);
        assertThat(lines.get(lines.size() - 2)).isBlank();
        assertThat(lines.get(2)).startsWith("    █▀▀▀▀▀█");
    }

    @Test
    void oneDeviceFitsInSixtyColumns() {
        assertThat(code().width()).isLessThanOrEqualTo(60);
    }

    @Test
    void thePictureIsAPng() throws IOException, ReaderException {
        assertThat(decoded(ImageIO.read(new ByteArrayInputStream(code().png()))))
                .isEqualTo(URI);
    }

    @Test
    void thirtyDevicesFitAndFortyDoNot() throws IOException, ReaderException {
        byte[] png = QrCode.of(uri(30)).orElseThrow().png();

        assertThat(decoded(ImageIO.read(new ByteArrayInputStream(png)))).isEqualTo(uri(30));
        assertThat(QrCode.of(uri(40))).isEmpty();
    }

    @Test
    void aTextThatIsNotAsciiIsRefused() {
        assertThatThrownBy(() -> QrCode.of("jürgen")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> QrCode.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    private static QrCode code() {
        return QrCode.of(URI).orElseThrow();
    }

    private static String uri(int devices) {
        Fingerprint key = new Fingerprint("d54a1f3c80e0a6b1b5c7b0f9e2f0c4d31a6e5b7796884f2d0c1b3a5947fe6021");
        return new OmemoUri(
                        JidCreate.entityBareFromOrThrowUnchecked("alice@example.org"),
                        IntStream.rangeClosed(1, devices)
                                .boxed()
                                .collect(Collectors.toMap(n -> new DeviceId(1_410_632_000 + n), n -> key)))
                .toString();
    }

    /** What the terminal shows: blocks in the colour of its letters, the rest in that of its ground. */
    private static BufferedImage picture(List<String> lines, boolean dark) {
        BufferedImage picture =
                new BufferedImage(lines.get(0).length() * SCALE, lines.size() * 2 * SCALE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int row = y / SCALE;
                char block = lines.get(row / 2).charAt(x / SCALE);
                boolean isBlock = (row % 2 == 0 ? "▀█" : "▄█").indexOf(block) >= 0;
                picture.setRGB(x, y, isBlock == dark ? 0xffffff : 0);
            }
        }
        return picture;
    }

    private static String decoded(BufferedImage picture) throws ReaderException {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))))
                .getText();
    }
}
