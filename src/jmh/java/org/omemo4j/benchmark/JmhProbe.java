/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** One fork of one JMH benchmark.  JMH's own report goes to a file. */
final class JmhProbe implements Probe {

    private static final int ITERATIONS = 5;

    /** Compiles before going on: on a busy machine the warm-up would be over before the compiler's threads had a turn. */
    private static final String COMPILE_FIRST = "-Xbatch";

    private final Class<?> benchmark;
    private final String method;
    private final Path directory;
    private final TimeValue iteration;
    private final List<String> jvmArguments;
    private int turns;

    /**
     * @param milliseconds how long a fork measures, after as long a warm-up
     * @param directory of the reports
     */
    JmhProbe(Class<?> benchmark, String method, int milliseconds, Path directory, List<String> jvmArguments) {
        this.benchmark = benchmark;
        this.method = method;
        this.directory = directory;
        this.iteration = TimeValue.milliseconds(milliseconds / ITERATIONS);
        this.jvmArguments =
                Stream.concat(Stream.of(COMPILE_FIRST), jvmArguments.stream()).toList();
    }

    @Override
    public double nanoseconds() throws RunnerException, IOException {
        String name = benchmark.getName() + "." + method;
        turns++;
        Path report =
                Files.createDirectories(directory).resolve(benchmark.getSimpleName() + "." + method + "-" + turns);
        var options = new OptionsBuilder()
                .include("^" + name.replace(".", "\\.") + "$")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .warmupIterations(ITERATIONS)
                .warmupTime(iteration)
                .measurementIterations(ITERATIONS)
                .measurementTime(iteration)
                .shouldFailOnError(true)
                .jvmArgsAppend(jvmArguments.toArray(String[]::new))
                .output(report.toString())
                .build();
        return Medians.of(new Runner(options)
                .run().stream()
                        .map(RunResult::getBenchmarkResults)
                        .flatMap(results -> results.stream())
                        .map(BenchmarkResult::getIterationResults)
                        .flatMap(iterations -> iterations.stream())
                        .map(IterationResult::getPrimaryResult)
                        .mapToDouble(result -> result.getScore())
                        .toArray());
    }
}
