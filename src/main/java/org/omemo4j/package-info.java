/**
 * OMEMO (XEP-0384) for Smack: the packages below are the layers, from {@code crypto} up to {@code smack}.
 */
@NullMarked
package org.omemo4j;

import org.jspecify.annotations.NullMarked;
