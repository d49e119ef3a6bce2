/** Who may read: levels, policies, decisions and fingerprints. */
@NullMarked
package org.omemo4j.trust;

import org.jspecify.annotations.NullMarked;
