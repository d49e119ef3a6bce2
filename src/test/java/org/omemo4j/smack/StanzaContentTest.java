/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.smack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.omemo4j.smack.StanzaContent.Kind.CONTENT;
import static org.omemo4j.smack.StanzaContent.Kind.CONTRADICTORY;
import static org.omemo4j.smack.StanzaContent.Kind.CONTROL;
import static org.omemo4j.smack.StanzaContent.Kind.LEFT_ALONE;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jxmpp.jid.impl.JidCreate;
import org.omemo4j.protocol.MalformedMessageException;
import org.omemo4j.protocol.omemo2.Omemo2;
import org.omemo4j.protocol.xml.XmlElement;

/** Which messages are encrypted, and which of their elements. */
class StanzaContentTest {
    private static final String BODY = "<body>hi</body>";
    private static final String SUBJECT = "<subject>about</subject>";
    private static final String THREAD = "<thread>t1</thread>";
    private static final String COMPOSING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
    private static final String RECEIPT = "<received xmlns='urn:xmpp:receipts' id='1'/>";
    private static final String MARKER = "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>";
    private static final String REACTION =
            "<reactions xmlns='urn:xmpp:reactions:0' id='1'><reaction>x</reaction></reactions>";
    private static final String HINT = "<store xmlns='urn:xmpp:hints'/>";
    private static final String ORIGIN = "<origin-id xmlns='urn:xmpp:sid:0' id='1'/>";

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("a body", BODY, CONTENT),
                Arguments.of("a body and a subject", BODY + SUBJECT, CONTENT),
                Arguments.of("a body with a chat state", BODY + COMPOSING, CONTENT),
                Arguments.of("a reaction", REACTION, CONTENT),
                Arguments.of("something unknown", "<mystery xmlns='urn:example'/>", CONTENT),
                Arguments.of("a form to a contact", "<x xmlns='jabber:x:data' type='submit'/>", CONTENT),
                Arguments.of("a direct invitation", "<x xmlns='jabber:x:conference' jid='r@c'/>", CONTENT),
                Arguments.of("a chat state", COMPOSING, CONTROL),
                Arguments.of("a chat state in a thread", COMPOSING + THREAD, CONTROL),
                Arguments.of("a receipt", RECEIPT + HINT, CONTROL),
                Arguments.of("a marker", MARKER + ORIGIN, CONTROL),
                Arguments.of("a subject only", SUBJECT, LEFT_ALONE),
                Arguments.of("a subject in a thread", SUBJECT + THREAD, LEFT_ALONE),
                Arguments.of("nothing", "", LEFT_ALONE),
                Arguments.of("hints only", HINT + ORIGIN, LEFT_ALONE),
                Arguments.of("encrypted before", "<encrypted xmlns='urn:xmpp:omemo:2'/>" + HINT, LEFT_ALONE),
                Arguments.of("encrypted and in clear", BODY + "<encrypted xmlns='urn:xmpp:omemo:2'/>", CONTRADICTORY),
                Arguments.of(
                        "an invitation by a room",
                        "<x xmlns='http://jabber.org/protocol/muc#user'><invite to='a@b'/></x>",
                        LEFT_ALONE),
                Arguments.of(
                        "a text beside what a room reads",
                        "<x xmlns='http://jabber.org/protocol/muc#user'/>" + BODY,
                        CONTENT),
                Arguments.of(
                        "something unknown beside what a room reads",
                        "<x xmlns='http://jabber.org/protocol/muc#user'/><mystery xmlns='urn:example'/>",
                        CONTENT),
                Arguments.of(
                        "a text beside an in-band bytestream",
                        "<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='s'>AAAA</data>" + BODY,
                        CONTENT),
                Arguments.of(
                        "a request for voice",
                        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                                + "<value>http://jabber.org/protocol/muc#request</value></field></x>",
                        LEFT_ALONE),
                Arguments.of(
                        "an in-band bytestream",
                        "<data xmlns='http://jabber.org/protocol/ibb' seq='0' sid='s'>AAAA</data>",
                        LEFT_ALONE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void tellsWhatIsEncrypted(String what, String elements, StanzaContent.Kind kind) throws Exception {
        assertThat(content(elements).kind()).as(what).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "chat, bob@localhost, true",
        "chat, bob@localhost/phone, true",
        "normal, bob@localhost, true",
        "groupchat, room@conference.localhost, true",
        "headline, bob@localhost, false",
        "error, bob@localhost, false",
        "chat, localhost, false",
        "normal, component.localhost/x, false"
    })
    void concernsMessagesToUsers(Message.Type type, String to, boolean concerned) throws Exception {
        assertThat(StanzaContent.concerns(type, Optional.of(JidCreate.from(to))))
                .isEqualTo(concerned);
    }

    @Test
    void aMessageWithoutRecipientGoesToTheOwnAccount() {
        assertThat(StanzaContent.concerns(Message.Type.chat, Optional.empty())).isTrue();
    }

    @Test
    void everythingSecretGoesInsideAndWhatServersReadStaysOutside() throws Exception {
        StanzaContent content = content(SUBJECT + BODY + HINT + ORIGIN + RECEIPT + THREAD + REACTION);

        assertThat(content.inside())
                .extracting(XmlElement::name)
                .containsExactly("subject", "body", "received", "thread", "reactions");
        assertThat(content.outside()).extracting(XmlElement::name).containsExactly("store", "origin-id");
    }

    @Test
    void whatSmackWritesKeepsItsNamespaces() throws Exception {
        Message message = StanzaBuilder.buildMessage("id")
                .to("bob@localhost")
                .ofType(Message.Type.chat)
                .setBody("hi")
                .setSubject("about")
                .setThread("t1")
                .build();

        StanzaContent content = StanzaContent.of(StanzaContent.read(message), List.of(Omemo2.VERSION));

        assertThat(content.inside())
                .allMatch(element -> element.namespace().equals("jabber:client"))
                .extracting(XmlElement::text)
                .containsExactlyInAnyOrder("hi", "about", "t1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a[b[0]]>1", "]]>", "]]]]>>", "<![CDATA[x]]>"})
    void aTextMayHoldWhatEndsASectionOfXml(String text) throws Exception {
        Message message = StanzaBuilder.buildMessage("id")
                .to("bob@localhost")
                .ofType(Message.Type.chat)
                .setBody(text)
                .build();

        assertThat(StanzaContent.of(StanzaContent.read(message), List.of(Omemo2.VERSION))
                        .inside())
                .extracting(XmlElement::text)
                .containsExactly(text);
    }

    @Test
    void halfOfACharacterIsRefusedInsteadOfReplaced() throws Exception {
        Message message = StanzaBuilder.buildMessage("id")
                .to("bob@localhost")
                .ofType(Message.Type.chat)
                .setBody("a\ud800b")
                .build();

        assertThatThrownBy(() -> StanzaContent.read(message)).isInstanceOf(MalformedMessageException.class);
    }

    private static StanzaContent content(String elements) throws Exception {
        XmlElement stanza = StanzaContent.read(
                "<message xmlns='jabber:client' type='chat' to='bob@localhost' id='1'>" + elements + "</message>");
        return StanzaContent.of(stanza, List.of(Omemo2.VERSION));
    }
}
