/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack.element;

import org.jivesoftware.smack.packet.ExtensionElement;
import org.jivesoftware.smackx.pubsub.PayloadItem;

/** An item in an event that says who has published it, which Smack's own class does not keep (XEP-0060). */
public final class PublishedItem extends PayloadItem<ExtensionElement> {
    private final String publisher;

    /** @param publisher what stands there, a JID or not. */
    public PublishedItem(PayloadItem<?> item, String publisher) {
        super(ItemNamespace.event, item.getId(), item.getNode(), item.getPayload());
        this.publisher = publisher;
    }

    /** The server's word, as it stands there. */
    public String publisher() {
        return publisher;
    }
}
