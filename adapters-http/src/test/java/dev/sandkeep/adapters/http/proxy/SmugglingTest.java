package dev.sandkeep.adapters.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two readers may understand in two ways, and requests for somewhere else. */
class SmugglingTest {

    private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

    private static TestServer server;
    private static RawBackend backend;
    private static ProxiedSandbox sandbox;

    @BeforeAll
    static void start() {
        server = new TestServer();
        backend = new RawBackend();
        sandbox = ProxiedSandbox.on(server, backend.port());
    }

    @AfterAll
    static void stop() {
        server.close();
        backend.close();
    }

    private static List<String> seenOf(String request) {
        List<String> requests = backend.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        server.raw(request);
        return requests;
    }

    /** Refused outright, or seen by the sandbox as one request without a trace of the hidden one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                "Content-Length: 0\r\nContent-Length: 44\r\n",
                "Content-Length: 0, 44\r\n",
                "Content-Length: +0\r\n",
                "Content-Length: 0x0\r\n",
                "Content-Length : 0\r\n",
                "Content-Length: -1\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: identity, chunked\r\nContent-Length: 0\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding: \u000bchunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n",
                " Transfer-Encoding: chunked\r\n",
                "X: y\r\n Transfer-Encoding: chunked\r\n",
                "X: y\rTransfer-Encoding: chunked\r\n",
                "X: y\u0000\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nConnection: close, Transfer-Encoding\r\n"
            })
    void aBodyOfDoubtfulLengthHidesNothing(String headers) {
        List<String> seen = seenOf("POST " + sandbox.path() + "/seen HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + sandbox.tokenLine() + headers + "\r\n0\r\n\r\n" + HIDDEN);

        assertThat(seen).noneMatch(request -> request.startsWith("GET /hidden")).hasSizeLessThan(2);
        assertThat(seen)
                .noneMatch(request -> request.toLowerCase(java.util.Locale.ROOT).contains("content-length")
                        && request.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\n\n",
                "0\r\n\n",
                "0\n\r\n",
                "5;\n\r\nhello\r\n0\r\n\r\n",
                "-1\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "ffffffffffffffff1\r\n\r\n",
                "g\r\n\r\n"
            })
    void doubtfulChunksHideNothing(String chunks) {
        List<String> seen = seenOf("POST " + sandbox.path() + "/seen HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + sandbox.tokenLine() + "Transfer-Encoding: chunked\r\n\r\n" + chunks + HIDDEN);

        assertThat(seen).noneMatch(request -> request.startsWith("GET /hidden")).hasSizeLessThan(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET PATH/\nHost: evil HTTP/1.1\r\n",
                "GET PATH/ HTTP/1.1\nX-Bare: 1\r\n",
                "GET PATH/ HTTP/1.1\r\nX: a\nOpen-Sandbox-Api-Key: the-key\r\n",
                "GET PATH/ X HTTP/1.1\r\n",
                "GET  PATH/ HTTP/1.1\r\n",
                "GET\tPATH/ HTTP/1.1\r\n",
                "GET PATH/ HTTP/1.1 \r\n",
                "GET PATH/ HTTP/2.0\r\n"
            })
    void aDoubtfulRequestLineHidesNothing(String start) {
        List<String> seen = seenOf(start.replace("PATH", sandbox.path()) + "Host: x\r\nConnection: close\r\n"
                + sandbox.tokenLine() + "\r\n");

        assertThat(seen).hasSizeLessThan(2).noneMatch(request -> request.contains("the-key"));
    }

    /** Whatever the request says about where it wants to go, it goes to its sandbox or nowhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://127.0.0.1:1PATH/seen HTTP/1.1\r\nHost: x\r\n",
                "GET http://169.254.169.254PATH/seen HTTP/1.1\r\nHost: 169.254.169.254\r\n",
                "GET http://user@127.0.0.1:1PATH/seen HTTP/1.1\r\nHost: x\r\n",
                "GET PATH@127.0.0.1:1/seen HTTP/1.1\r\nHost: x\r\n",
                "GET PATH/@127.0.0.1:1/seen HTTP/1.1\r\nHost: x\r\n",
                "GET PATH/seen HTTP/1.1\r\nHost: 127.0.0.1:1\r\n",
                "GET PATH/seen HTTP/1.1\r\nHost: x\r\nHost: 127.0.0.1:1\r\n",
                "GET PATH/seen HTTP/1.1\r\nHost: x@127.0.0.1\r\n",
                "GET PATH/seen HTTP/1.1\r\nHost: x/../y\r\n",
                "GET PATH/seen HTTP/1.1\r\nHost: x\r\nX-Forwarded-Host: 127.0.0.1:1\r\n",
                "GET PATH/seen HTTP/1.1\r\nHost: x\r\nX-Sandbox-Port: 1\r\nX-Sandbox-Pod-IP: 127.0.0.1\r\n",
                "GET PATH/../../../../health HTTP/1.1\r\nHost: x\r\n",
                "GET PATH/%2e%2e/%2e%2e/%2e%2e/health HTTP/1.1\r\nHost: x\r\n",
                "GET PATH/..%2f..%2f..%2fhealth HTTP/1.1\r\nHost: x\r\n",
                "GET PATH/..;/..;/..;/health HTTP/1.1\r\nHost: x\r\n",
                "GET PATH//127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n",
                "GET PATH/http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n",
                "CONNECT PATH HTTP/1.1\r\nHost: x\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: x\r\n"
            })
    void nothingLeadsElsewhere(String start) {
        List<String> requests = backend.answer("HTTP/1.1 299 Seen\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        String answer = server.raw(
                start.replace("PATH", sandbox.path()) + "Connection: close\r\n" + sandbox.tokenLine() + "\r\n");

        if (answer.startsWith("HTTP/1.1 299 ")) {
            assertThat(requests).hasSize(1);
        } else {
            assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("healthy");
            assertThat(requests).isEmpty();
        }
    }
}
