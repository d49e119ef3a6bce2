/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.doubleratchet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.omemo4j.crypto.Bytes;
import org.omemo4j.crypto.Secret;
import org.omemo4j.crypto.X25519KeyPair;
import org.omemo4j.testkit.SeededRandom;

/** Values that do not change, do not print secrets, and are valid from birth. */
class StateTest {

    private final SeededRandom random = new SeededRandom(9);

    @Test
    void aStepLeavesItsStateAsItWas() throws Exception {
        DoubleRatchet ratchet = new DoubleRatchet(Talker.OMEMO_2);
        Secret shared = Secret.random(random, 32);
        X25519KeyPair signedPreKey = X25519KeyPair.generate(random);
        RatchetState alice = ratchet.initiator(shared, signedPreKey.publicKey(), X25519KeyPair.generate(random));
        RatchetState bob = ratchet.responder(shared, signedPreKey);
        String aliceBefore = fingerprint(alice);
        String bobBefore = fingerprint(bob);

        Outgoing out = ratchet.send(alice, () -> X25519KeyPair.generate(random));
        Incoming in = ratchet.receive(bob, out.header(), StoredKeys.NONE);

        assertThat(fingerprint(alice)).isEqualTo(aliceBefore).isNotEqualTo(fingerprint(out.next()));
        assertThat(fingerprint(bob)).isEqualTo(bobBefore).isNotEqualTo(fingerprint(in.next()));
        assertThat(ratchet.receive(bob, out.header(), StoredKeys.NONE)).isEqualTo(in);
        assertThat(in.messageKey()).isEqualTo(out.messageKey());
    }

    @Test
    void theListOfChainsCannotBeChangedFromOutside() throws Exception {
        Talker[] pair = Talker.pair(Talker.OMEMO_2, random);
        pair[1].read(pair[0].write("one"));
        RatchetState state = pair[1].state();
        List<ReceivingChain> given = new ArrayList<>(state.receivingChains());
        RatchetState copy = new RatchetState(
                state.rootKey(),
                state.ownRatchetKey(),
                state.remoteRatchetKey(),
                state.sendingChain(),
                state.previousCount(),
                given,
                state.nextSkippedNumber(),
                state.nextClosedNumber());
        given.clear();

        assertThat(copy).isEqualTo(state);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> copy.receivingChains().clear());
    }

    @Test
    void nothingPrintsASecret() throws Exception {
        Talker[] pair = Talker.pair(Talker.OMEMO_2, random);
        pair[0].write("lost");
        Letter letter = pair[0].write("one");
        Incoming step = pair[1].ratchet().receive(pair[1].state(), letter.header(), StoredKeys.NONE);
        Outgoing out = pair[0].ratchet().send(pair[0].state(), () -> X25519KeyPair.generate(random));
        List<Secret> secrets = List.of(
                step.messageKey().seed(),
                step.messageKey().expand(Talker.INFO).encryptionKey(),
                step.added().get(0).seed(),
                step.next().rootKey().secret(),
                step.next().ownRatchetKey().privateKey(),
                step.next().receivingChains().get(0).chainKey().secret(),
                out.next().sendingChain().orElseThrow().chainKey().secret());

        String printed = step + " " + out + " " + step.messageKey().expand(Talker.INFO);

        for (Secret secret : secrets) {
            assertThat(printed).doesNotContain(Bytes.of(secret.reveal()).toHex());
        }
        assertThat(printed).contains("Secret[32 bytes]");
    }

    @Test
    void noRecordHoldsAnArray() {
        Stream<Class<?>> records = Stream.of(
                RatchetState.class,
                RootKey.class,
                ChainKey.class,
                MessageKey.class,
                MessageKey.Expanded.class,
                RatchetHeader.class,
                SendingChain.class,
                ReceivingChain.class,
                SkippedMessageKey.class,
                SkippedKeyId.class,
                ClosedChain.class,
                StoredKeys.class,
                Outgoing.class,
                Incoming.class);

        assertThat(records.flatMap(type -> Arrays.stream(type.getRecordComponents())))
                .isNotEmpty()
                .noneMatch(component -> component.getType().isArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, RatchetHeader.MAX_NUMBER + 1, Long.MIN_VALUE})
    void numbersThatTheWireCannotCarryAreRefused(long number) {
        X25519KeyPair pair = X25519KeyPair.generate(random);

        assertThatIllegalArgumentException().isThrownBy(() -> new RatchetHeader(pair.publicKey(), number, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RatchetHeader(pair.publicKey(), 0, number));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33})
    void keysOfAnotherSizeAreRefused(int size) {
        Secret key = Secret.of(new byte[size]);

        assertThatIllegalArgumentException().isThrownBy(() -> new RootKey(key));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainKey(key));
        assertThatIllegalArgumentException().isThrownBy(() -> new MessageKey(key));
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RatchetParameters("a", "b", -1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new RatchetParameters("a", "b", 0, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new RatchetParameters("a", "b", 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RatchetParameters("ä", "b", 0, 0, 1));
    }

    /** Everything in a state, secrets too. */
    private static String fingerprint(RatchetState state) {
        return state
                + Bytes.of(state.rootKey().secret().reveal()).toHex()
                + state.sendingChain()
                        .map(chain ->
                                Bytes.of(chain.chainKey().secret().reveal()).toHex())
                        .orElse("-")
                + state.receivingChains().stream()
                        .map(chain ->
                                Bytes.of(chain.chainKey().secret().reveal()).toHex())
                        .toList();
    }
}
