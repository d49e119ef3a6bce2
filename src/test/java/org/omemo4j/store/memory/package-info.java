/** The store in memory. */
@NullMarked
package org.omemo4j.store.memory;

import org.jspecify.annotations.NullMarked;
