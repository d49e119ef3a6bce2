/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread for everything that may wait for the network. Only it sends; the thread that reads the stream hands things over and goes on. The
 * thread is a daemon and ends when there has been nothing to do for a while.
 */
final class Worker {
    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor executor;
    private final Consumer<Exception> failed;
    private volatile @Nullable Thread thread;

    /** @param failed gets what a task throws, except when the worker was closed meanwhile. */
    Worker(Consumer<Exception> failed) {
        this.failed = failed;
        this.executor =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread created = new Thread(task, "omemo4j worker");
                    created.setDaemon(true);
                    thread = created;
                    return created;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Something to do; may wait, and may be interrupted by {@link #close}. */
    interface Task {
        void run() throws Exception;
    }

    /** Does it after everything that was given before. After {@link #close}, never. */
    void execute(Task task) {
        try {
            executor.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            // Closed: what is still due is derived again from the store at the next start.
        }
    }

    /** Whether the caller is on the worker's thread. */
    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return executor.isShutdown();
    }

    /** Drops what was not begun and interrupts what was. Does not wait. */
    void close() {
        executor.shutdownNow();
    }

    private void run(Task task) {
        try {
            task.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!executor.isShutdown()) {
                failed.accept(e);
            }
        }
    }
}
