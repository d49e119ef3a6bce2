/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jivesoftware.smack.XMPPConnection;
import org.jspecify.annotations.Nullable;
import org.omemo4j.testkit.TestDevice;

/** What an account works for, in the hands of a test. */
record TestHost(
        Supplier<? extends @Nullable XMPPConnection> toConnection,
        Rooms rooms,
        BiConsumer<Duration, Runnable> timer,
        Consumer<Exception> failure)
        implements Account.Host {

    /** For this device's engine. */
    static ActionRunner runner(TestDevice device, Worker worker, Wire wire, Reports reports, Maintenance.Timer timer) {
        return new ActionRunner(
                device.engine(),
                worker,
                wire,
                reports,
                device.jid(),
                new Alarm(timer, InstantSource.system(), () -> {}),
                timer);
    }

    @Override
    public @Nullable XMPPConnection connection() {
        return toConnection.get();
    }

    @Override
    public void failed(Exception cause) {
        failure.accept(cause);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        timer.accept(delay, task);
        return () -> {};
    }
}
