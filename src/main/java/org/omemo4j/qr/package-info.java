/** URIs as QR codes. Needs ZXing, which a user of this package adds; on Android, {@code png} is not there. */
@NullMarked
package org.omemo4j.qr;

import org.jspecify.annotations.NullMarked;
