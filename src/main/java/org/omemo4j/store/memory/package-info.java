/**
 * A store that lives and dies with the process: for tests, and for accounts that remember nothing.
 */
@NullMarked
package org.omemo4j.store.memory;

import org.jspecify.annotations.NullMarked;
