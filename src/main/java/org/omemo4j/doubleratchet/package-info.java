/**
 * The Double Ratchet's key schedule (Double Ratchet, revision 1; XEP-0384 0.9.1, section 3): a state and a header in, the next state
 * and a message key out.  No cipher, no wire format, and no commit: who calls checks the MAC with the message key, then keeps
 * the next state.
 */
@NullMarked
package org.omemo4j.doubleratchet;

import org.jspecify.annotations.NullMarked;
