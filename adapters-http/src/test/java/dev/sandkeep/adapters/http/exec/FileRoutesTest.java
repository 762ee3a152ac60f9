package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as clients of the public specification find and read them, with real programs and real files of this machine. */
class FileRoutesTest {

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
    void aDirectoryIsListedAsDeepAsIsAskedFor() throws IOException {
        Files.createDirectories(directory.resolve("b/c"));
        Files.writeString(directory.resolve("b/c/deep"), "");
        Files.writeString(directory.resolve("b.txt"), "");
        Files.writeString(directory.resolve("a"), "");

        assertThat(FileClient.paths(client.get("/directories/list?path=" + directory)))
                .containsExactly(at("a"), at("b"), at("b.txt"));
        assertThat(FileClient.paths(client.get("/directories/list?depth=9&path=" + directory)))
                .containsExactly(at("a"), at("b"), at("b/c"), at("b/c/deep"), at("b.txt"));
        assertThat(FileClient.paths(client.get("/directories/list?depth=0&path=" + directory)))
                .isEmpty();
        assertThat(client.get("/directories/list?depth=x&path=" + directory).status())
                .isEqualTo(400);
        assertThat(client.get("/directories/list?path=" + at("a")).status()).isEqualTo(400);
        assertThat(client.get("/directories/list?path=" + at("missing")).status())
                .isEqualTo(404);
    }

    @Test
    void aNameThatIsNotUtf8IsListed() {
        client.run("printf x > \"$(printf '" + directory + "/a\\377b')\"");

        assertThat(FileClient.paths(client.get("/directories/list?path=" + directory)))
                .containsExactly(directory + "/a\ufffdb");
    }

    @Test
    void tenThousandFilesAreListed() {
        client.run("cd " + directory + " && i=0; while [ $i -lt 10000 ]; do : >f$i; i=$((i+1)); done");

        assertThat(FileClient.paths(client.get("/directories/list?path=" + directory)))
                .hasSize(10_000);
    }

    @Test
    void filesAreFoundByTheirNames() throws IOException {
        Files.createDirectories(directory.resolve("src/inner"));
        for (String name : List.of("a.py", "src/b.py", "src/inner/c.txt", ".hidden.py")) {
            Files.writeString(directory.resolve(name), "");
        }

        assertThat(FileClient.paths(client.get("/files/search?pattern=*.py&path=" + directory)))
                .containsExactly(at(".hidden.py"), at("a.py"), at("src/b.py"));
        assertThat(FileClient.paths(client.get("/files/search?path=" + directory)))
                .hasSize(4);
        assertThat(FileClient.paths(
                        client.get("/files/search?path=" + directory + "&pattern=" + encoded("**/[bc].{txt,py}"))))
                .containsExactly(at("src/b.py"), at("src/inner/c.txt"));
        assertThat(client.get("/files/search?path=" + at("missing")).status()).isEqualTo(404);
        assertThat(client.get("/files/search?pattern=%5B&path=" + directory).status())
                .isEqualTo(400);
    }

    @Test
    void downloadsFollowLinksAndRefuseWhatIsNoFile() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

        assertThat(files.download(at("link")).statusCode()).isEqualTo(200);
        assertThat(files.download(at("missing")).statusCode()).isEqualTo(404);
        assertThat(new String(files.download(at("missing")).body(), StandardCharsets.UTF_8))
                .contains("FILE_NOT_FOUND");
        assertThat(files.download(directory.toString()).statusCode()).isEqualTo(400);
        assertThat(client.get("/files/download").status()).isEqualTo(400);
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

        HttpResponse<byte[]> answer = files.download(at("file"), "Range", range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(content);
        assertThat(answer.headers().firstValue("Content-Range")).contains(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=x", "lines=1-2", "bytes=5-2", "bytes=-0"})
    void aPartThatIsNotThereIsRefused(String range) throws Exception {
        Files.writeString(directory.resolve("file"), "0123456789");

        HttpResponse<byte[]> answer = files.download(at("file"), "Range", range);

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("RANGE_NOT_SATISFIABLE");
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */10");
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
}
