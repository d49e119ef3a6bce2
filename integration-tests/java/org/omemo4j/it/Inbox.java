/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jivesoftware.smack.packet.Message;

/** What an ordinary listener of an application was handed, in order. */
final class Inbox {
    private final String name;
    private final Supplier<String> story;
    private final List<Message> messages = new ArrayList<>();
    private final List<Consumer<Message>> listeners = new ArrayList<>();

    /** @param story what else to show when a message does not come. */
    Inbox(String name, Supplier<String> story) {
        this.name = name;
        this.story = story;
    }

    void add(Message message) {
        List<Consumer<Message>> others;
        synchronized (this) {
            messages.add(message);
            others = List.copyOf(listeners);
        }
        others.forEach(listener -> listener.accept(message));
    }

    /** Does this with each message, on the thread that it came on. */
    synchronized void listen(Consumer<Message> listener) {
        listeners.add(listener);
    }

    synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    List<String> bodies() {
        return messages().stream()
                .map(Message::getBody)
                .filter(body -> body != null)
                .toList();
    }

    Message await(String body) {
        return await("the body \"" + body + "\"", message -> body.equals(message.getBody()));
    }

    Message await(String what, Predicate<Message> wanted) {
        return Await.value(() -> describe(what), () -> find(wanted));
    }

    /** Waits for so many messages with a body. */
    List<String> awaitBodies(int count) {
        Await.until(() -> describe(count + " bodies"), () -> bodies().size() >= count);
        return bodies();
    }

    private Optional<Message> find(Predicate<Message> wanted) {
        return messages().stream().filter(wanted).findFirst();
    }

    private String describe(String what) {
        return what + " in " + name + ", which holds " + bodies() + "\n" + story.get();
    }
}
