/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * A line of the table.
 *
 * @param name also what it is chosen by
 * @param library what is measured
 * @param floor what it is compared with, when there is such a thing
 * @param turns how often the two take turns in each round: more where a single measurement tells little
 * @param form nanoseconds as the table shows them
 */
record Headline(
        String name, Probe library, Optional<Probe> floor, Target target, int turns, DoubleFunction<String> form) {

    Headline(String name, Probe library, Optional<Probe> floor, Target target, int turns) {
        this(name, library, floor, target, turns, Table::time);
    }

    Headline(String name, Probe library, Probe floor, Target target) {
        this(name, library, Optional.of(floor), target, 1);
    }

    /** The same that shows how many there are in a second, too. */
    Headline withRate() {
        return new Headline(name, library, floor, target, turns, Table::timeAndRate);
    }

    /** Measures library and floor in turns, so that whatever else the machine does meets both. */
    Row measure(int rounds) throws Exception {
        List<Double> measured = new ArrayList<>();
        List<Double> floors = new ArrayList<>();
        List<Double> figures = new ArrayList<>();
        System.out.println(name);
        for (int turn = 0; turn < rounds * turns; turn++) {
            boolean floorFirst = turn % 2 == 1;
            double below = floorFirst ? floorTime() : 0;
            double time = library.nanoseconds();
            if (!floorFirst) {
                below = floorTime();
            }
            measured.add(time);
            floors.add(below);
            figures.add(target.figure(time, below));
            System.out.println(
                    "  " + name + ": " + form.apply(time) + (floor.isPresent() ? " against " + form.apply(below) : ""));
        }
        double figure = median(figures);
        return new Row(
                name,
                form.apply(median(measured)),
                floor.isPresent() ? form.apply(median(floors)) : "-",
                target.text(figure),
                target.text(),
                target.verdict(figure));
    }

    /** The line, printed. */
    record Row(String headline, String measured, String floor, String ratio, String target, String reached) {

        static Row skipped(String headline, Target target) {
            return new Row(headline, "skipped", "-", "-", target.text(), "not measured");
        }
    }

    private double floorTime() throws Exception {
        return floor.isPresent() ? floor.get().nanoseconds() : 0;
    }

    private static double median(List<Double> values) {
        return Medians.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
