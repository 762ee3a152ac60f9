package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.encoded;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A running sandbox whose files are those of this machine, and who moves them. */
final class FileClient implements AutoCloseable {

    final TestServer server = new TestServer();
    final ExecClient client = ExecClient.running(server);
    private final HttpClient http = HttpClient.newHttpClient();

    HttpResponse<byte[]> download(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + server.port() + client.path("/files/download?path=" + encoded(path))))
                .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    TestServer.Answer upload(byte[] body) {
        return server.exchange(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + client.path("/files/upload")))
                        .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id))
                        .header("Content-Type", "multipart/form-data; boundary=b0undary")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build());
    }

    /** A form of pairs: where a file is to be, as JSON, and its content. */
    static byte[] form(Object... pairs) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (int i = 0; i < pairs.length; i += 2) {
            form.writeBytes(
                    ("--b0undary\r\nContent-Disposition: form-data; name=\"metadata\"; filename=\"metadata\"\r\n"
                                    + "Content-Type: application/json\r\n\r\n" + pairs[i]
                                    + "\r\n--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            form.writeBytes(
                    pairs[i + 1] instanceof byte[] bytes
                            ? bytes
                            : String.valueOf(pairs[i + 1]).getBytes(StandardCharsets.UTF_8));
            form.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        form.writeBytes("--b0undary--\r\n".getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    /** In the order in which they were told. */
    static List<String> paths(TestServer.Answer answer) {
        List<String> paths = new ArrayList<>();
        answer.body().forEach(entry -> paths.add(entry.path("path").asText()));
        return paths;
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
