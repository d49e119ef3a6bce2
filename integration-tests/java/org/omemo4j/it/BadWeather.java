/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Loses one message in ten, keeps one in five for later, repeats one in five, and mixes all of them. */
final class BadWeather {
    private record Letter(UnreliableNetwork.Held message, String text) {}

    private final Random random;
    private List<Letter> onTheWay = new ArrayList<>();
    private List<Letter> arrived = List.of();
    private int repeatsForClient;
    private int repeatsForPeer;

    BadWeather(Random random) {
        this.random = random;
    }

    void comes(List<UnreliableNetwork.Held> messages, List<String> texts) {
        assertThat(messages).hasSameSizeAs(texts);
        for (int i = 0; i < messages.size(); i++) {
            if (random.nextInt(10) > 0) {
                onTheWay.add(new Letter(messages.get(i), texts.get(i)));
            }
        }
    }

    /** @param last nothing stays behind. */
    List<UnreliableNetwork.Held> arrives(boolean last) {
        Collections.shuffle(onTheWay, random);
        int late = last ? 0 : onTheWay.size() / 5;
        arrived = onTheWay.subList(late, onTheWay.size());
        onTheWay = new ArrayList<>(onTheWay.subList(0, late));
        List<Letter> repeated =
                arrived.stream().filter(letter -> random.nextInt(5) == 0).toList();
        repeated.forEach(letter -> {
            if (letter.message().fromClient()) {
                repeatsForPeer++;
            } else {
                repeatsForClient++;
            }
        });
        List<Letter> all = new ArrayList<>(arrived);
        all.addAll(repeated);
        Collections.shuffle(all, random);
        return all.stream().map(Letter::message).toList();
    }

    List<String> textsThatArrived(boolean fromClient) {
        return arrived.stream()
                .filter(letter -> letter.message().fromClient() == fromClient)
                .map(Letter::text)
                .toList();
    }

    int repeats(boolean fromClient) {
        return fromClient ? repeatsForPeer : repeatsForClient;
    }
}
