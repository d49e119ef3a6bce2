/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.omemo4j.store.Changes;
import org.omemo4j.store.OmemoStore;
import org.omemo4j.store.StoreException;

/** A store whose calls somebody sees first. */
public final class InterceptedStore {
    private InterceptedStore() {}

    /** Sees a call before the store does. */
    @FunctionalInterface
    public interface Interceptor {
        /** Whether the call of this method goes on to the store; one without a result may be kept from it. */
        boolean before(String method) throws StoreException;
    }

    public static OmemoStore of(OmemoStore store, Interceptor interceptor) {
        return (OmemoStore) Proxy.newProxyInstance(
                InterceptedStore.class.getClassLoader(),
                new Class<?>[] {OmemoStore.class},
                (proxy, method, arguments) -> {
                    try {
                        return interceptor.before(method.getName()) ? method.invoke(store, arguments) : null;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** A store whose commits somebody sees first. */
    public static OmemoStore watched(OmemoStore store, Consumer<Changes> watcher) {
        return (OmemoStore) Proxy.newProxyInstance(
                InterceptedStore.class.getClassLoader(),
                new Class<?>[] {OmemoStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        watcher.accept((Changes) arguments[0]);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** A store that another engine has open already, as if two processes used it. */
    public static OmemoStore shared(OmemoStore store) {
        return of(store, method -> !method.equals("lock") && !method.equals("close"));
    }
}
