/** Elements of stanzas, as Smack carries them. */
@NullMarked
package org.omemo4j.smack.element;

import org.jspecify.annotations.NullMarked;
