package dev.sandkeep.adapters.http.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.TestServer.Answer;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DocsRoutesTest {

    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"#:]+)\"");

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theDocumentIsOpenToEverybody() {
        Answer document = server.send("GET", "/openapi.json", null);

        assertThat(document.status()).isEqualTo(200);
        assertThat(document.header("Content-Type")).startsWith("application/json");
        assertThat(document.body().path("paths").has("/v1/sandboxes")).isTrue();
    }

    @Test
    void thePageLoadsNothingButWhatTheServerHas() {
        Answer page = server.send("GET", "/docs", null);
        List<String> loaded = LOADED.matcher(page.response().body())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(loaded)
                .isNotEmpty()
                .allSatisfy(
                        path -> assertThat(server.send("GET", "/" + path, null).status())
                                .as(path)
                                .isEqualTo(200));
    }
}
