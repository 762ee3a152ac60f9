package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What works in which images: the table in {@code docs/execution.md}. */
class ImagesIT {

    private static final String INSTANCE =
            "images-" + UUID.randomUUID().toString().substring(0, 8);
    private static final String DEBIAN = "python:3.11";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> DERIVED = new ArrayList<>();

    @TempDir
    static Path directory;

    private static EngineProxy proxy;
    private static EngineView engine;
    private static ServerProcess server;

    /** Images that have a shell. */
    enum Kind {
        DEBIAN,
        BUSYBOX,
        NOT_ROOT,
        WITHOUT_TAR,
        NOTHING_WRITABLE;

        String image() {
            return switch (this) {
                case DEBIAN -> ImagesIT.DEBIAN;
                case BUSYBOX -> "sandkeep-test/busybox:1";
                case NOT_ROOT -> derive(name(), List.of("true"), "USER 1234:1234");
                case WITHOUT_TAR -> derive(name(), List.of("rm", "/usr/bin/tar"));
                case NOTHING_WRITABLE -> derive(name(), List.of("chmod", "755", "/tmp", "/var/tmp"), "USER 1234");
            };
        }

        /** Where its user can write. */
        String place() {
            return this == NOTHING_WRITABLE ? "/dev/shm" : "/tmp";
        }
    }

    @BeforeAll
    static void start() throws IOException {
        proxy = EngineProxy.before(Path.of("/var/run/docker.sock"));
        engine = new EngineView(proxy.url(), INSTANCE);
        server = new ServerProcess(directory, INSTANCE, proxy.address()).start();
    }

    @AfterAll
    static void end() throws IOException {
        server.close();
        engine.close();
        try (EngineView images = new EngineView(proxy.url(), "none")) {
            DERIVED.forEach(image -> images.ask("DELETE", "/images/" + image + "?force=true"));
        }
        proxy.close();
    }

    /** An image of what is left after a command in the Debian one. */
    private static String derive(String name, List<String> command, String... changes) {
        String container = engine.ask(
                        "POST", "/containers/create", ExecApi.json(Map.of("Image", DEBIAN, "Cmd", command)))
                .path("Id")
                .asText();
        engine.ask("POST", "/containers/" + container + "/start");
        JsonNode end = engine.ask("POST", "/containers/" + container + "/wait");
        assertThat(end.path("StatusCode").asInt()).as(command.toString()).isZero();
        String tag = name.toLowerCase(Locale.ROOT) + "-" + INSTANCE;
        StringBuilder query =
                new StringBuilder("/commit?container=" + container + "&repo=sandkeep-test/images&tag=" + tag);
        Arrays.stream(changes).forEach(change -> query.append("&changes=").append(ExecApi.encoded(change)));
        JsonNode image = engine.ask("POST", query.toString(), "{}");
        assertThat(image.path("Id").asText()).as(image.toString()).isNotEmpty();
        engine.ask("DELETE", "/containers/" + container + "?force=true");
        DERIVED.add("sandkeep-test/images:" + tag);
        return DERIVED.getLast();
    }

    private static ExecApi sandbox(String image) {
        ServerProcess.Answer created = server.create(
                ExecApi.json(Map.of(
                        "image", Map.of("uri", image),
                        "timeout", 600,
                        "resourceLimits", Map.of("cpu", "500m", "memory", "128Mi"),
                        "entrypoint", List.of("sleep", "1000"))),
                "Prefer",
                "wait=60");
        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
        return new ExecApi(server, created.id());
    }

    private static String content(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void allOfItWorksWhereThereIsAShell(Kind kind) throws IOException {
        String file = kind.place() + "/a file";
        try (ExecApi api = sandbox(kind.image())) {
            ExecApi.Ran ran = api.run("echo out; echo err >&2; exit 3");
            assertThat(ran).returns("out\n", ExecApi.Ran::out).returns("err\n", ExecApi.Ran::err);
            assertThat(ran.exitCode()).isEqualTo("3");

            ExecApi.Ran background = api.run(Map.of("command", "echo later; exit 4", "background", true));
            assertThat(background.id()).as(background.problem()).isNotEmpty();
            await().atMost(PATIENCE)
                    .until(() -> !api.get("/command/status/" + background.id())
                            .json()
                            .path("running")
                            .asBoolean(true));
            assertThat(api.get("/command/status/" + background.id())
                            .json()
                            .path("exit_code")
                            .asInt())
                    .isEqualTo(4);
            assertThat(api.get("/command/" + background.id() + "/logs").body()).isEqualTo("later\n");

            assertThat(api.upload(file, "some content").status()).isEqualTo(200);
            assertThat(content(api.download(file))).isEqualTo("some content");
            assertThat(api.get("/files/info?path=" + ExecApi.encoded(file)).body())
                    .contains("\"size\":12");
            assertThat(api.get("/directories/list?path=" + kind.place()).body()).contains(file);
            assertThat(api.get("/files/search?path=" + kind.place() + "&pattern=a*")
                            .body())
                    .contains(file);

            String terminal = api.post("/pty", Map.of("cwd", kind.place()))
                    .json()
                    .path("session_id")
                    .asText();
            ExecApi.Sitting sitting = api.sit(terminal, "test -t 0 && echo at $((6 * 7)) in $PWD; exit 5\n");
            assertThat(sitting.seen()).contains("at 42 in " + kind.place());
            assertThat(sitting.exitCode()).isEqualTo(5);

            JsonNode metrics = api.get("/metrics").json();
            assertThat(metrics.path("cpu_count").asDouble()).isEqualTo(0.5);
            assertThat(metrics.path("mem_total_mib").asDouble()).isEqualTo(128);
            assertThat(metrics.path("mem_used_mib").asDouble()).isBetween(0.1, 127.0);
        }
    }

    @Test
    void withoutAShellProgramsRunAndNothingElse() {
        String image =
                derive("no-shell", List.of("rm", "/usr/bin/sh", "/usr/bin/bash", "/usr/bin/dash", "/usr/bin/rbash"));
        try (ExecApi api = sandbox(image)) {
            assertThat(api.get("/ping").status()).isEqualTo(200);
            ExecApi.Ran echo = api.run("echo  'a  b' \"c\"");
            assertThat(echo.out()).isEqualTo("a  b c\n");
            assertThat(echo.exitCode()).isEqualTo("0");
            assertThat(api.get("/command/status/" + echo.id())
                            .json()
                            .path("exit_code")
                            .asInt(-1))
                    .isZero();
            ExecApi.Ran failing = api.run("ls /no/such/place");
            assertThat(failing.exitCode()).isEqualTo("2");
            assertThat(failing.err()).contains("/no/such/place");
            assertThat(api.run(Map.of("command", "id -u", "uid", 1234, "gid", 1))
                            .out())
                    .isEqualTo("1234\n");

            assertThat(api.run("echo $HOME"))
                    .returns(400, ExecApi.Ran::status)
                    .extracting(ExecApi.Ran::problem)
                    .asString()
                    .contains("command:", "no shell");
            assertThat(api.run(Map.of(
                                    "command",
                                    "ls",
                                    "cwd",
                                    "/tmp",
                                    "envs",
                                    Map.of("A", "b"),
                                    "timeout",
                                    1000,
                                    "uid",
                                    5))
                            .problem())
                    .contains("cwd:", "envs:", "timeout:", "gid:", "no shell");
            assertThat(api.run("no-such-program").problem()).contains("no such program");
            assertThat(api.run(Map.of("command", "ls", "background", true)))
                    .returns(400, ExecApi.Ran::status)
                    .extracting(ExecApi.Ran::problem)
                    .asString()
                    .contains("shell (sh)");
            List<ExecApi.Answer> refused = List.of(
                    api.upload("/tmp/x", "x"),
                    api.get("/files/download?path=/etc/passwd"),
                    api.get("/files/info?path=/etc/passwd"),
                    api.get("/directories/list?path=/"),
                    api.get("/metrics"),
                    api.post("/pty", Map.of("cwd", "/tmp")));
            String terminal =
                    api.post("/pty", Map.of()).json().path("session_id").asText();
            assertThat(api.sit(terminal, "").seen()).contains("START_FAILED", "shell (sh)");
            refused.forEach(answer -> {
                assertThat(answer.status()).as(answer.body()).isEqualTo(400);
                assertThat(answer.body()).contains("PROGRAM_NOT_FOUND", "shell (sh)");
            });
        }
    }
}
