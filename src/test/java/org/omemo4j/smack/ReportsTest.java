/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Listeners that misbehave. */
class ReportsTest {
    private final Reports reports = new Reports();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Test
    void whatAListenerThrowsIsLoggedAndTheOthersStillHear() throws Exception {
        BlockingQueue<LogRecord> log = new LinkedBlockingQueue<>();
        Handler handler = new Collecting(log);
        Logger logger = Logger.getLogger(Reports.class.getName());
        logger.addHandler(handler);
        try {
            for (Throwable thrown : List.of(
                    new IllegalStateException("secret"),
                    new AssertionError("secret"),
                    new NoClassDefFoundError("secret"),
                    new StackOverflowError("secret"))) {
                OmemoListener faulty = throwing(thrown);
                OmemoListener good = hearing("good");
                reports.add(faulty);
                reports.add(good);

                reports.tell(OmemoListener::onMessagesMayHaveBeenMissed);

                assertThat(heard.poll(30, TimeUnit.SECONDS))
                        .as("after %s", thrown)
                        .isEqualTo("good");
                LogRecord logged = log.poll(30, TimeUnit.SECONDS);
                assertThat(logged).as("a line about %s", thrown).isNotNull();
                assertThat(logged.getParameters())
                        .containsExactly(thrown.getClass().getName());
                assertThat(logged.getThrown()).isNull();
                assertThat(logged.getMessage()).doesNotContain("secret");
                reports.remove(faulty);
                reports.remove(good);
            }
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void whoWasAddedTwiceHearsOnceAndWhoWasRemovedHearsNothing() throws Exception {
        OmemoListener twice = hearing("twice");
        OmemoListener removed = hearing("removed");
        reports.add(twice);
        reports.add(removed);
        reports.add(twice);
        reports.add(hearing("last"));
        reports.remove(removed);

        reports.tell(OmemoListener::onMessagesMayHaveBeenMissed);

        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("twice");
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("last");
    }

    private OmemoListener hearing(String what) {
        return new OmemoListener() {
            @Override
            public void onMessagesMayHaveBeenMissed() {
                heard.add(what);
            }
        };
    }

    private static OmemoListener throwing(Throwable thrown) {
        return new OmemoListener() {
            @Override
            public void onMessagesMayHaveBeenMissed() {
                if (thrown instanceof RuntimeException exception) {
                    throw exception;
                }
                throw (Error) thrown;
            }
        };
    }

    private static final class Collecting extends Handler {
        private final BlockingQueue<LogRecord> log;

        Collecting(BlockingQueue<LogRecord> log) {
            this.log = log;
        }

        @Override
        public void publish(LogRecord line) {
            log.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
