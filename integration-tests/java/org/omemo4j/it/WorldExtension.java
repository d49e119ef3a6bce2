/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.omemo4j.smack.OmemoManager;

/** Starts the server for the first test that needs it, stops it after the last one, and tells the story of a failed test. */
final class WorldExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace HERE = Namespace.create(WorldExtension.class);

    static {
        OmemoManager.install();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == World.class;
    }

    @Override
    public World resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestServer server = context.getStore(StoreScope.LAUNCHER_SESSION, HERE)
                .computeIfAbsent(TestServer.class, key -> TestServer.start(), TestServer.class);
        return context.getStore(HERE).computeIfAbsent(World.class, key -> new World(server), World.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        World world = context.getStore(HERE).remove(World.class, World.class);
        if (world == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            System.err.println("What happened in " + context.getUniqueId() + ":\n" + world.story());
        }
        world.close();
    }
}
