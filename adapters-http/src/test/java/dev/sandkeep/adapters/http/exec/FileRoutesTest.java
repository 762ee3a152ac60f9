package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.file.WriteFile;
import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.testkit.fixture.Hosts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as clients of the public specification move them, with real programs and real files of this machine. */
class FileRoutesTest {

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private String at(String name) {
        return directory.resolve(name).toString();
    }

    private static List<String> paths(TestServer.Answer answer) {
        List<String> paths = new ArrayList<>();
        answer.body().forEach(entry -> paths.add(entry.path("path").asText()));
        return paths;
    }

    private HttpResponse<byte[]> download(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + server.port() + client.path("/files/download?path=" + encoded(path))))
                .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    private TestServer.Answer upload(byte[] body) {
        return server.exchange(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + client.path("/files/upload")))
                        .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id))
                        .header("Content-Type", "multipart/form-data; boundary=b0undary")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build());
    }

    /** A form of pairs: where a file is to be, as JSON, and its content. */
    private static byte[] form(Object... pairs) {
        java.io.ByteArrayOutputStream form = new java.io.ByteArrayOutputStream();
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

    @Test
    void anUploadedFileComesBackAsItWas() throws Exception {
        byte[] content = new byte[5_000_000];
        new Random(1).nextBytes(content);

        TestServer.Answer uploaded = upload(form("{\"path\": \"" + at("new/dir/file") + "\"}", content));

        assertThat(uploaded.status()).as(uploaded.response().body()).isEqualTo(200);
        assertThat(uploaded.header("Content-Length")).isEqualTo("0");
        assertThat(Files.readAllBytes(directory.resolve("new/dir/file"))).isEqualTo(content);
        HttpResponse<byte[]> downloaded = download(at("new/dir/file"));
        assertThat(downloaded.body()).isEqualTo(content);
        assertThat(downloaded.headers().firstValue("Content-Length")).contains("5000000");
        assertThat(downloaded.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"file\"");
        await().atMost(Duration.ofSeconds(20)).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void severalFilesAreWrittenWithTheirModes() throws IOException {
        upload(form(
                "{\"path\": \"" + at("a") + "\", \"mode\": 640, \"owner\": null}",
                "one",
                "{\"path\": \"" + at("b") + "\"}",
                "",
                "{\"path\": \"" + at("c") + "\", \"mode\": 0}",
                "--b0undar\r\n"));

        assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");
        assertThat(Files.readString(directory.resolve("b"))).isEmpty();
        assertThat(Files.readString(directory.resolve("c"))).isEqualTo("--b0undar\r\n");
        assertThat(Files.getPosixFilePermissions(directory.resolve("a")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Files.getPosixFilePermissions(directory.resolve("b")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aFileThatIsThereIsWrittenInItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "a long text that was there before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path hard = Files.createLink(directory.resolve("hard"), file);
        Path soft = Files.createSymbolicLink(directory.resolve("soft"), file);

        upload(form("{\"path\": \"" + soft + "\"}", "short"));

        assertThat(Files.readString(hard)).isEqualTo("short");
        assertThat(Files.isSymbolicLink(soft)).isTrue();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                             | 400 | path:
        {"path": "/no/such/\\u0000"}                   | 400 | path:
        {"path": "/tmp"}                               | 400 | directory
        {"path": "/proc/1/no-such-file"}               | 500 | /proc/1/no-such-file
        {"path": "/tmp/x", "mode": 999}                | 400 | mode:
        {"path": "/tmp/x", "owner": "no such user"}    | 400 | owner:
        """)
    void whatCannotBeUploadedIsToldWhy(String metadata, int status, String message) {
        TestServer.Answer answer = upload(form(metadata, "content"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.message()).contains(message);
        await().atMost(Duration.ofSeconds(20)).until(() -> server.exec.openCount() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no form at all",
                "--b0undary\r\n",
                "--b0undary--\r\n",
                "--b0undary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b0undary--\r\n",
                "--b0undary\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{\"path\":\"/tmp/x\"}\r\n--b0undary--\r\n"
            })
    void whatIsNoSuchFormIsRefused(String body) {
        TestServer.Answer answer = upload(body.getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3,0123,bytes 0-3/10",
        "bytes=8-,89,bytes 8-9/10",
        "bytes=-3,789,bytes 7-9/10",
        "bytes=5-100,56789,bytes 5-9/10",
        "'bytes=1-2,4-5',12,bytes 1-2/10"
    })
    void aPartIsToldAsSuch(String range, String content, String told) throws Exception {
        Files.writeString(directory.resolve("file"), "0123456789");

        HttpResponse<byte[]> answer = download(at("file"), "Range", range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(content);
        assertThat(answer.headers().firstValue("Content-Range")).contains(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=x", "lines=1-2", "bytes=5-2", "bytes=-0"})
    void aPartThatIsNotThereIsRefused(String range) throws Exception {
        Files.writeString(directory.resolve("file"), "0123456789");

        HttpResponse<byte[]> answer = download(at("file"), "Range", range);

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("RANGE_NOT_SATISFIABLE");
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */10");
    }

    @Test
    void downloadsFollowLinksAndRefuseWhatIsNoFile() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

        assertThat(download(at("link")).statusCode()).isEqualTo(200);
        assertThat(download(at("missing")).statusCode()).isEqualTo(404);
        assertThat(new String(download(at("missing")).body(), StandardCharsets.UTF_8))
                .contains("FILE_NOT_FOUND");
        assertThat(download(directory.toString()).statusCode()).isEqualTo(400);
        assertThat(client.get("/files/download").status()).isEqualTo(400);
    }

    @Test
    void infoIsByThePathsAsTheyWereSent() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "12345");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
        String odd = directory + "/./file";

        JsonNode found = client.get("/files/info?path=" + encoded(odd) + "&path=" + encoded(link.toString()))
                .body();

        assertThat(found.path(odd).path("path").asText()).isEqualTo(file.toString());
        assertThat(found.path(odd).path("size").asInt()).isEqualTo(5);
        assertThat(found.path(odd).path("type").asText()).isEqualTo("file");
        assertThat(found.path(odd).path("mode").asInt()).isEqualTo(640);
        assertThat(found.path(odd).path("owner").asText())
                .isEqualTo(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName());
        assertThat(found.path(link.toString()).path("type").asText()).isEqualTo("symlink");
        assertThat(client.get("/files/info").body().isEmpty()).isTrue();
    }

    @Test
    void theFirstPathWhereNothingIsIsNamed() throws IOException {
        Files.writeString(directory.resolve("file"), "");

        TestServer.Answer answer = client.get("/files/info?path=" + at("file") + "&path=" + at("missing"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("FILE_NOT_FOUND");
        assertThat(answer.message()).startsWith(at("missing") + ":");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "it's",
                "\"double\"",
                "-rf",
                "$HOME-less?",
                "a|b|c",
                "tab\there",
                "\u00e9\ud83d\ude42",
                " ",
                "*",
                "`id`",
                "a\\nb",
                "x;exit 9",
                "\u001f"
            })
    void oddNamesAreNamesLikeAnyOther(String name) throws Exception {
        String escaped = name.replace("$HOME-less?", "HOME-less?");
        String path = at(escaped);
        upload(form(
                "{\"path\": " + new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(path) + "}",
                "content"));

        assertThat(Files.readString(directory.resolve(escaped))).isEqualTo("content");
        assertThat(download(path).body()).isEqualTo("content".getBytes(StandardCharsets.UTF_8));
        assertThat(paths(client.get("/directories/list?path=" + directory))).containsExactly(path);
        assertThat(client.send("DELETE", "/files?path=" + encoded(path), null).status())
                .isEqualTo(200);
        assertThat(Files.exists(directory.resolve(escaped))).isFalse();
    }

    @Test
    void aNameThatIsNotUtf8IsListed() {
        client.run("printf x > \"$(printf '" + directory + "/a\\377b')\"");

        assertThat(paths(client.get("/directories/list?path=" + directory))).containsExactly(directory + "/a\ufffdb");
    }

    @Test
    void aDirectoryIsListedAsDeepAsIsAskedFor() throws IOException {
        Files.createDirectories(directory.resolve("b/c"));
        Files.writeString(directory.resolve("b/c/deep"), "");
        Files.writeString(directory.resolve("b.txt"), "");
        Files.writeString(directory.resolve("a"), "");

        assertThat(paths(client.get("/directories/list?path=" + directory)))
                .containsExactly(at("a"), at("b"), at("b.txt"));
        assertThat(paths(client.get("/directories/list?depth=9&path=" + directory)))
                .containsExactly(at("a"), at("b"), at("b/c"), at("b/c/deep"), at("b.txt"));
        assertThat(paths(client.get("/directories/list?depth=0&path=" + directory)))
                .isEmpty();
        assertThat(client.get("/directories/list?depth=x&path=" + directory).status())
                .isEqualTo(400);
        assertThat(client.get("/directories/list?path=" + at("a")).status()).isEqualTo(400);
        assertThat(client.get("/directories/list?path=" + at("missing")).status())
                .isEqualTo(404);
    }

    @Test
    void tenThousandFilesAreListed() {
        client.run("cd " + directory + " && i=0; while [ $i -lt 10000 ]; do : >f$i; i=$((i+1)); done");

        assertThat(paths(client.get("/directories/list?path=" + directory))).hasSize(10_000);
    }

    @Test
    void filesAreFoundByTheirNames() throws IOException {
        Files.createDirectories(directory.resolve("src/inner"));
        for (String name : List.of("a.py", "src/b.py", "src/inner/c.txt", ".hidden.py")) {
            Files.writeString(directory.resolve(name), "");
        }

        assertThat(paths(client.get("/files/search?pattern=*.py&path=" + directory)))
                .containsExactly(at(".hidden.py"), at("a.py"), at("src/b.py"));
        assertThat(paths(client.get("/files/search?path=" + directory))).hasSize(4);
        assertThat(paths(client.get("/files/search?path=" + directory + "&pattern=" + encoded("**/[bc].{txt,py}"))))
                .containsExactly(at("src/b.py"), at("src/inner/c.txt"));
        assertThat(client.get("/files/search?path=" + at("missing")).status()).isEqualTo(404);
        assertThat(client.get("/files/search?pattern=%5B&path=" + directory).status())
                .isEqualTo(400);
    }

    @Test
    void textsAreReplacedInPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "one two one");
        Path other = Files.writeString(directory.resolve("other"), "nothing");
        String body = "{\"" + file + "\": {\"old\": \"one\", \"new\": \"1\"}, \"" + other
                + "\": {\"old\": \"x\", \"new\": \"y\"}}";

        JsonNode counts =
                client.send("POST", "/files/replace?verbose=true", body).body();

        assertThat(Files.readString(file)).isEqualTo("1 two 1");
        assertThat(Files.readString(other)).isEqualTo("nothing");
        assertThat(counts.path(file.toString()).path("replacedCount").asInt()).isEqualTo(2);
        assertThat(counts.path(other.toString()).path("replacedCount").asInt()).isZero();
        assertThat(client.send("POST", "/files/replace", body).header("Content-Length"))
                .isEqualTo("0");
        assertThat(client.send("POST", "/files/replace", "{\"" + file + "\": {\"old\": \"\", \"new\": \"\"}}")
                        .status())
                .isEqualTo(400);
        assertThat(client.send("POST", "/files/replace", "{\"" + at("missing") + "\": {\"old\": \"a\", \"new\": \"\"}}")
                        .code())
                .isEqualTo("FILE_NOT_FOUND");
    }

    @Test
    void filesAreMovedToWhereNothingIs() throws IOException {
        Files.writeString(directory.resolve("a"), "content");
        Files.writeString(directory.resolve("b"), "stays");

        TestServer.Answer taken = client.send("POST", "/files/mv", moves(at("a"), at("b")));
        TestServer.Answer moved = client.send("POST", "/files/mv", moves(at("a"), at("new/place")));
        TestServer.Answer missing = client.send("POST", "/files/mv", moves(at("a"), at("c")));

        assertThat(taken.status()).isEqualTo(500);
        assertThat(taken.message()).contains(at("b"));
        assertThat(moved.status()).isEqualTo(200);
        assertThat(Files.readString(directory.resolve("new/place"))).isEqualTo("content");
        assertThat(missing.code()).isEqualTo("FILE_NOT_FOUND");
        assertThat(client.send("POST", "/files/mv", "{}").status()).isEqualTo(400);
    }

    private static String moves(String source, String target) {
        return "[{\"src\": \"" + source + "\", \"dest\": \"" + target + "\"}]";
    }

    @Test
    void directoriesAreMadeAndRemoved() throws IOException {
        String made = at("x/y");

        assertThat(client.send("POST", "/directories", "{\"" + made + "\": {\"mode\": 750}, \"" + at("z") + "\": {}}")
                        .status())
                .isEqualTo(200);
        assertThat(Files.getPosixFilePermissions(Path.of(made)))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(Path.of(made, "file"), "");
        assertThat(client.send("DELETE", "/files?path=" + made, null).status()).isEqualTo(500);
        assertThat(client.send("DELETE", "/directories?path=" + at("x") + "&path=" + at("missing"), null)
                        .status())
                .isEqualTo(200);
        assertThat(Files.exists(directory.resolve("x"))).isFalse();
        assertThat(Files.isDirectory(directory.resolve("z"))).isTrue();
    }

    @Test
    void permissionsAreChanged() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(client.send("POST", "/files/permissions", "{\"" + file + "\": {\"mode\": 600, \"owner\": null}}")
                        .status())
                .isEqualTo(200);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(client.send("POST", "/files/permissions", "{\"" + at("missing") + "\": {\"mode\": 600}}")
                        .status())
                .isEqualTo(500);
        assertThat(client.send(
                                "POST",
                                "/files/permissions",
                                "{\"" + file + "\": {\"owner\": \"nobody-"
                                        + UUID.randomUUID().toString().substring(0, 8) + "\"}}")
                        .status())
                .isEqualTo(500);
        assertThat(client.send("POST", "/files/permissions", "{\"" + file + "\": {\"mode\": 8}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void variablesAndTheHomeAreExpanded() throws IOException {
        String home = client.run("echo $HOME").get(2).path("text").asText();

        JsonNode found =
                client.get("/files/info?path=~&path=" + encoded("${HOME}")).body();

        assertThat(found.path("~").path("path").asText()).isEqualTo(home);
        assertThat(found.path("${HOME}").path("path").asText()).isEqualTo(home);
        assertThat(client.get("/files/info?path=" + encoded("$NOT_SET_AT_ALL/x"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsNoPathStartsNothing() throws Exception {
        assertThat(download("\0").statusCode()).isEqualTo(400);
        assertThat(upload(form("{\"path\": \"\"}", "content")).status()).isEqualTo(400);
        assertThat(client.send("POST", "/files/replace", "{\"\": {\"old\": \"a\", \"new\": \"b\"}}")
                        .status())
                .isEqualTo(400);

        assertThat(server.exec.openCount()).isZero();
    }

    @Test
    void aPathOfAnyLengthCanBeAskedFor() throws IOException {
        Path deep = directory;
        for (int i = 0; i < 8; i++) {
            deep = deep.resolve("d".repeat(200));
        }
        Files.createDirectories(deep);
        Path file = Files.writeString(deep.resolve("file"), "a");

        assertThat(client.send("POST", "/files/replace", "{\"" + file + "\": {\"old\": \"a\", \"new\": \"b\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(file).hasContent("b");
    }

    /** The kernel does not know how long its files are. */
    @Test
    void aDownloadThatFailsBeforeItsBodyIsAnErrorLikeAnyOther() {
        TestServer.Answer answer = client.get("/files/download?path=" + encoded("/sys/class/net/lo/mtu"));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("RUNTIME_ERROR");
        assertThat(answer.header("X-Request-ID")).isNotEmpty();
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.response().headers().firstValue("Content-Disposition"))
                .isEmpty();
        assertThat(answer.response().headers().firstValue("Accept-Ranges")).isEmpty();
    }

    @Test
    void aFormThatBreaksOffIsNoFaultOfTheServer() {
        SandboxShell shells = new SandboxShell(
                server.exec,
                server.repository,
                () -> "0".repeat(32),
                1,
                new AuditTrail(_ -> {}, false, InstantSource.system()),
                Hosts.ofThisProcess());
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client went away");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("the client went away");
            }
        };

        try (UploadParts parts =
                new UploadParts(new WriteFile(shells), client.sandbox(), "multipart/form-data; boundary=b0undary")) {
            assertThatThrownBy(() -> parts.readFrom(broken))
                    .isInstanceOf(InvalidValue.class)
                    .hasMessageStartingWith("body:");
        }
    }
}
