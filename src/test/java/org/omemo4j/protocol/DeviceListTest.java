/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeviceListTest {

    private static final Device FIVE = Device.of(new DeviceId(5));

    @Test
    void keepsTheFirst200AndSaysSo() {
        DeviceList list = DeviceList.of(devices(10_000));

        assertThat(list.devices()).isEqualTo(devices(200));
        assertThat(list.truncated()).isTrue();
        assertThat(DeviceList.of(devices(200)).truncated()).isFalse();
    }

    @Test
    void keepsPreferredDevicesFirst() {
        DeviceList list = DeviceList.of(devices(10_000), id -> id.value() > 9_990);

        assertThat(list.devices()).hasSize(200);
        assertThat(list.contains(new DeviceId(9_999))).isTrue();
        assertThat(list.contains(new DeviceId(1))).isTrue();
        assertThat(list.contains(new DeviceId(200))).isFalse();
    }

    @Test
    void ofADuplicateTheFirstEntryCounts() {
        Device labelled = new Device(new DeviceId(5), Optional.of(new Label("late", Optional.empty())));

        assertThat(DeviceList.of(List.of(FIVE, Device.of(new DeviceId(6)), labelled))
                        .devices())
                .containsExactly(FIVE, Device.of(new DeviceId(6)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DeviceList(List.of(FIVE, labelled), false));
    }

    @Test
    void addsReplacesAndRemovesADevice() {
        Device labelled = new Device(new DeviceId(1), Optional.of(new Label("new", Optional.empty())));
        DeviceList list = DeviceList.of(devices(3));

        assertThat(list.with(FIVE).devices()).hasSize(4).last().isEqualTo(FIVE);
        assertThat(list.with(labelled).devices()).hasSize(3).first().isEqualTo(labelled);
        assertThat(list.without(new DeviceId(2)).contains(new DeviceId(2))).isFalse();
        assertThat(list.without(new DeviceId(9))).isEqualTo(list);
    }

    @Test
    void fullListTakesOneMoreInPlaceOfTheLast() {
        DeviceList list = DeviceList.of(devices(200)).with(Device.of(new DeviceId(999)));

        assertThat(list.devices()).hasSize(200).last().isEqualTo(Device.of(new DeviceId(999)));
        assertThat(list.truncated()).isTrue();
    }

    private static List<Device> devices(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> Device.of(new DeviceId(id)))
                .toList();
    }
}
