/**
 * Curves, hashes and ciphers: knows bytes and keys, not OMEMO.  The only package that imports BouncyCastle, whose lightweight
 * classes do the curves; SHA-256, SHA-512 and AES come from the JDK.
 */
@NullMarked
package org.omemo4j.crypto;

import org.jspecify.annotations.NullMarked;
