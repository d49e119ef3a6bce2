/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.SmackException.NotConnectedException;

/** Our own server and the clock, both in the hands of a test, and a worker. */
final class ManualServer implements Silence.OurServer, Maintenance.Timer, AutoCloseable {
    final List<Exception> failures = new CopyOnWriteArrayList<>();
    final Worker worker = new Worker(failures::add);
    final BlockingQueue<Wire.Echo> pings = new LinkedBlockingQueue<>();
    final BlockingQueue<Runnable> patience = new LinkedBlockingQueue<>();
    volatile boolean connected = true;
    volatile boolean broken;

    @Override
    public void ping(Wire.Echo echo) throws NotConnectedException {
        if (broken) {
            throw new IllegalStateException("An interceptor of the application has thrown.");
        }
        if (!connected) {
            throw new NotConnectedException();
        }
        pings.add(echo);
    }

    @Override
    public Duration patience(Duration most) {
        return most;
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        assertThat(delay).isEqualTo(Silence.PATIENCE);
        patience.add(task);
        return () -> {};
    }

    /** The first that has begun and not ended. */
    void patienceEnds() throws Exception {
        patience.remove().run();
        await(() -> {});
    }

    void answer(Wire.Echo ping, boolean came) throws Exception {
        run(() -> ping.came(came));
    }

    /** On the worker; also what that gives it to do. */
    void run(Worker.Task task) throws Exception {
        await(task);
        await(() -> {});
    }

    private void await(Worker.Task task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        worker.execute(() -> {
            task.run();
            done.complete(null);
        });
        done.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        worker.close();
        assertThat(failures).isEmpty();
    }
}
