/** The world that the tests live in: vectors, people, networks, random sources. */
@NullMarked
package org.omemo4j.testkit;

import org.jspecify.annotations.NullMarked;
