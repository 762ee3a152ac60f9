package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are changed, moved and removed where they are. */
class FileChangeRoutesTest {

    private final FileClient files = new FileClient();
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
}
