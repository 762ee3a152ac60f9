package dev.sandkeep.adapters.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sandbox sees of a request, and a client of a response: byte for byte what the other side sent. */
class TransparencyTest {

    private static final String OK = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

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

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    /** The request that the sandbox sees, when the client sends this one. */
    private static String seen(String method, String rest, String headers, String body) {
        List<String> requests = backend.answer(OK);
        String answer = server.raw(method + " " + sandbox.path() + rest + " HTTP/1.1\r\nHost: example.test:81\r\n"
                + "Connection: close\r\n" + sandbox.tokenLine() + headers + "\r\n" + body);
        assertThat(answer).startsWith("HTTP/1.1 204 ");
        return requests.getFirst();
    }

    /** The response that the client sees, when the sandbox sends this one. */
    private static String answered(String response, String... headerLines) {
        backend.answer(response);
        return sandbox.get("/a/b", headerLines);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "HEAD",
                "POST",
                "PUT",
                "PATCH",
                "DELETE",
                "OPTIONS",
                "TRACE",
                "PROPFIND",
                "PURGE",
                "get",
                "Brew"
            })
    void everyMethod(String method) {
        assertThat(seen(method, "/x", "", "")).startsWith(method + " /x HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a%2Fb",
                "/a%2fb%252F",
                "/a//b///",
                "//evil.test/x",
                "//",
                "/a/./b/../c",
                "/../../../v1/sandboxes",
                "/..;/x",
                "/%2e%2e/%2E%2E/x",
                "/a;b=c;d",
                "/@user:pass@host/",
                "/http://evil.test/",
                "/\\evil",
                "/a|b^c`d{e}\"<>",
                "/%C3%A9%ff",
                "/?",
                "/?a",
                "/?a&b=&=c&&a",
                "/?a=b?c=d/e",
                "/?q=a+b%20c%2Bd&%71=1",
                "/?x=http://evil.test/../",
                "/?%",
                "/?a=|^`{}\"<>\\",
                "?",
                "?a=b",
            })
    void everyPathAndQueryAsItWasWritten(String rest) {
        assertThat(seen("GET", rest, "", ""))
                .startsWith("GET " + (rest.startsWith("?") ? "/" : "") + rest + " HTTP/1.1\r\n");
    }

    /** It could mean different things to whoever reads it next. */
    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%zz", "/%4", "/%00"})
    void aPathWithABrokenEncodingIsRefused(String rest) {
        assertThat(sandbox.get(rest)).startsWith("HTTP/1.1 400 ").contains("\"code\":\"INVALID_REQUEST\"");
    }

    @Test
    void noPathIsTheRoot() {
        assertThat(seen("GET", "", "", "")).startsWith("GET / HTTP/1.1\r\n");
    }

    @Test
    void headersInTheirOrderAndAsOftenAsTheyCame() {
        String headers = lines(
                "X-A: 1",
                "x-a: 2",
                "X-A: 1, 3",
                "X-B: ",
                "Accept: */*",
                "Cookie: a=1; b=2",
                "Cookie: c=3",
                "Authorization: Basic dTpw",
                "X-Request-ID: mine",
                "User-Agent: me/1.0",
                "X-Latin: caf\u00e9",
                "Accept-Encoding: br;q=0.1",
                "Range: bytes=0-1,5-",
                "If-None-Match: \"x\", W/\"y\"",
                "Origin: https://elsewhere.test",
                "X-EXECD-ACCESS-TOKEN: its-own");

        String seen = seen("GET", "/", headers, "");

        String expected = "GET / HTTP/1.1\r\nHost: example.test:81\r\n" + headers
                + "X-Forwarded-For: 127.0.0.1\r\n"
                + "X-Forwarded-Host: example.test:81\r\nX-Forwarded-Proto: http\r\n"
                + "X-Forwarded-Prefix: " + sandbox.path() + "\r\nConnection: close\r\n\r\n";
        assertThat(lowerNames(seen)).isEqualTo(lowerNames(expected));
    }

    /** Names of headers mean the same in capitals and small letters, and some are known to the library in their own. */
    private static String lowerNames(String message) {
        StringBuilder lower = new StringBuilder();
        for (String line : message.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            lower.append(
                            colon < 0 || line.contains(" HTTP/1.1")
                                    ? line
                                    : line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon))
                    .append('\n');
        }
        return lower.toString();
    }

    @Test
    void onlyWhatThisServerKnowsIsAddedToARequest() {
        assertThat(seen("GET", "/", "", "").split("\r\n"))
                .containsExactly(
                        "GET / HTTP/1.1",
                        "Host: example.test:81",
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Forwarded-Host: example.test:81",
                        "X-Forwarded-Proto: http",
                        "X-Forwarded-Prefix: " + sandbox.path(),
                        "Connection: close");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "Proxy-Authorization: Basic x",
                "Proxy-Connection: keep-alive",
                "TE: trailers",
                "Trailer: X",
                "OPEN-SANDBOX-API-KEY: anything",
                "OPENSANDBOX-EGRESS-AUTH: anything",
                "X-EXECD-ACCESS-TOKEN: the-key",
                "Authorization: Bearer the-key",
                "Authorization: bearer  other-key",
                "Authorization: the-key",
                "Forwarded: for=6.6.6.6;host=evil.test",
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-Host: evil.test",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Port: 1",
                "X-Forwarded-Prefix: /evil",
                "X-Real-IP: 6.6.6.6"
            })
    void whatConcernsOnlyThisServerStaysHere(String header) {
        assertThat(seen("GET", "/", header + "\r\n", "").split("\r\n"))
                .doesNotContain(header)
                .hasSize(7);
    }

    @Test
    void theTokenOfTheSandboxStaysHereUnderWhateverName() {
        String token = TestServer.TOKENS.access(sandbox.id().value());

        assertThat(seen("GET", "/", "X-EXECD-ACCESS-TOKEN: " + token + "\r\n", ""))
                .doesNotContain(token);
    }

    @Test
    void whatConnectionNamesStaysHereButNotTheHost() {
        List<String> requests = backend.answer(OK);

        server.raw("GET " + sandbox.path() + "/ HTTP/1.1\r\nHost: example.test\r\nX-Hop: 1\r\nx-kept: 2\r\n"
                + sandbox.tokenLine() + "Connection: close, x-hop\r\nConnection: Host, X-Other\r\nX-Other: 3\r\n\r\n");

        assertThat(requests.getFirst())
                .contains("Host: example.test\r\n", "x-kept: 2\r\n", "Connection: close\r\n")
                .doesNotContain("X-Hop", "X-Other");
    }

    @ParameterizedTest
    @CsvSource({"GET", "POST", "DELETE", "OPTIONS", "HEAD"})
    void bodiesWithTheirFramingWhateverTheMethod(String method) {
        assertThat(seen(method, "/", "Content-Length: 5\r\n", "he\0\u00ff!"))
                .contains("Content-Length: 5\r\n")
                .doesNotContain("Transfer-Encoding", "Content-Type")
                .endsWith("\r\n\r\nhe\0\u00ff!");
        assertThat(seen(method, "/", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n"))
                .containsIgnoringCase("Transfer-Encoding: chunked\r\n")
                .doesNotContain("Content-Length")
                .endsWith("0\r\n\r\n")
                .satisfies(request -> assertThat(unchunked(request)).isEqualTo("abcde"));
    }

    private static String unchunked(String message) {
        StringBuilder body = new StringBuilder();
        String rest = message.split("\r\n\r\n", 2)[1];
        while (!rest.startsWith("0\r\n")) {
            int length = Integer.parseInt(rest.split("\r\n", 2)[0].split(";", 2)[0], 16);
            String chunk = rest.split("\r\n", 2)[1];
            body.append(chunk, 0, length);
            rest = chunk.substring(length + 2);
        }
        return body.toString();
    }

    /** A type without a body is told as such by a length of zero, which means the same. */
    @Test
    void anEmptyBodyIsNotTheSameAsNone() {
        assertThat(seen("POST", "/", "Content-Length: 0\r\n", "")).contains("Content-Length: 0\r\n");
        assertThat(seen("GET", "/", "Content-Type: text/plain\r\n", ""))
                .contains("Content-Type: text/plain\r\n")
                .doesNotContain("Transfer-Encoding")
                .endsWith("\r\n\r\n");
    }

    @Test
    void trailersOfARequest() {
        assertThat(seen("POST", "/", "Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n"))
                .endsWith("0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n");
    }

    @Test
    void trailersOfAResponse() {
        String head = lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum", "");

        assertThat(answered(head + lines("1", "a", "0", "X-Sum: 1", "")))
                .contains(lines("1", "a", "0"))
                .endsWith(lines("X-Sum: 1", ""));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                200, 201, 203, 206, 226, 299, 300, 301, 302, 307, 308, 399, 400, 401, 403, 404, 407, 418, 422, 429, 451,
                499, 500, 501, 502, 503, 504, 511, 599, 600, 999
            })
    void everyStatusWithItsBody(int status) {
        assertThat(answered("HTTP/1.1 " + status + " As I Say\r\nContent-Length: 4\r\n\r\nbody"))
                .startsWith("HTTP/1.1 " + status + " ")
                .endsWith("\r\n\r\nbody");
    }

    @Test
    void noRequestIsLostOnAConnectionThatIsClosedWithoutAWord() {
        for (int i = 0; i < 100; i++) {
            assertThat(answered("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void aStatusWithoutABody(int status) {
        assertThat(answered("HTTP/1.1 " + status + " X\r\nETag: \"x\"\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("ETag: \"x\"\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void headersOfAResponseAsOftenAsTheyCameAndNoneTwice() {
        String answer = answered(lines(
                "HTTP/1.1 200 OK",
                "X-A: 1",
                "X-A: 2",
                "x-a: 1, 3",
                "Server: mine",
                "Date: Thu, 01 Jan 1970 00:00:00 GMT",
                "Content-Encoding: gzip",
                "Vary: A",
                "Vary: B",
                "Cache-Control: max-age=5",
                "X-Request-ID: its-own",
                "X-Latin: caf\u00e9",
                "Content-Length: 0",
                "Access-Control-Allow-Origin: *",
                "Content-Security-Policy: default-src 'self'",
                "Keep-Alive: timeout=5",
                "Connection: X-Hop",
                "X-Hop: 1",
                "Proxy-Authenticate: Basic",
                ""));

        assertThat(answer.split("\r\n\r\n", 2)[0].split("\r\n"))
                .containsExactlyInAnyOrder(
                        "HTTP/1.1 200 OK",
                        "X-A: 1",
                        "X-A: 2",
                        "x-a: 1, 3",
                        "Server: mine",
                        "Date: Thu, 01 Jan 1970 00:00:00 GMT",
                        "Content-Encoding: gzip",
                        "Vary: A",
                        "Vary: B",
                        "Cache-Control: max-age=5",
                        "X-Request-ID: its-own",
                        new String("X-Latin: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8),
                        "Content-Length: 0",
                        "Access-Control-Allow-Origin: *",
                        "Content-Security-Policy: default-src 'self'",
                        "Content-Security-Policy: " + ResponseHeaders.ISOLATION,
                        "X-Content-Type-Options: nosniff",
                        "Connection: close");
    }

    @Test
    void aResponseThatEndsWithItsConnection() {
        assertThat(answered("HTTP/1.0 200 OK\r\nContent-Type: text/x\r\n\r\nuntil the end"))
                .contains("until the end");
    }

    @Test
    void noCookieJar() {
        answered("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(seen("GET", "/", "", "")).doesNotContain("Cookie");
    }

    @Test
    void noRedirectIsFollowed() {
        int before = backend.connections();

        String answer = answered("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + server.port()
                + "/health\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 302 ")
                .contains("Location: http://127.0.0.1:" + server.port() + "/health");
        assertThat(backend.connections()).isEqualTo(before + 1);
    }
}
