package dev.sandkeep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * From a request to the end of a command that says one word: through a server whose shells wait, through one that starts
 * each, and along the engine's own exec calls, in the same container, to the exit code. The three take turns, with a moment
 * in between, so that none is measured while shells are started for the next command.
 */
final class Executing {

    private static final int WARM_UP = 20;
    private static final int COUNT = 100;
    private static final int IN_A_ROW = 60;
    private static final int CREATED = 20;
    private static final Duration BETWEEN = Duration.ofMillis(400);
    private static final String COMMAND = "echo hello";
    private static final String EXEC =
            "{\"AttachStdout\": true, \"AttachStderr\": true, \"Cmd\": [\"sh\", \"-c\", \"" + COMMAND + "\"]}";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> command;
    private final Path socket;

    Executing(List<String> command, Path socket) {
        this.command = command;
        this.socket = socket;
    }

    void rows(Path directory, Consumer<String> table) throws Exception {
        try (Server warm = Server.start(command, directory.resolve("warm"));
                Server cold = Server.start(
                        command,
                        directory.resolve("cold"),
                        Map.of("SANDKEEP_INSTANCE", "bench-cold", "SANDKEEP_EXEC_WARM_SHELLS", "0"));
                RawEngine engine = new RawEngine(socket)) {
            commands(warm, cold, engine, table);
            created(warm, engine, table);
            table.accept(
                    String.format("| server memory afterwards, MiB RSS | | %.0f | | | |", warm.residentMebibytes()));
        }
    }

    private void commands(Server warm, Server cold, RawEngine engine, Consumer<String> table) throws Exception {
        String inWarm = warm.create(Creating.SANDBOX, true);
        String inCold = cold.create(Creating.SANDBOX, true);
        Samples waiting = new Samples();
        Samples started = new Samples();
        Samples raw = new Samples();
        for (int i = -WARM_UP; i < COUNT; i++) {
            time(i, waiting, () -> warm.command(inWarm, COMMAND));
            time(i, started, () -> cold.command(inCold, COMMAND));
            time(i, raw, () -> exec(engine, "sandkeep-" + inCold));
        }
        Samples inARow = new Samples();
        for (int i = 0; i < IN_A_ROW; i++) {
            inARow.time(() -> warm.command(inWarm, COMMAND));
        }
        table.accept(waiting.row("a shell that waits"));
        table.accept(started.row("no shell that waits"));
        table.accept(raw.row("raw engine, exec create + start + exit code"));
        table.accept(String.format(
                "| **ratio to the raw engine, of medians** | | waiting %.2f | not %.2f | | |",
                waiting.median() / raw.median(), started.median() / raw.median()));
        table.accept(inARow.row("one right after the other, with shells that wait"));
        warm.delete(inWarm);
        cold.delete(inCold);
    }

    /** The first ones are not counted. */
    private static void time(int i, Samples samples, Samples.Operation operation) throws Exception {
        (i < 0 ? new Samples() : samples).time(operation);
        TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
    }

    private void created(Server server, RawEngine engine, Consumer<String> table) throws Exception {
        Samples ours = new Samples();
        Samples raw = new Samples();
        for (int i = -2; i < CREATED; i++) {
            String[] made = new String[2];
            time(i, ours, () -> {
                made[0] = server.create(Creating.SANDBOX, true);
                server.command(made[0], COMMAND);
            });
            server.delete(made[0]);
            time(i, raw, () -> {
                made[1] = JSON.readTree(engine.send("POST", "/containers/create", Creating.SAME_CONTAINER))
                        .path("Id")
                        .asText();
                engine.send("POST", "/containers/" + made[1] + "/start", "");
                exec(engine, made[1]);
            });
            engine.send("DELETE", "/containers/" + made[1] + "?force=true", "");
        }
        table.accept(ours.row("create, and the first command's end"));
        table.accept(raw.row("raw engine, same settings, create + start + exec"));
        table.accept(String.format("| **ratio** | | %.2f | | | |", ours.median() / raw.median()));
    }

    /** What a client of the engine itself must do to have the output and the exit code. */
    private void exec(RawEngine engine, String container) throws IOException {
        String id = JSON.readTree(engine.send("POST", "/containers/" + container + "/exec", EXEC))
                .path("Id")
                .asText();
        try (RawEngine own = new RawEngine(socket)) {
            String output =
                    new String(own.stream("/exec/" + id + "/start", "{\"Detach\": false}"), StandardCharsets.UTF_8);
            JsonNode state = JSON.readTree(engine.send("GET", "/exec/" + id + "/json", ""));
            if (!output.contains("hello") || state.path("ExitCode").asInt(-1) != 0) {
                throw new IOException("Not done: " + state);
            }
        }
    }
}
