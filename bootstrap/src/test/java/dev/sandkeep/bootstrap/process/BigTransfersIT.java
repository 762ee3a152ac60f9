package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is too much for a sandbox, or would be for a server that keeps it in memory. {@code SANDKEEP_TEST_BIG_MIB} says how
 * much that is.
 */
class BigTransfersIT {

    private static final long MIB = 1 << 20;
    private static final long SIZE =
            MIB * Integer.parseInt(System.getenv().getOrDefault("SANDKEEP_TEST_BIG_MIB", "256"));
    private static final long MOST_MEBIBYTES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final ServerOnEngine on = ServerOnEngine.named("big").started();

    private static final ServerProcess server = on.server;

    private static ExecApi sandbox(int pids) {
        ServerProcess.Answer created = server.create(
                ExecApi.json(Map.of(
                        "image", Map.of("uri", "python:3.11"),
                        "timeout", 3600,
                        "resourceLimits", Map.of("cpu", "1", "memory", "256Mi", "pids", Integer.toString(pids)),
                        "entrypoint", List.of("sleep", "3600"))),
                "Prefer",
                "wait=60");
        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
        return new ExecApi(server, created.id());
    }

    /** Bytes that no two places of are alike, made while they are read. */
    private static final class Bytes extends InputStream {
        private final Random random = new Random(11);
        private final MessageDigest digest = sha256();
        private final byte[] block = new byte[8192];
        private int at = block.length;
        private long left;

        Bytes(long length) {
            left = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            if (at == block.length) {
                random.nextBytes(block);
                at = 0;
            }
            int part = (int) Math.min(Math.min(length, block.length - at), left);
            System.arraycopy(block, at, into, offset, part);
            digest.update(block, at, part);
            at += part;
            left -= part;
            return part;
        }

        String sum() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void roundTrip(ExecApi api, long size) throws IOException {
        Bytes sent = new Bytes(size);
        ExecApi.Answer answer = api.upload("/tmp/big", sent);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        String sum = sent.sum();
        assertThat(api.run("sha256sum </tmp/big").out()).startsWith(sum);

        MessageDigest received = sha256();
        long length = 0;
        try (InputStream body = api.download("/tmp/big").body()) {
            byte[] buffer = new byte[1 << 16];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                received.update(buffer, 0, read);
                length += read;
            }
        }
        assertThat(length).isEqualTo(size);
        assertThat(HexFormat.of().formatHex(received.digest())).isEqualTo(sum);
    }

    /** How many characters a command wrote to its output, and how it ended. */
    private static long outputLength(ExecApi api, String command) throws IOException {
        long length = 0;
        String last = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                api.stream("POST", "/command", ExecApi.json(Map.of("command", command)))
                        .body(),
                StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    JsonNode event = JSON.readTree(line);
                    last = event.path("type").asText();
                    length +=
                            last.equals("stdout") ? event.path("text").asText().length() : 0;
                }
            }
        }
        assertThat(last).isEqualTo("execution_complete");
        return length;
    }

    @Test
    void aBigFileGoesInAndOutAtConstantMemory() throws IOException {
        try (ExecApi api = sandbox(64)) {
            roundTrip(api, 32 * MIB);
            long before = server.resources().residentMebibytes();
            server.resources().resetPeak();

            roundTrip(api, SIZE);

            assertThat(server.resources().peakMebibytes() - before).isLessThan(MOST_MEBIBYTES);
            assertThat(api.run("rm /tmp/big").exitCode()).isEqualTo("0");
        }
    }

    @Test
    void outputWithoutEndOfLineGoesOutAtConstantMemory() throws IOException {
        try (ExecApi api = sandbox(64)) {
            assertThat(outputLength(api, "head -c 16777216 /dev/zero | tr '\\000' x"))
                    .isEqualTo(16 * MIB);
            long before = server.resources().residentMebibytes();
            server.resources().resetPeak();

            assertThat(outputLength(api, "head -c " + SIZE / 2 + " /dev/zero | tr '\\000' x"))
                    .isEqualTo(SIZE / 2);

            assertThat(server.resources().peakMebibytes() - before).isLessThan(MOST_MEBIBYTES);
        }
    }

    /** A flood must not fill the disk of the machine. */
    @Test
    void ofWhatABackgroundCommandWritesSoMuchIsKept() {
        try (ExecApi api = sandbox(64)) {
            String id = api.run(Map.of("command", "head -c 300000000 /dev/zero; exit 7", "background", true))
                    .id();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(api.get("/command/status/" + id)
                                    .json()
                                    .path("exit_code")
                                    .asInt(-1))
                            .isEqualTo(7));

            assertThat(api.get("/command/" + id + "/logs?cursor=" + 64 * MIB).body())
                    .contains("64 MiB are kept");
            assertThat(Long.parseLong(api.run("cat /tmp/.sandkeep/" + id + "/out | wc -c")
                            .out()
                            .strip()))
                    .isLessThan(70 * MIB);
        }
    }

    @Test
    void aForkBombHarmsNobodyElse() {
        try (ExecApi bombed = sandbox(64);
                ExecApi other = sandbox(64)) {
            ExecApi.Ran bomb = bombed.run(Map.of(
                    "command", "f() { f | f & }; f; while :; do sleep 1 & done 2>/dev/null", "background", true));
            assertThat(bomb.id()).as(bomb.problem()).isNotEmpty();

            for (int i = 0; i < 10; i++) {
                Instant begin = Instant.now();
                assertThat(other.run("echo fine").out()).isEqualTo("fine\n");
                assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
            }
            assertThat(server.readiness()).isEqualTo(200);

            assertThat(bombed.delete("/command?id=" + bomb.id()).status()).isEqualTo(200);
            await().atMost(PATIENCE)
                    .until(() -> bombed.run("ls -d / && echo again").out().equals("/\nagain\n"));
        }
    }

    @Test
    void aFloodThatNobodyReadsHarmsNobodyElse() throws IOException {
        try (ExecApi flooding = sandbox(64);
                ExecApi other = sandbox(64)) {
            long before = server.resources().residentMebibytes();
            server.resources().resetPeak();
            try (InputStream unread = flooding.stream("POST", "/command", ExecApi.json(Map.of("command", "yes")))
                    .body()) {
                assertThat(unread.read()).isPositive();

                for (int i = 0; i < 10; i++) {
                    assertThat(other.run("echo fine").out()).isEqualTo("fine\n");
                }
                assertThat(server.resources().peakMebibytes() - before).isLessThan(MOST_MEBIBYTES);
            }
            // Whoever leaves ends the command.
            await().atMost(PATIENCE)
                    .until(() -> !flooding.run("cat /proc/[0-9]*/comm").out().contains("yes\n"));
        }
    }

    @Test
    void oddNamesAndManyOfThemAreListed() {
        try (ExecApi api = sandbox(64)) {
            assertThat(api.run("mkdir /tmp/many /tmp/odd; cd /tmp/many; i=0; while [ $i -lt 10000 ]; do : >f$i;"
                                    + " i=$((i + 1)); done; cd /tmp/odd; : >\"$(printf 'a\\nb')\"; : >' lead and trail ';"
                                    + " : >\"$(printf 'tab\\there')\"; : >'quo\"te'\\''s'; : >-dash; : >'$HOME';"
                                    + " : >'back\\slash'; : >\"$(printf 'bad\\377')\"; : >\"$(printf '\\303\\251')\"")
                            .exitCode())
                    .isEqualTo("0");

            JsonNode many = api.get("/directories/list?path=/tmp/many").json();
            assertThat(many).hasSize(10_000);
            assertThat(many.findValuesAsText("path")).contains("/tmp/many/f0", "/tmp/many/f9999");
            assertThat(api.get("/directories/list?path=/tmp/odd").json().findValuesAsText("path"))
                    .containsExactlyInAnyOrder(
                            "/tmp/odd/a\nb",
                            "/tmp/odd/ lead and trail ",
                            "/tmp/odd/tab\there",
                            "/tmp/odd/quo\"te's",
                            "/tmp/odd/-dash",
                            "/tmp/odd/$HOME",
                            "/tmp/odd/back\\slash",
                            "/tmp/odd/bad\uFFFD",
                            "/tmp/odd/é");

            for (String name : List.of("a\nb", " lead and trail ", "quo\"te's", "-dash", "back\\slash", "é")) {
                String path = ExecApi.encoded("/tmp/odd/" + name);
                assertThat(api.get("/files/info?path=" + path).status())
                        .as(name)
                        .isEqualTo(200);
                assertThat(api.delete("/files?path=" + path).status()).as(name).isEqualTo(200);
                assertThat(api.get("/files/info?path=" + path).status())
                        .as(name)
                        .isEqualTo(404);
            }
        }
    }
}
