/**
 * X3DH, the Extended Triple Diffie-Hellman key agreement (X3DH, revision 1; XEP-0384 0.9.1, section 2): two pure functions that
 * give both sides the same secret, and the keys they take.
 */
@NullMarked
package org.omemo4j.x3dh;

import org.jspecify.annotations.NullMarked;
