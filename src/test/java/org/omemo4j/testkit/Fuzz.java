/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.protocol.xml.XmlElement;
import org.omemo4j.protocol.xml.XmlNode;
import org.omemo4j.protocol.xml.XmlText;

/**
 * Seeded random damage to good input.  The seed is printed; set the system property {@code fuzz.seed} to run it again.
 */
public final class Fuzz {

    private static final byte[] TELLING = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, '<', '>', '&', '\'', '=', '!', '[', ' '
    };

    /** What is fed with damaged input. */
    @FunctionalInterface
    public interface Parser<T> {
        void parse(T input) throws Exception;
    }

    private final Random random;
    private final long seed;
    private final int rounds;

    private Fuzz(long seed, int rounds) {
        this.random = new Random(seed);
        this.seed = seed;
        this.rounds = rounds;
    }

    /** As many inputs. */
    public static Fuzz rounds(int rounds) {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("fuzz.seed=" + seed);
        return new Fuzz(seed, rounds);
    }

    /** Damaged bytes: the parser must take them or throw one of the declared exceptions. */
    @SafeVarargs
    public final void bytes(List<Bytes> good, Parser<Bytes> parser, Class<? extends Exception>... declared) {
        for (int round = 0; round < rounds; round++) {
            Bytes input = Bytes.of(damage(pick(good).toByteArray(), good));
            check(round, HexFormat.of().formatHex(input.toByteArray()), input, parser, declared);
        }
    }

    /** Damaged trees of XML: the parser must take them or throw one of the declared exceptions. */
    @SafeVarargs
    public final void xml(List<XmlElement> good, Parser<XmlElement> parser, Class<? extends Exception>... declared) {
        for (int round = 0; round < rounds; round++) {
            XmlElement input = pick(good);
            for (int i = random.nextInt(4); i >= 0; i--) {
                input = damage(input, input);
            }
            check(round, input.toXml(), input, parser, declared);
        }
    }

    @SafeVarargs
    private <T> void check(int round, String shown, T input, Parser<T> parser, Class<? extends Exception>... declared) {
        try {
            parser.parse(input);
        } catch (Throwable e) {
            if (Arrays.stream(declared).noneMatch(allowed -> allowed.isInstance(e))) {
                throw new AssertionError("fuzz.seed=" + seed + " round " + round + " input " + shown, e);
            }
        }
    }

    private byte[] damage(byte[] input, List<Bytes> good) {
        byte[] bytes = input;
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes = damageOnce(bytes, good);
        }
        return bytes;
    }

    private byte[] damageOnce(byte[] bytes, List<Bytes> good) {
        if (bytes.length == 0) {
            return noise();
        }
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(Math.min(bytes.length - at, 40) + 1);
        switch (random.nextInt(8)) {
            case 0:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            case 1:
                bytes[at] = TELLING[random.nextInt(TELLING.length)];
                return bytes;
            case 2:
                return Arrays.copyOf(bytes, at);
            case 3:
                return join(bytes, at, new byte[0], to);
            case 4:
                return join(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
            case 5:
                return join(bytes, at, noise(), at);
            case 6:
                byte[] other = pick(good).toByteArray();
                return join(bytes, at, other, bytes.length);
            default:
                return random.nextInt(10) == 0 ? noise() : join(bytes, at, noise(), to);
        }
    }

    private static byte[] join(byte[] bytes, int head, byte[] middle, int tail) {
        byte[] joined = new byte[head + middle.length + bytes.length - tail];
        System.arraycopy(bytes, 0, joined, 0, head);
        System.arraycopy(middle, 0, joined, head, middle.length);
        System.arraycopy(bytes, tail, joined, head + middle.length, bytes.length - tail);
        return joined;
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(24)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Damages one element somewhere below, or this one. */
    private XmlElement damage(XmlElement element, XmlElement root) {
        XmlElement.Builder copy = XmlElement.builder(
                random.nextInt(30) == 0 ? "other" : element.name(),
                random.nextInt(30) == 0 ? "urn:example:other" : element.namespace());
        element.attributes().stream()
                .filter(attribute -> random.nextInt(10) != 0)
                .forEach(attribute -> copy.attribute(attribute.name(), value(attribute.value())));
        int chosen = element.children().isEmpty()
                ? -1
                : random.nextInt(element.children().size());
        for (int i = 0; i < element.children().size(); i++) {
            XmlNode child = element.children().get(i);
            if (child instanceof XmlText text) {
                copy.text(i == chosen ? value(text.text()) : text.text());
            } else if (child instanceof XmlElement inner && (i != chosen || random.nextInt(8) != 0)) {
                copy.child(i == chosen ? damage(inner, root) : inner);
                if (i == chosen && random.nextInt(8) == 0) {
                    copy.child(random.nextInt(4) == 0 ? root : inner);
                }
            }
        }
        return copy.build();
    }

    private String value(String good) {
        switch (random.nextInt(9)) {
            case 0:
                return "";
            case 1:
                return pick(
                        List.of("0", "-1", "2147483648", "99999999999999999999", "+5", " 5 ", "0x1f", "true", "a@b@c"));
            case 2:
                int end = random.nextInt(good.length() + 1);
                boolean inside = end > 0 && Character.isHighSurrogate(good.charAt(end - 1));
                return good.substring(0, inside ? end - 1 : end);
            case 3:
                return good + good;
            case 4:
                return pick(List.of("\u202e", "\ud83d\ude00", "/", "@", "é", "=", "====", "A", "AA==", "_-"));
            case 5:
                return " \n" + good + "\t ";
            case 6:
                return good + "A".repeat(random.nextInt(6000));
            default:
                return good;
        }
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
