/** The lowest layers on their own, in a Java process that has nothing else. */
@NullMarked
package org.omemo4j.standalone;

import org.jspecify.annotations.NullMarked;
