package dev.sandkeep.adapters.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of a sandbox can make of its answer: nothing that concerns more than its own sandbox. */
class ResponseHeadersTest {

    private static final String PREFIX = "/sandboxes/0b6f2f3e-8a44-4c0e-9c55-3f1d2a7e6b90/proxy/80";
    private static final ProxiedPath PATH = ProxiedPath.find(PREFIX + "/a/b").orElseThrow();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/|PREFIX/",
                "/login?next=/x#y|PREFIX/login?next=/x#y",
                "http://me.test/login|PREFIX/login",
                "HTTP://ME.test/login|PREFIX/login",
                "http://me.test|PREFIX/",
                "http://me.test?a|PREFIX/?a",
                "PREFIX/login|PREFIX/login",
                "PREFIXX/login|PREFIXPREFIXX/login",
                "login|login",
                "../x|../x",
                "//other.test/x|//other.test/x",
                "http://me.test.evil.test/|http://me.test.evil.test/",
                "http://me.test:81/|http://me.test:81/",
                "http://me.test@evil.test/|http://me.test@evil.test/",
                "https://me.test/|https://me.test/",
                "http://169.254.169.254/|http://169.254.169.254/",
                "javascript:alert(1)|javascript:alert(1)"
            })
    void aRedirectWithinTheSandboxStaysInIt(String location, String expected) {
        assertThat(ResponseHeaders.location(location.replace("PREFIX", PREFIX), PATH, "me.test"))
                .isEqualTo(expected.replace("PREFIX", PREFIX));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=b|a=b; Path=PREFIX/a",
                "a=b; Path=/|a=b; Path=PREFIX/",
                "a=b; path=/x; HttpOnly|a=b; Path=PREFIX/x; HttpOnly",
                "a=b; Domain=me.test; Secure; Path=PREFIX/x|a=b; Secure; Path=PREFIX/x",
                "a=b; DOMAIN=.test; SameSite=Lax; Max-Age=5|a=b; SameSite=Lax; Max-Age=5; Path=PREFIX/a",
                "a=b; Path=; Domain|a=b; Path=PREFIX",
                "a=b; Path=relative|a=b; Path=PREFIX",
                "a=b; Path=/x; Path=/y|a=b; Path=PREFIX/x; Path=PREFIX/y",
                "path=/|path=/; Path=PREFIX/a",
                "a=b; Path=/x; Path =/; Domain =me.test|a=b; Path=PREFIX/x; Path=PREFIX/",
            })
    void aCookieIsForThePortThatSetIt(String cookie, String expected) {
        assertThat(ResponseHeaders.cookie(cookie.replace("PREFIX", PREFIX), PATH))
                .isEqualTo(expected.replace("PREFIX", PREFIX));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Service-Worker-Allowed",
                "Access-Control-Allow-Credentials",
                "Clear-Site-Data",
                "Strict-Transport-Security",
                "Alt-Svc"
            })
    void whatHoldsForTheWholeOriginIsDropped(String name) {
        HttpFields forwarded = ResponseHeaders.forward(HttpFields.build().add(name, "x"), PATH, "me.test");

        assertThat(Optional.ofNullable(forwarded.get(name))).isEmpty();
        assertThat(forwarded.get("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(forwarded.get("Content-Security-Policy"))
                .startsWith("sandbox ")
                .doesNotContain("allow-same-origin");
    }
}
