/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import org.jivesoftware.smack.SmackConfiguration;

/** Which parts of Smack the command does without, so that it starts fast. */
final class SmackParts {
    private SmackParts() {}

    /** Call it before anything else of Smack. The one for uploads would question every service of the server during the login. */
    static void leaveOut() {
        for (String part : new String[] {
            "org.jivesoftware.smackx.httpfileupload.HttpFileUploadManager",
            "org.jivesoftware.smackx.bytestreams.ibb.InBandBytestreamManager",
            "org.jivesoftware.smackx.bytestreams.socks5.Socks5BytestreamManager",
            "org.jivesoftware.smackx.filetransfer.FileTransferManager",
            "org.jivesoftware.smackx.commands.AdHocCommandManager",
            "org.jivesoftware.smackx.muc.bookmarkautojoin.MucBookmarkAutojoinManager",
            "org.jivesoftware.smackx.iqlast.LastActivityManager",
            "org.jivesoftware.smackx.privacy.PrivacyListManager",
            "org.jivesoftware.smackx.vcardtemp.VCardManager",
            "org.jivesoftware.smackx.hoxt.HOXTManager",
            "org.jivesoftware.smackx.iot.data.IoTDataManager",
            "org.jivesoftware.smackx.iot.discovery.IoTDiscoveryManager",
            "org.jivesoftware.smackx.iot.provisioning.IoTProvisioningManager"
        }) {
            SmackConfiguration.addDisabledSmackClass(part);
        }
    }
}
