package org.omemo4j.store;

/**
 * What we publish in one version of OMEMO, and how far the server has it.
 *
 * @param version the version's namespace.
 * @param nextPreKeyId the id of the next new prekey; ids are never used twice.
 * @param nextSignedPreKeyId likewise.
 * @param changed counts the changes of our bundle.
 * @param published the value of {@code changed} that the server is known to have; smaller means a publication is due.
 * @param announced whether our id was ever on the published device list.
 */
public record OwnBundleRecord(
        String version, int nextPreKeyId, int nextSignedPreKeyId, long changed, long published, boolean announced) {}
