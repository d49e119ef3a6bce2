/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.protocol;

/** Where a version publishes on PEP (XEP-0163). */
public interface Nodes {

    /** The node of the device list. */
    String deviceList();

    /** The id under which we publish the device list.  When fetching, take the newest item whatever its id. */
    String deviceListItem();

    /** The node with the bundle of a device. */
    String bundle(DeviceId device);

    /** The id of the item with the bundle of a device. */
    String bundleItem(DeviceId device);

    /** Whether all bundles are items of one node, which then must keep as many items as possible. */
    boolean bundlesShareNode();
}
