/*
 * Copyright 2026 The omemo4j authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.omemo4j.cli;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jivesoftware.smack.SmackException.EndpointConnectionException;
import org.jivesoftware.smack.SmackException.NoEndpointsDiscoveredException;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.SmackException.NotConnectedException;
import org.jivesoftware.smack.SmackException.SecurityRequiredByClientException;
import org.jivesoftware.smack.SmackException.SecurityRequiredByServerException;
import org.jivesoftware.smack.XMPPException.StreamErrorException;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.sasl.SASLErrorException;
import org.omemo4j.smack.OmemoException;

/** What went wrong, in one sentence for a person. */
final class Sentence {
    private Sentence() {}

    /** Of something that the connection of an account has thrown. */
    static String of(Throwable problem, Account account) {
        if (problem instanceof SASLErrorException refused) {
            return "the server refused the login of " + account.jid() + ": wrong password or no such account ("
                    + refused.getSASLFailure().getSASLErrorString() + ")";
        }
        if (problem instanceof EndpointConnectionException || problem instanceof NoEndpointsDiscoveredException) {
            return "no server can be reached at " + account.server() + ": " + reason(problem);
        }
        if (problem instanceof SecurityRequiredByClientException) {
            return "the server at " + account.server() + " offers no TLS"
                    + account.route()
                            .server()
                            .flatMap(ServerAddress::loopback)
                            .map(yes -> "; as it is on this machine, --insecure is possible")
                            .orElse("");
        }
        if (problem instanceof SecurityRequiredByServerException) {
            return "the server at " + account.server() + " requires TLS: leave out --insecure";
        }
        if (problem instanceof NoResponseException) {
            return "the server at " + account.server() + " does not answer in time";
        }
        if (problem instanceof StreamErrorException error) {
            return "the server at " + account.server() + " closed the stream: "
                    + error.getStreamError().getCondition();
        }
        Optional<CertificateException> certificate = cause(problem, CertificateException.class);
        if (certificate.isPresent()) {
            return "no TLS with the server at " + account.server() + ": the server's certificate is not "
                    + (isForAnotherName(certificate.get())
                            ? "for " + account.jid().getDomain()
                            : "trusted");
        }
        Optional<SSLException> tls = cause(problem, SSLException.class);
        if (tls.isPresent()) {
            return "no TLS with the server at " + account.server() + ": "
                    + tls.get().getMessage();
        }
        return of(problem);
    }

    /** Of anything else. */
    static String of(Throwable problem) {
        if (problem instanceof XMPPErrorException refused) {
            String text = refused.getStanzaError().getDescriptiveText();
            return "the server refused it: " + refused.getStanzaError().getCondition()
                    + (text == null ? "" : " (" + text + ")");
        }
        if (problem instanceof NotConnectedException) {
            return "the connection to the server is lost";
        }
        if (problem instanceof OmemoException refused && refused.reason() == OmemoException.Reason.OPTED_OUT) {
            return withOneQuotation(String.valueOf(refused.getMessage()))
                    + " In omemo chat, /plaintext JID agrees and /encrypt JID declines.";
        }
        if (problem instanceof FileSystemException file && file.getReason() == null) {
            return problem instanceof AccessDeniedException
                    ? "access is denied"
                    : "there is no such place: " + file.getFile();
        }
        String message = problem.getMessage();
        return message == null ? problem.getClass().getSimpleName() : message;
    }

    /** The same without what only a person could type. */
    static String forPrograms(Throwable problem) {
        if (problem instanceof CommandFailure failure) {
            return failure.forPrograms();
        }
        return problem instanceof OmemoException refused ? String.valueOf(refused.getMessage()) : of(problem);
    }

    /** The contact's reason, in the only quotation, does not end it. */
    private static String withOneQuotation(String sentence) {
        int first = sentence.indexOf('"') + 1;
        int last = Math.max(first, sentence.lastIndexOf('"'));
        return sentence.substring(0, first)
                + sentence.substring(first, last).replace('"', '\'')
                + sentence.substring(last);
    }

    /** Smack's verifier of names says so in words only. */
    private static boolean isForAnotherName(CertificateException problem) {
        return String.valueOf(problem.getMessage()).startsWith("Hostname verification");
    }

    private static String reason(Throwable problem) {
        if (problem instanceof EndpointConnectionException failed
                && !failed.getConnectionExceptions().isEmpty()) {
            return failed.getConnectionExceptions().stream()
                    .map(tried -> reason(tried.getException()))
                    .distinct()
                    .collect(Collectors.joining(", "));
        }
        if (problem instanceof EndpointConnectionException || problem instanceof NoEndpointsDiscoveredException) {
            return "its name is unknown";
        }
        if (cause(problem, UnknownHostException.class).isPresent()) {
            return "its name is unknown";
        }
        return cause(problem, ConnectException.class).map(Throwable::getMessage).orElseGet(() -> of(problem));
    }

    private static <T extends Throwable> Optional<T> cause(Throwable problem, Class<T> kind) {
        Throwable at = problem;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (kind.isInstance(at)) {
                return Optional.of(kind.cast(at));
            }
            at = at.getCause();
        }
        return Optional.empty();
    }
}
