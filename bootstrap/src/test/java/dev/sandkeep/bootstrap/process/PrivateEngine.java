package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A Docker engine of a test's own, in a network namespace of its own, which may be stopped and killed at will. */
final class PrivateEngine implements AutoCloseable {

    enum End {
        STOPPED,
        KILLED
    }

    private static final AtomicInteger STARTED = new AtomicInteger();

    private final Path directory;
    private final String namespace;
    private Process process;

    private PrivateEngine(Path directory) throws IOException {
        this.directory = directory;
        this.namespace = "sandkeep-" + ProcessHandle.current().pid() + "-" + STARTED.incrementAndGet();
        run("ip", "netns", "add", namespace);
        run("nsenter", "--net=/run/netns/" + namespace, "ip", "link", "set", "lo", "up");
        process = launch();
    }

    static PrivateEngine start(Path directory) throws IOException {
        PrivateEngine engine = new PrivateEngine(directory);
        engine.awaitAnswer();
        return engine;
    }

    String namespace() {
        return namespace;
    }

    Path socket() {
        return directory.resolve("docker.sock");
    }

    void copyImageFrom(Path otherSocket, String image) throws IOException {
        Path archive = directory.resolve("image.tar");
        run("docker", "-H", "unix://" + otherSocket, "save", "-o", archive.toString(), image);
        run("docker", "-H", "unix://" + socket(), "load", "-i", archive.toString());
    }

    /** Ends it, does something while it is away, and starts it again, whatever came of that; returns when it answers. */
    void restart(End how, Runnable meanwhile) throws IOException {
        end(how);
        try {
            meanwhile.run();
        } finally {
            process = launch();
            awaitAnswer();
        }
    }

    /** Ends it at once, and completes when it is back. */
    void restartInBackground(End how, CompletableFuture<Void> back) {
        try {
            end(how);
            process = launch();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        back.completeAsync(() -> {
            awaitAnswer();
            return null;
        });
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(directory.resolve("docker.pid"));
        return new ProcessBuilder(
                        "nsenter",
                        "--net=/run/netns/" + namespace,
                        "dockerd",
                        "--host=unix://" + socket(),
                        "--data-root=" + directory.resolve("data"),
                        "--exec-root=" + directory.resolve("exec"),
                        "--pidfile=" + directory.resolve("docker.pid"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("dockerd.log").toFile()))
                .start();
    }

    private void awaitAnswer() {
        await("the private engine answers; its log: " + directory.resolve("dockerd.log"))
                .atMost(Duration.ofSeconds(60))
                .until(() -> exitCode(List.of("docker", "-H", "unix://" + socket(), "version")) == 0);
    }

    private void end(End how) {
        if (how == End.KILLED) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the engine ended")
                    .isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the engine to end", stopped);
        }
        // Its containerd ends with it, a little later; an engine that finds it still there would wait for it in vain.
        await("the engine's containerd ended").atMost(Duration.ofSeconds(30)).until(() -> !isContainerdAlive());
    }

    private boolean isContainerdAlive() throws IOException {
        Path file = directory.resolve("exec").resolve("containerd").resolve("containerd.pid");
        return Files.exists(file)
                && ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                        .filter(ProcessHandle::isAlive)
                        .isPresent();
    }

    private static void run(String... command) throws IOException {
        assertThat(exitCode(List.of(command))).as(String.join(" ", command)).isZero();
    }

    private static int exitCode(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command, stopped);
        }
    }

    /** Those of a killed engine live on when the next one has no use for their containers. */
    private void killShims() {
        String address = directory.resolve("exec").toString();
        ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().orElse("").contains("containerd-shim"))
                .filter(each -> each.info().commandLine().orElse("").contains(address))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        end(End.STOPPED);
        killShims();
        // The engine mounts its own directories, which must be gone before they can be deleted.
        exitCode(List.of("sh", "-c", "umount -l " + directory.resolve("data") + " 2>/dev/null; true"));
        run("ip", "netns", "delete", namespace);
    }
}
