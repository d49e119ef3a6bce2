/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.omemo4j.testkit.TestDevice.attempt;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.jxmpp.jid.BareJid;
import org.omemo4j.engine.Decryption.Decrypted;
import org.omemo4j.engine.Decryption.Reason;
import org.omemo4j.engine.Decryption.Undecryptable;
import org.omemo4j.protocol.Device;
import org.omemo4j.protocol.DeviceAddress;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;
import org.omemo4j.testkit.World.Letter;

/** Who wrote a message of which the room does not say it: threats A4, A6, A8 and A9. */
class AuthorTest {
    private static final BareJid ROOM = World.jid("room@conference.example.org");
    private static final BareJid MALLORY = World.jid("mallory@example.org");

    private final World world = new World();
    private final TestDevice alice = world.device("alice@example.org");
    private final TestDevice bob = world.device("bob@example.org");

    @Test
    void a4_theDeviceIdIsNoIdentity() {
        Letter letter = bob.send(alice, "hello");

        assertThat(reads(letter, new Author.Known(MALLORY))).isInstanceOf(Undecryptable.class);
        assertThat(reads(letter, new Author.Known(bob.jid()))).isInstanceOf(Decrypted.class);
    }

    @Test
    void a6_theAuthorIsWhoseSessionOpensIt() {
        talk();
        TestDevice carol = world.device("carol@example.org");

        Decryption read = reads(bob.send(alice, "hello"), oneOf(carol.jid(), bob.jid(), alice.jid()));

        assertThat(((Decrypted) read).origin().device()).isEqualTo(bob.address());
    }

    @Test
    void a6_whoIsNotAmongThePeopleIsNobody() {
        talk();
        Letter letter = bob.send(alice, "hello");

        assertUnknown(reads(letter, oneOf(MALLORY, alice.jid())));
        assertUnknown(reads(letter, Author.NOBODY));
        assertThat(reads(letter, oneOf(bob.jid()))).isInstanceOf(Decrypted.class);
    }

    @Test
    void a6_anotherDeviceWithTheSameIdIsTriedAndIsNotTheAuthor() {
        talk();
        alice.hears(
                MALLORY, world.putDeviceList(MALLORY, new Device(bob.address().device(), Optional.empty())));

        Decryption read = reads(bob.send(alice, "hello"), oneOf(MALLORY, bob.jid()));

        assertThat(((Decrypted) read).origin().device()).isEqualTo(bob.address());
    }

    @Test
    void a6_anIdentityKeyOfTwoPeopleProvesNothing() {
        talk();
        DeviceAddress copy = new DeviceAddress(MALLORY, bob.address().device());
        alice.hears(MALLORY, world.putDeviceList(MALLORY, new Device(copy.device(), Optional.empty())));
        attempt(() -> alice.engine()
                .bundle(copy, Omemo2.VERSION, Omemo2.VERSION.elements().toXml(world.bundle(bob.address()))));
        Letter letter = bob.send(alice, "hello");

        assertUnknown(reads(letter, oneOf(MALLORY, bob.jid())));
        assertThat(reads(letter, oneOf(bob.jid()))).isInstanceOf(Decrypted.class);
    }

    @Test
    void a6_aKeyExchangeWithAKeyThatNobodyKnowsProvesNothing() {
        Letter claimed = bob.send(alice, "hello");
        DeviceAddress carols =
                new DeviceAddress(World.jid("carol@example.org"), bob.address().device());
        alice.hears(carols.jid(), world.putDeviceList(carols.jid(), new Device(carols.device(), Optional.empty())));

        assertUnknown(reads(claimed, oneOf(carols.jid())));
        assertThat(attempt(() -> alice.store().sessions(carols, Omemo2.VERSION.namespace())))
                .isEmpty();
    }

    @Test
    void a6_theKeyOfAListedDeviceIsAskedForAndThenTheMessageReads() {
        Letter first = bob.send(alice, "hello");
        alice.hears(
                bob.jid(),
                world.putDeviceList(bob.jid(), new Device(bob.address().device(), Optional.empty())));

        Decryption unread = reads(first, oneOf(bob.jid()));
        alice.perform(unread.reaction());

        assertUnknown(unread);
        assertThat(unread.reaction().actions()).contains(new Action.FetchBundle(bob.address(), Omemo2.VERSION));
        assertThat(reads(first, oneOf(bob.jid()))).isInstanceOf(Decrypted.class);
    }

    @Test
    void a6_theAuthorOfARepeatIsFoundToo() {
        talk();
        Letter letter = bob.send(alice, "hello");
        reads(letter, oneOf(bob.jid()));

        Decryption again = alice.decrypt(letter, Delivery.LIVE);

        assertThat(again).isInstanceOf(Decryption.Duplicate.class);
        assertThat(((Decryption.Duplicate) again).sender()).isEqualTo(bob.address());
    }

    @Test
    void a6_inARoomOfMoreThanAThousandNobodyIsLookedFor() {
        talk();
        Set<BareJid> crowd = new HashSet<>(Set.of(bob.jid()));
        IntStream.range(0, Authors.MAX_PEOPLE).forEach(i -> crowd.add(World.jid("p" + i + "@example.org")));

        assertUnknown(reads(bob.send(alice, "hello"), new Author.OneOf(crowd)));
    }

    @Test
    void a7_aMessageOfTheOtherKindIsRefused() {
        talk();
        Letter toAlice = bob.send(alice, "hello");

        Decryption read = attempt(() -> alice.engine()
                .decrypt(new IncomingMessage(
                        new Author.Known(bob.jid()),
                        ROOM,
                        true,
                        toAlice.encrypted(),
                        Delivery.LIVE,
                        Optional.empty())));

        assertThat(((Undecryptable) read).reason()).isEqualTo(Reason.ENVELOPE_MISMATCH);
        assertThat(reads(toAlice, new Author.Known(bob.jid()))).isInstanceOf(Decrypted.class);
    }

    @Test
    void a8_aMessageMovedToAnotherConversationIsRefused() {
        talk();
        Letter letter = bob.send(alice, "hello");
        Letter moved = new Letter(letter.from(), World.jid("other@example.org"), letter.encrypted());

        assertThat(((Undecryptable) alice.read(moved)).reason()).isEqualTo(Reason.ENVELOPE_MISMATCH);
        assertThat(alice.read(letter)).isInstanceOf(Decrypted.class);
    }

    @Test
    void a9_aMessageOfThisVeryDeviceIsNeverDecrypted() {
        Letter forged = bob.send(alice, "hello").from(alice.address());

        for (Author author : List.of(new Author.Known(alice.jid()), oneOf(alice.jid(), bob.jid()))) {
            assertThat(reads(forged, author)).isInstanceOf(Decryption.NotForThisDevice.class);
        }
        assertThat(attempt(() -> alice.store().sessions(alice.address(), Omemo2.VERSION.namespace())))
                .isEmpty();
    }

    @Test
    void aMessageForOthersIsNotForThisDeviceWhoeverWroteIt() {
        TestDevice carol = world.device("carol@example.org");
        Letter letter = bob.send(carol, "hello");

        assertThat(reads(letter, oneOf(bob.jid(), carol.jid()))).isInstanceOf(Decryption.NotForThisDevice.class);
    }

    private void talk() {
        bob.send(alice, "one");
        world.deliver();
        alice.send(bob, "two");
        world.deliver();
    }

    private Decryption reads(Letter letter, Author author) {
        return attempt(() -> alice.engine()
                .decrypt(new IncomingMessage(
                        author, letter.to(), false, letter.encrypted(), Delivery.ARCHIVE, Optional.empty())));
    }

    private static Author oneOf(BareJid... people) {
        return new Author.OneOf(Set.of(people));
    }

    private static void assertUnknown(Decryption decryption) {
        assertThat(decryption).isInstanceOf(Undecryptable.class);
        assertThat(((Undecryptable) decryption).reason()).isEqualTo(Reason.UNKNOWN_AUTHOR);
        assertThat(((Undecryptable) decryption).sender()).isEmpty();
    }
}
