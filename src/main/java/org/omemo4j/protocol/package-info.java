/**
 * What all versions of OMEMO share: devices, bundles and messages as values, and {@link OmemoVersion}, the seam behind
 * which each version keeps its wire format.
 *
 * <p>Parsing is total: XML or bytes in, a valid value or one of the declared checked exceptions out.
 */
@NullMarked
package org.omemo4j.protocol;

import org.jspecify.annotations.NullMarked;
