/** The library on a real XMPP server: the harness (server, accounts, clients, wire logs) and the tests, one class for each matter. */
@NullMarked
package org.omemo4j.it;

import org.jspecify.annotations.NullMarked;
