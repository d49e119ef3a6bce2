package org.omemo4j.store;

/** Somebody else holds the store. */
public final class StoreLockedException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** The sentence names who holds it. */
    public StoreLockedException(String message) {
        super(message);
    }
}
