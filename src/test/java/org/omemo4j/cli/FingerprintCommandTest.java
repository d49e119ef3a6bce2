/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.qr.QrCode;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.trust.Decision;

/** What `omemo fingerprint` shows and writes. */
class FingerprintCommandTest {
    @TempDir
    Path folder;

    private AliceAtHome alice;
    private String uri;

    @BeforeEach
    void open() {
        alice = new AliceAtHome(folder);
        uri = "xmpp:alice@example.org?omemo-sid-" + alice.device().address().device() + "="
                + AliceAtHome.key(alice.device()).hex();
    }

    @Test
    void itIsTheFingerprintAndTheUri() {
        assertThat(alice.run("fingerprint")).isZero();

        assertThat(alice.out())
                .isEqualTo(
                        "alice@example.org, device " + alice.device().address().device() + "\n"
                                + AliceAtHome.key(alice.device()) + "\n" + uri + "\n");
        assertThat(alice.err()).isEmpty();
    }

    @Test
    void onATerminalEachGroupHasItsColour() {
        alice.onTerminal().run("fingerprint");

        assertThat(alice.out().lines().toList().get(1))
                .isEqualTo(TerminalColors.INDEXED.paint(AliceAtHome.key(alice.device())))
                .contains("\u001b[38;5;");
    }

    @Test
    void theUriHasOurOtherVerifiedDevicesToo() {
        alice.online(() -> {
            TestDevice tablet = alice.world.device(AliceAtHome.ALICE);
            alice.device().send(alice.phone, "which shows the tablet's key");
            alice.device().decides(tablet, Decision.VERIFY);
        });

        alice.run("fingerprint");

        assertThat(alice.out().lines().toList().get(2)).startsWith(uri + ";omemo-sid-");
    }

    @Test
    void aProgramGetsOneLine() {
        assertThat(alice.run("fingerprint", "--json")).isZero();

        assertThat(alice.out())
                .isEqualTo("{\"jid\":\"alice@example.org\",\"device\":"
                        + alice.device().address().device() + ",\"fingerprint\":\""
                        + AliceAtHome.key(alice.device()).hex() + "\",\"uri\":\"" + uri + "\"}\n");
    }

    @Test
    void aQrCodeIsThatOfTheUri() {
        QrCode code = QrCode.of(uri).orElseThrow();

        assertThat(alice.run("fingerprint", "--qr")).isZero();

        assertThat(alice.out().lines().skip(3).toList())
                .as("without colours, for a dark terminal")
                .isEqualTo(code.lines(QrCode.Ground.DARK));
        assertThat(alice.onTerminal().run("fingerprint", "--qr")).isZero();
        assertThat(alice.out().lines().skip(3).toList())
                .as("with colours, for any")
                .isEqualTo(code.lines(QrCode.Ground.COLORED));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereTheCharactersForItAreMissingItIsDrawnWithOthers(boolean colored) throws Exception {
        CommandRun command = new CommandRun().charset(StandardCharsets.US_ASCII);
        if (colored) {
            command.tty().variable("TERM", "xterm-256color").variable("COLUMNS", "200");
        }

        assertThat(command.run(
                        "fingerprint",
                        "--qr",
                        "--jid",
                        AliceAtHome.ALICE,
                        "--store",
                        alice.store().toString()))
                .isZero();

        assertThat(decoded(drawn(
                        command.out().lines().skip(3).toList(), colored ? "\u001b[47m  " : "##", colored ? 7 : 2)))
                .isEqualTo(uri);
    }

    @Test
    void aTerminalThatIsTooNarrowForItIsSaid() {
        CommandRun command = new CommandRun().tty().variable("COLUMNS", "40");

        assertThat(command.run(
                        "fingerprint",
                        "--qr",
                        "--jid",
                        AliceAtHome.ALICE,
                        "--store",
                        alice.store().toString()))
                .isEqualTo(1);

        assertThat(command.err()).hasLineCount(1).contains("wider", "--png");
        assertThat(command.out()).hasLineCount(3);
    }

    @Test
    void thePictureReadsAsTheUri() throws Exception {
        Path file = folder.resolve("alice.png");

        assertThat(alice.run("fingerprint", "--png", file.toString())).isZero();

        assertThat(decoded(file)).isEqualTo(uri);
        assertThat(alice.err()).hasLineCount(1).contains("alice.png");
    }

    @Test
    void aFileThatIsThereStaysUnlessItIsToBeReplaced() throws Exception {
        Path file = Files.writeString(folder.resolve("alice.png"), "something else, and longer".repeat(1000));

        assertThat(alice.run("fingerprint", "--png", file.toString())).isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("is there already", "--force");
        assertThat(file).content().startsWith("something else");
        assertThat(alice.run("fingerprint", "--force", "--png", file.toString()))
                .isZero();
        assertThat(decoded(file)).isEqualTo(uri);
    }

    @Test
    void aPlaceWhereNothingCanBeWrittenIsOneLine() {
        assertThat(alice.run(
                        "fingerprint",
                        "--png",
                        folder.resolve("nowhere/alice.png").toString()))
                .isEqualTo(1);

        assertThat(alice.err()).hasLineCount(1).contains("cannot be written", "no such place");
    }

    @Test
    void optionsThatDoNotGoTogetherAreAWrongCall() {
        assertThat(alice.run("fingerprint", "--qr", "--json")).isEqualTo(2);

        assertThat(alice.err()).hasLineCount(1).contains("--qr", "--json");
        assertThat(alice.run("fingerprint", "--force")).isEqualTo(2);
        assertThat(alice.err()).hasLineCount(1).contains("--png");
    }

    /** Modules of so many characters each, as a picture. */
    private static BufferedImage drawn(List<String> lines, String light, int characters) {
        int size = lines.size();
        BufferedImage picture = new BufferedImage(4 * size, 4 * size, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < 4 * size; y++) {
            for (int x = 0; x < 4 * size; x++) {
                String module = lines.get(y / 4).substring(x / 4 * characters, (x / 4 + 1) * characters);
                picture.setRGB(x, y, module.equals(light) ? 0xFFFFFF : 0);
            }
        }
        return picture;
    }

    private static String decoded(Path png) throws Exception {
        return decoded(ImageIO.read(png.toFile()));
    }

    private static String decoded(BufferedImage picture) throws Exception {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))))
                .getText();
    }
}
