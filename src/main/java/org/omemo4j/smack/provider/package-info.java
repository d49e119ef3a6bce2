/** Parsers for our elements, as Smack calls them. */
@NullMarked
package org.omemo4j.smack.provider;

import org.jspecify.annotations.NullMarked;
