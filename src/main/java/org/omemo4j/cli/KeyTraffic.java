/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaError.Condition;
import org.jivesoftware.smackx.forward.packet.Forwarded;
import org.jivesoftware.smackx.mam.MamManager;
import org.jivesoftware.smackx.mam.MamManager.MamQuery;
import org.jivesoftware.smackx.mam.MamManager.MamQueryArgs;
import org.omemo4j.smack.OmemoException;
import org.omemo4j.smack.OmemoListener;
import org.omemo4j.smack.OmemoManager;
import org.omemo4j.smack.UnreadMessage;
import org.omemo4j.store.StoreException;

/**
 * What others have sent to this device since it was last here to keep its sessions healthy: answers to key exchanges and heartbeats, which say nothing. A client that does not become available
 * gets it from the account's archive (XEP-0313). Texts are left where they are.
 */
final class KeyTraffic {
    /** Messages of one page. Prosody gives 50 at most, ejabberd 250. */
    private static final int PAGE = 250;

    /** Pages of one run: whoever sends wants to send. What is left is read the next time. */
    private static final int MAX_PAGES = 20;

    /** What is older can wait until somebody answers anew: most archives do not hold it. */
    private static final Duration OLDEST = Duration.ofDays(31);

    /** How far our clock may be ahead of the server's. */
    private static final Duration CLOCK_ERROR = Duration.ofHours(1);

    private final XMPPConnection connection;
    private final OmemoManager omemo;
    private final Path file;
    private final AtomicInteger left = new AtomicInteger();

    /** @param store the store's file; the time up to which the archive was read stands in a file beside it. */
    KeyTraffic(XMPPConnection connection, OmemoManager omemo, Path store) {
        this.connection = connection;
        this.omemo = omemo;
        this.file = store.resolveSibling(store.getFileName() + ".read");
    }

    /** Reads it. Sending does not need it: what goes wrong is said, and no more. */
    void read(Deadline deadline, Terminal terminal) throws InterruptedException {
        omemo.readKeyTrafficOnly();
        omemo.addOmemoListener(new OmemoListener() {
            @Override
            public void onLeftUnread(UnreadMessage message) {
                left.incrementAndGet();
            }
        });
        Instant now = Instant.now();
        Instant since = since(now);
        Instant last = since;
        try {
            MamQuery query = MamManager.getInstanceFor(connection)
                    .queryArchive(MamQueryArgs.builder()
                            .limitResultsSince(Date.from(since))
                            .setResultPageSizeTo(PAGE)
                            .build());
            last = last(query, last);
            for (int page = 1;
                    page < MAX_PAGES
                            && !query.isComplete()
                            && !deadline.remaining().isZero();
                    page++) {
                query.pageNext(PAGE);
                last = last(query, last);
            }
            if (!query.isComplete()) {
                terminal.say("the account's archive holds more than was read now; the next run reads on");
            }
        } catch (XMPPErrorException e) {
            Condition why = e.getStanzaError().getCondition();
            if (why == Condition.service_unavailable || why == Condition.feature_not_implemented) {
                return; // there is no archive
            }
            // Where the next page should begin may be gone meanwhile: the next run begins at the time.
            if (why != Condition.item_not_found) {
                sayUnread(e, terminal);
            }
        } catch (SmackException e) {
            sayUnread(e, terminal);
        }
        settleAndRemember(last, terminal);
    }

    private static void sayUnread(Exception why, Terminal terminal) {
        terminal.say("the account's archive could not be read: " + Sentence.of(why));
    }

    /** How many messages with content have come for this device; they stay unread. All of them once something that was sent afterwards is told of: events come in order. */
    int left() {
        return left.get();
    }

    /** When our server received the last message of a page. */
    private static Instant last(MamQuery query, Instant before) {
        List<Forwarded<Message>> page = query.getPage().getForwarded();
        return page.isEmpty()
                ? before
                : Optional.ofNullable(page.get(page.size() - 1).getDelayInformation())
                        .map(delay -> delay.getStamp().toInstant())
                        .orElse(before);
    }

    private Instant since(Instant now) {
        Instant oldest = now.minus(OLDEST);
        Instant first = now.minus(CLOCK_ERROR);
        try {
            Instant read =
                    Files.exists(file) ? Instant.parse(Files.readString(file).strip()) : first;
            return read.isBefore(oldest) ? oldest : read;
        } catch (IOException | DateTimeException e) {
            return first; // the next run has it right
        }
    }

    /** In this order: what the store has lost after a crash is read again. */
    private void settleAndRemember(Instant last, Terminal terminal) {
        try {
            omemo.settle();
        } catch (StoreException | OmemoException e) {
            sayUnread(e, terminal);
            return;
        }
        remember(last, terminal);
    }

    private void remember(Instant last, Terminal terminal) {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(next, last + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            terminal.say("the file " + file + " cannot be written: " + Sentence.of(e));
        }
    }
}
