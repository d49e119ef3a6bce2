/**
 * XML as immutable values, and a bounded reader for XML that a peer has written.
 */
@NullMarked
package org.omemo4j.protocol.xml;

import org.jspecify.annotations.NullMarked;
