/** What every store promises, as tests. */
@NullMarked
package org.omemo4j.store;

import org.jspecify.annotations.NullMarked;
