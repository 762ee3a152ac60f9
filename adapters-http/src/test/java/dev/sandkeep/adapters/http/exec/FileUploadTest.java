package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.file.WriteFile;
import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.testkit.fixture.Hosts;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that clients send, as forms, and that come back as they were. */
class FileUploadTest {

    private final FileClient files = new FileClient();
    private final TestServer server = files.server;
    private final ExecClient client = files.client;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        files.close();
    }

    private String at(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void anUploadedFileComesBackAsItWas() throws Exception {
        byte[] content = new byte[5_000_000];
        new Random(1).nextBytes(content);

        TestServer.Answer uploaded =
                files.upload(FileClient.form("{\"path\": \"" + at("new/dir/file") + "\"}", content));

        assertThat(uploaded.status()).as(uploaded.response().body()).isEqualTo(200);
        assertThat(uploaded.header("Content-Length")).isEqualTo("0");
        assertThat(Files.readAllBytes(directory.resolve("new/dir/file"))).isEqualTo(content);
        HttpResponse<byte[]> downloaded = files.download(at("new/dir/file"));
        assertThat(downloaded.body()).isEqualTo(content);
        assertThat(downloaded.headers().firstValue("Content-Length")).contains("5000000");
        assertThat(downloaded.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"file\"");
        await().atMost(Duration.ofSeconds(20)).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void severalFilesAreWrittenWithTheirModes() throws IOException {
        files.upload(FileClient.form(
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

        files.upload(FileClient.form("{\"path\": \"" + soft + "\"}", "short"));

        assertThat(Files.readString(hard)).isEqualTo("short");
        assertThat(Files.isSymbolicLink(soft)).isTrue();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
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
        files.upload(FileClient.form("{\"path\": " + new ObjectMapper().writeValueAsString(path) + "}", "content"));

        assertThat(Files.readString(directory.resolve(escaped))).isEqualTo("content");
        assertThat(files.download(path).body()).isEqualTo("content".getBytes(StandardCharsets.UTF_8));
        assertThat(FileClient.paths(client.get("/directories/list?path=" + directory)))
                .containsExactly(path);
        assertThat(client.send("DELETE", "/files?path=" + encoded(path), null).status())
                .isEqualTo(200);
        assertThat(Files.exists(directory.resolve(escaped))).isFalse();
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
        TestServer.Answer answer = files.upload(FileClient.form(metadata, "content"));

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
        TestServer.Answer answer = files.upload(body.getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void whatIsNoPathStartsNothing() throws Exception {
        assertThat(files.download("\0").statusCode()).isEqualTo(400);
        assertThat(files.upload(FileClient.form("{\"path\": \"\"}", "content")).status())
                .isEqualTo(400);
        assertThat(client.send("POST", "/files/replace", "{\"\": {\"old\": \"a\", \"new\": \"b\"}}")
                        .status())
                .isEqualTo(400);

        assertThat(server.exec.openCount()).isZero();
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
