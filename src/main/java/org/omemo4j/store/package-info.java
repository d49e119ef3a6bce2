/**
 * The store's interface: rows and bytes, one atomic {@link org.omemo4j.store.OmemoStore#commit commit}. Knows no ratchet.
 */
@NullMarked
package org.omemo4j.store;

import org.jspecify.annotations.NullMarked;
