/**
 * The Smack plugin: {@link org.omemo4j.smack.OmemoManager} turns the stanzas of a connection into calls of the engine, and the engine's actions
 * into requests. It decides nothing about OMEMO itself.
 */
@NullMarked
package org.omemo4j.smack;

import org.jspecify.annotations.NullMarked;
