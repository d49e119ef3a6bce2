/** The {@code omemo} command: a demonstration, a sender for scripts, and a chat for people and for programs. Not in the library jar. */
@NullMarked
package org.omemo4j.cli;

import org.jspecify.annotations.NullMarked;
