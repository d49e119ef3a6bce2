/**
 * The version {@code urn:xmpp:omemo:2} (XEP-0384 0.8 and 0.9) with its envelope {@code urn:xmpp:sce:1} (XEP-0420).
 */
@NullMarked
package org.omemo4j.protocol.omemo2;

import org.jspecify.annotations.NullMarked;
