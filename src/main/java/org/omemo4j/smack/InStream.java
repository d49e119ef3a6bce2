/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jxmpp.jid.BareJid;

/** The messages that were put into the stream of one login and are not known to have reached the server, in their order. On the worker only. */
final class InStream {
    private final Wire wire;
    private final Came came;

    /** By their numbers, what to tell when the server has them. */
    private final Map<Long, Consumer<OmemoListener>> reports = new LinkedHashMap<>();

    /** The last one of each conversation. */
    private final Map<BareJid, Long> last = new HashMap<>();

    private int login = -1;

    /** Whether the server was asked in this login and has not answered yet. */
    private boolean asking;

    /** Hears that the server has these. */
    interface Came {
        void these(List<Long> numbers) throws Exception;
    }

    InStream(Wire wire, Came came) {
        this.wire = wire;
        this.came = came;
    }

    /** @return whether there was a login that has resumed nothing: then nothing is in the stream. */
    boolean startsOver() {
        if (isCurrent()) {
            return false;
        }
        login = wire.login();
        reports.clear();
        last.clear();
        asking = false;
        return true;
    }

    /** What is in an earlier stream is sent again by the drain after this login. */
    private boolean isCurrent() {
        return login == wire.login();
    }

    /** @return -1 if none was put there. */
    long last(BareJid conversation) {
        return last.getOrDefault(conversation, -1L);
    }

    void put(long number, BareJid conversation, Consumer<OmemoListener> report) {
        putOutOfOrder(number, report);
        last.put(conversation, number);
    }

    /** Ahead of some that were written before it. */
    void putOutOfOrder(long number, Consumer<OmemoListener> report) {
        reports.put(number, report);
    }

    void remove(long number) {
        reports.remove(number);
    }

    boolean isEmpty() {
        return reports.isEmpty();
    }

    boolean contains(long number) {
        return reports.containsKey(number);
    }

    /** Whether it is there still: there was no login meanwhile. */
    boolean holds(long number) {
        return isCurrent() && contains(number);
    }

    /** The one that the server gets first. */
    Optional<Long> first() {
        return reports.keySet().stream().findFirst();
    }

    Optional<Consumer<OmemoListener>> report(long number) {
        return Optional.ofNullable(reports.get(number));
    }

    /** As often as there is something to ask about. */
    void askWhetherItCame() throws NotConnectedException, InterruptedException {
        if (asking || reports.isEmpty() || !isCurrent()) {
            return;
        }
        List<Long> asked = List.copyOf(reports.keySet());
        int since = login;
        wire.ping(answered -> {
            if (since == login) {
                asking = false;
                if (answered && isCurrent()) { // an answer in a later stream says nothing of what was in this one
                    came.these(asked);
                }
                if (answered || wire.isOpen()) {
                    askWhetherItCame();
                }
            }
        });
        asking = true;
    }
}
