/**
 * OMEMO without a network: stanzas and fetched items in, results and {@link org.omemo4j.engine.Action}s out. No sockets, no threads, no clock of its own.
 */
@NullMarked
package org.omemo4j.engine;

import org.jspecify.annotations.NullMarked;
