/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jivesoftware.smack.filter.MessageWithBodiesFilter;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smack.util.PacketParserUtils;
import org.jivesoftware.smackx.carbons.packet.CarbonExtension;
import org.jivesoftware.smackx.mam.element.MamElements.MamResultExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.omemo4j.engine.Decryption;
import org.omemo4j.engine.Delivery;
import org.omemo4j.engine.OmemoConfig;
import org.omemo4j.engine.OmemoEvent;
import org.omemo4j.protocol.InnerElements;
import org.omemo4j.store.StoreException;
import org.omemo4j.store.memory.MemoryStore;
import org.omemo4j.testkit.InterceptedStore;
import org.omemo4j.testkit.TestDevice;
import org.omemo4j.testkit.World;

/** What listeners get when something comes in. */
class DecryptingFilterTest {
    private static final String MARK = "<info xmlns='" + InnerElements.OWN_NAMESPACE + "'/>";

    private static final String FALLBACK = "<body>fallback</body>";

    private static final Trouble NONE = () -> {};

    private interface Trouble {
        void happen() throws StoreException;
    }

    private final World world = new World();
    private final MemoryStore store = new MemoryStore();
    /** What the store does from now on when it is asked by the thread of the test, which reads the stream. */
    private volatile Trouble trouble = NONE;

    private TestDevice bob;
    private TestClient alice;

    @BeforeEach
    void logIn() throws Exception {
        world.device(TestClient.ALICE, store, OmemoConfig.defaults());
        bob = world.device("bob@example.org");
        store.close();
        Thread reader = Thread.currentThread();
        alice = TestClient.started(InterceptedStore.of(store, method -> {
            if (Thread.currentThread() == reader) {
                trouble.happen();
            }
            return true;
        }));
    }

    @AfterEach
    void logOut() {
        trouble = NONE;
        alice.close();
    }

    @Test
    void theContentStandsInPlaceOfTheEncryptedElement() throws Exception {
        Message message = alice.receives(from("bob@example.org/x", encrypted("Hello")));

        assertThat(message.getBody()).isEqualTo("Hello");
        assertThat(TestClient.names(message)).containsExactlyInAnyOrder("body", "info");
        OmemoInfo info = OmemoInfo.of(message).orElseThrow();
        assertThat(info.device()).isEqualTo(bob.address());
        assertThat(info.fingerprint()).isEqualTo(bob.engine().ownDevice().fingerprint());
        assertThat(info.version()).isEqualTo("urn:xmpp:omemo:2");
        assertThat(message.toXML().toString()).doesNotContain(InnerElements.OWN_NAMESPACE);
    }

    @Test
    void whatStandsInClearBesideItGoes() throws Exception {
        Message message = alice.receives(
                from(
                        "bob@example.org/x",
                        encrypted("Hello")
                                + "<body>forged</body><subject>forged</subject><replace xmlns='urn:xmpp:message-correct:0' id='1'/>"
                                + "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='alice@example.org'/>"));

        assertThat(message.getBodies()).hasSize(1);
        assertThat(TestClient.names(message)).containsExactlyInAnyOrder("body", "info", "stanza-id");
    }

    @Test
    void evenAListenerWithABodyFilterThatWasThereFirstGetsIt() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        QuietConnection connection = TestClient.connect();
        connection.addAsyncStanzaListener(
                stanza -> bodies.add(((Message) stanza).getBody()), MessageWithBodiesFilter.INSTANCE);
        alice.omemo.stop();
        OmemoManager.getInstanceFor(connection).start(store);

        connection.receive(PacketParserUtils.parseStanza(from("bob@example.org/x", encrypted("Hello"))));

        assertThat(bodies.poll(30, TimeUnit.SECONDS)).isEqualTo("Hello");
        OmemoManager.getInstanceFor(connection).stop();
    }

    @Test
    void anotherIdentityKeyUnderAKnownDeviceIsToldOnce() throws Exception {
        alice.receives(from("bob@example.org/x", encrypted("It is me")));
        TestDevice mallory = world.device("mallory@example.net");
        String forged = mallory.send(TestClient.jid(TestClient.ALICE), "I am Bob")
                .from(bob.address())
                .encrypted()
                .toXml();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        alice.omemo.addOmemoListener(new OmemoListener() {
            @Override
            public void onEvent(OmemoEvent event) {
                if (event instanceof OmemoEvent.IdentityKeyChanged) {
                    told.add("event");
                }
            }

            @Override
            public void onUndecryptable(UnreadMessage message, Decryption.Reason reason) {
                told.add(reason + " " + message.proposal() + " " + message.shownKey());
            }
        });

        alice.receives(from("bob@example.org/x", forged));
        assertThat(alice.omemo.awaitSent(Duration.ofSeconds(30))).isTrue();
        alice.receives(from("bob@example.org/x", "<encrypted xmlns='urn:xmpp:omemo:2'/>"));

        assertThat(told.poll(30, TimeUnit.SECONDS))
                .isEqualTo("IDENTITY_KEY_CHANGED ACCEPT_KEY "
                        + Optional.of(mallory.engine().ownDevice().fingerprint()));
        assertThat(told.poll(30, TimeUnit.SECONDS)).startsWith("MALFORMED");
    }

    @Test
    void aForgedMarkIsStrippedEverywhere() throws Exception {
        Message message = alice.receives(from(
                "bob@example.org/x",
                "<body>clear</body>" + MARK
                        + "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='carol@example.org'>"
                        + MARK + "<body>inner</body></message></forwarded>"));

        assertThat(OmemoInfo.of(message)).isEmpty();
        assertThat(message.getExtension(OmemoInfo.class)).isNull();
        assertThat(message.toXML().toString())
                .doesNotContain(InnerElements.OWN_NAMESPACE)
                .contains("inner");
    }

    @Test
    void aFailureOfOurOwnIsReportedAndTheNextOneReads() throws Exception {
        for (Trouble kind : List.<Trouble>of(
                () -> {
                    throw new IllegalStateException("a bug");
                },
                () -> {
                    throw new AssertionError("a bug");
                },
                () -> {
                    throw new StackOverflowError();
                })) {
            trouble = kind;

            Message message = alice.receives(from("bob@example.org/x", encrypted("lost") + "<body>fallback</body>"));

            assertThat(TestClient.names(message)).isEmpty();
            assertThat(alice.nextHeard()).isEqualTo("undecryptable FAILED");
            trouble = NONE;
            assertThat(alice.receives(from("bob@example.org/x", encrypted("next")))
                            .getBody())
                    .isEqualTo("next");
        }
    }

    @Test
    void aStoreThatFailsEndsOmemoAndNotTheConnection() throws Exception {
        trouble = () -> {
            throw new StoreException("The disk is gone.");
        };

        Message message = alice.receives(from("bob@example.org/x", encrypted("lost") + "<body>fallback</body>"));

        assertThat(TestClient.names(message)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable FAILED");
        assertThat(alice.nextHeard()).isEqualTo("stopped The disk is gone.");
        assertThat(alice.omemo.isStarted()).isFalse();
        assertThat(alice.connection.isConnected()).isTrue();
    }

    @ParameterizedTest(name = "a delay from {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody named | <delay xmlns='urn:xmpp:delay' stamp='STAMP'/> | LIVE",
                "our server | <delay xmlns='urn:xmpp:delay' from='example.org' stamp='STAMP'/> | OFFLINE",
                "our account | <delay xmlns='urn:xmpp:delay' from='alice@example.org' stamp='STAMP'/> | OFFLINE",
                "the sender | <delay xmlns='urn:xmpp:delay' from='bob@example.org' stamp='STAMP'/> | LIVE",
                "the sender's client | <delay xmlns='urn:xmpp:delay' from='bob@example.org/x' stamp='STAMP'/> | LIVE",
                "another server | <delay xmlns='urn:xmpp:delay' from='example.net' stamp='STAMP'/> | LIVE",
                "the sender and our server | <delay xmlns='urn:xmpp:delay' from='bob@example.org' stamp='STAMP'/><delay xmlns='urn:xmpp:delay' from='example.org' stamp='STAMP'/> | OFFLINE"
            })
    void onlyOurServerSaysThatItKeptAMessage(String from, String delay, Delivery delivery) throws Exception {
        String delayed = delay.replace("STAMP", "2026-01-01T00:00:00Z");
        String encrypted = encrypted("Hello");
        alice.receives(from("bob@example.org/x", encrypted + delayed));

        alice.receives(from("bob@example.org/x", encrypted + delayed));

        assertThat(alice.nextHeard()).as(from).isEqualTo("duplicate " + delivery);
    }

    @Test
    void aRepeatIsReportedAndShowsNothing() throws Exception {
        String encrypted = encrypted("Hello");
        alice.receives(from("bob@example.org/x", encrypted));

        Message again = alice.receives(from("bob@example.org/x", encrypted + "<body>fallback</body>"));

        assertThat(again.getBody()).isNull();
        assertThat(OmemoInfo.of(again)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("duplicate LIVE");
    }

    @Test
    void whatIsForOthersIsToldOnlyIfItHasContent() throws Exception {
        BlockingQueue<Optional<String>> told = new LinkedBlockingQueue<>();
        alice.omemo.addOmemoListener(new OmemoListener() {
            @Override
            public void onNotForThisDevice(UnreadMessage message) {
                told.add(message.stanzaId());
            }
        });
        String forOthers = "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='4711'><keys jid='alice@example.org'>"
                + "<key rid='4712'>AAAA</key></keys></header>";
        alice.receives(from("bob@example.org/x", forOthers + "</encrypted>").replace("id='m1'", "id='empty'"));

        alice.receives(from("bob@example.org/x", forOthers + "<payload>AAAA</payload></encrypted>"));

        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(Optional.of("m1"));
    }

    @Test
    void a4_aStrangersSenderIsNotTheOneOfTheSession() throws Exception {
        Message message = alice.receives(from("mallory@example.org/x", encrypted("Hello")));

        assertThat(message.getBody()).isNull();
        assertThat(alice.nextHeard()).startsWith("undecryptable ");
        assertThat(alice.receives(from("bob@example.org/x", encrypted("next"))).getBody())
                .isEqualTo("next");
    }

    @Test
    void whatIsMalformedIsReportedAndTheNextOneReads() throws Exception {
        Message message = alice.receives(from(
                "bob@example.org/x",
                "<encrypted xmlns='urn:xmpp:omemo:2'>" + "<x>".repeat(20_000) + "</x>".repeat(20_000)
                        + "</encrypted><body>fallback</body>"));

        assertThat(message.getBody()).isNull();
        assertThat(TestClient.names(message)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable MALFORMED");
        assertThat(alice.receives(from("bob@example.org/x", encrypted("next"))).getBody())
                .isEqualTo("next");
    }

    @Test
    void aCopyFromOurOwnAccountIsRead() throws Exception {
        Message wrapper = alice.receives(carbon(TestClient.ALICE, encrypted("Hello")));

        Message inner = CarbonExtension.from(wrapper).getForwarded().getForwardedStanza();
        assertThat(inner.getBody()).isEqualTo("Hello");
        assertThat(OmemoInfo.of(inner)).isPresent();
        assertThat(OmemoInfo.of(wrapper)).isEmpty();
    }

    @Test
    void a1_aForgedCarbonIsNotReadAndShowsNothing() throws Exception {
        String encrypted = encrypted("Hello");

        Message wrapper = alice.receives(carbon("mallory@example.org", encrypted + FALLBACK));

        assertThat(TestClient.names(CarbonExtension.from(wrapper).getForwarded().getForwardedStanza()))
                .isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable FOREIGN_COPY");
        assertThat(alice.receives(from("bob@example.org/x", encrypted)).getBody())
                .isEqualTo("Hello");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void a2_anArchivedMessageIsReadOnlyFromOurOwnArchive() throws Exception {
        String encrypted = encrypted("Hello");
        Message foreign = alice.receives(archived("mallory@example.org", encrypted + FALLBACK));
        Message own = alice.receives(archived(TestClient.ALICE, encrypted));

        assertThat(TestClient.names(
                        MamResultExtension.from(foreign).getForwarded().getForwardedStanza()))
                .isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable FOREIGN_COPY");
        assertThat(MamResultExtension.from(own)
                        .getForwarded()
                        .getForwardedStanza()
                        .getBody())
                .isEqualTo("Hello");
    }

    @Test
    void a3_aForwardThatIsNoCopyIsNotReadAndShowsNothing() throws Exception {
        Message message = alice.receives(from(
                "bob@example.org/x",
                "<body>look</body><forwarded xmlns='urn:xmpp:forward:0'>"
                        + from("bob@example.org/x", encrypted("Hello") + FALLBACK) + "</forwarded>"));

        assertThat(message.getBody()).isEqualTo("look");
        assertThat(message.toXML().toString()).doesNotContain("Hello", "<encrypted", "fallback");
        assertThat(alice.nextHeard()).isEqualTo("undecryptable FOREIGN_COPY");
    }

    @Test
    void a3_aCopyInACopyIsNotReadAndTheWholeStanzaIsToldOnce() throws Exception {
        String encrypted = encrypted("Hello");
        String inner = carbon(TestClient.ALICE, encrypted + FALLBACK);

        Message wrapper = alice.receives(carbon(TestClient.ALICE, encrypted + FALLBACK)
                .replace(
                        "</received>",
                        "</received><body>beside</body>"
                                + inner.substring(inner.indexOf("<received"), inner.lastIndexOf("</message>"))));

        assertThat(wrapper.toXML().toString()).doesNotContain("<encrypted", "fallback");
        assertThat(alice.nextHeard()).isEqualTo("undecryptable FOREIGN_COPY");
        assertThat(alice.receives(from("bob@example.org/x", encrypted)).getBody())
                .isEqualTo("Hello");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void a10_errorsAndHeadlinesAreNotReadAndShowNothing() throws Exception {
        String encrypted = encrypted("Hello");
        for (String type : List.of("error", "headline")) {
            String own = "type='" + type + "' id";
            Message message = alice.receives(from("bob@example.org/x", encrypted + FALLBACK + "<subject>x</subject>")
                    .replace("type='chat' id", own));
            Message carbon = alice.receives(
                    carbon(TestClient.ALICE, encrypted + FALLBACK).replace("type='chat' id", own));

            assertThat(TestClient.names(message)).isEmpty();
            assertThat(TestClient.names(
                            CarbonExtension.from(carbon).getForwarded().getForwardedStanza()))
                    .isEmpty();
        }
        assertThat(alice.receives(from("bob@example.org/x", encrypted)).getBody())
                .isEqualTo("Hello");
        assertThat(alice.heard).isEmpty();
    }

    @Test
    void a10_anErrorThatBringsOurMessageBackStillSaysWhatWentWrong() throws Exception {
        Message message = alice.receives(from(
                        "bob@example.org/x",
                        encrypted("Hello") + FALLBACK + "<error type='cancel'>"
                                + "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>")
                .replace("type='chat'", "type='error'"));

        assertThat(message.getBody()).isNull();
        assertThat(message.getError().getCondition()).isEqualTo(StanzaError.Condition.service_unavailable);
    }

    @Test
    void anErrorOrHeadlineInClearStaysAsItIs() throws Exception {
        for (String type : List.of("error", "headline")) {
            Message message =
                    alice.receives(from("bob@example.org/x", FALLBACK).replace("type='chat'", "type='" + type + "'"));

            assertThat(message.getBody()).isEqualTo("fallback");
        }
    }

    @Test
    void a5_aMessageOfARoomThatWeAreNotInHasNoAuthorAndShowsNothing() throws Exception {
        Message message = alice.receives(from("room@conference.example.org/bob", encrypted("Hello") + FALLBACK)
                .replace("type='chat'", "type='groupchat'"));

        assertThat(TestClient.names(message)).isEmpty();
        assertThat(alice.nextHeard()).isEqualTo("undecryptable UNKNOWN_AUTHOR in room@conference.example.org");
    }

    @Test
    void aPlaceholderThatComesBackShowsNothing() throws Exception {
        Message message = alice.receives(from(
                        TestClient.ALICE + "/here",
                        "<placeholder xmlns='" + InnerElements.OWN_NAMESPACE + "'/><body>x</body>")
                .replace("type='chat'", "type='headline'"));

        assertThat(TestClient.names(message)).isEmpty();
    }

    @Test
    void afterTheEndNothingIsRead() throws Exception {
        alice.omemo.stop();

        Message message = alice.receives(from("bob@example.org/x", encrypted("Hello")));

        assertThat(message.getBody()).isNull();
    }

    private String encrypted(String text) {
        return bob.send(TestClient.jid(TestClient.ALICE), text).encrypted().toXml();
    }

    private static String from(String sender, String children) {
        return "<message xmlns='jabber:client' type='chat' id='m1' to='alice@example.org' from='" + sender + "'>"
                + children + "</message>";
    }

    private static String carbon(String wrapperFrom, String encrypted) {
        return "<message xmlns='jabber:client' type='chat' to='alice@example.org/here' from='" + wrapperFrom
                + "'><received xmlns='urn:xmpp:carbons:2'>" + "<forwarded xmlns='urn:xmpp:forward:0'>"
                + from("bob@example.org/x", encrypted) + "</forwarded></received></message>";
    }

    private static String archived(String wrapperFrom, String encrypted) {
        return "<message xmlns='jabber:client' to='alice@example.org/here' from='" + wrapperFrom
                + "'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>"
                + from("bob@example.org/x", encrypted) + "</forwarded></result></message>";
    }
}
