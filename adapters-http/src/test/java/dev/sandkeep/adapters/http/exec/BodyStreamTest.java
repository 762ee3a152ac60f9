package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.domain.sandbox.SandboxException;
import io.javalin.config.RoutesConfig;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class BodyStreamTest {

    /** Half of a body, and then the engine is away. */
    private static final Routes HALF = new Routes() {
        @Override
        public void addTo(RoutesConfig routes) {
            routes.get("/v1/half", context -> {
                BodyStream body = new BodyStream(context.res());
                context.res().setContentLengthLong(1000);
                body.fill(() -> {
                    body.write(new byte[500], 0, 500);
                    flush(context.res());
                    throw new SandboxException.RuntimeUnavailable("the engine is away", null);
                });
            });
        }
    };

    private static void flush(HttpServletResponse response) {
        try {
            response.flushBuffer();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Test
    void nothingIsPutBehindABodyThatCannotBeSentToItsEnd() {
        try (TestServer server = new TestServer(HALF);
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/half"))
                    .header("OPEN-SANDBOX-API-KEY", TestServer.KEY)
                    .build();

            assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("500");
        }
    }
}
