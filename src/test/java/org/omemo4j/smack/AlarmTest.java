/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.omemo4j.testkit.ManualClock;

/** When the engine is woken; the test is the timer. */
class AlarmTest {
    private final ManualClock clock = new ManualClock();
    private final List<Planned> planned = new ArrayList<>();
    private final List<Instant> rung = new ArrayList<>();
    private final Alarm alarm = new Alarm(this::plan, clock, () -> rung.add(clock.instant()));

    private record Planned(Duration delay, Runnable task) {}

    @Test
    void ringsAtTheTimeItIsSetTo() {
        alarm.set(in(Duration.ofMinutes(1)));

        assertThat(planned.get(0).delay()).isBetween(Duration.ofMinutes(1), Duration.ofSeconds(61));
        planned.get(0).task().run();
        assertThat(rung).hasSize(1);
    }

    @Test
    void ringsOnceAndOnlyForTheLastTime() {
        alarm.set(in(Duration.ofMinutes(1)));
        alarm.set(in(Duration.ofMinutes(1)));
        Runnable before = planned.get(0).task();
        alarm.set(in(Duration.ofMinutes(2)));

        assertThat(planned).hasSize(1);
        before.run();
        assertThat(rung).isEmpty();
        Runnable last = planned.get(0).task();
        last.run();
        last.run();
        assertThat(rung).hasSize(1);
    }

    @Test
    void isTakenBack() {
        alarm.set(in(Duration.ofMinutes(1)));

        alarm.set(Optional.empty());

        assertThat(planned).isEmpty();
    }

    @Test
    void aTimeThatIsOverIsNow() {
        alarm.set(in(Duration.ofMinutes(-1)));

        assertThat(planned.get(0).delay()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void ringsNoMoreAfterTheEnd() {
        alarm.set(in(Duration.ofMinutes(1)));
        Runnable before = planned.get(0).task();

        alarm.close();
        before.run();
        alarm.set(in(Duration.ofMinutes(2)));

        assertThat(planned).isEmpty();
        assertThat(rung).isEmpty();
    }

    private Optional<Instant> in(Duration wait) {
        return Optional.of(clock.instant().plus(wait));
    }

    private Runnable plan(Duration delay, Runnable task) {
        Planned plan = new Planned(delay, task);
        planned.add(plan);
        return () -> planned.remove(plan);
    }
}
