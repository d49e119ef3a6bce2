/** What omemo4j costs, each headline beside the bare primitives or the plain program that do the same work. */
@NullMarked
package org.omemo4j.benchmark;

import org.jspecify.annotations.NullMarked;
