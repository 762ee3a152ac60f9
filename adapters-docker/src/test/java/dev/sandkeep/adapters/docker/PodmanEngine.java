package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandkeep.testkit.fixture.SidecarImage;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Podman's service for the tests of one run, with storage, state and network namespace of its own, so that it has nothing
 * to do with any other engine of this host. Where there is no Podman the tests that need it are skipped, and say so.
 */
public final class PodmanEngine implements BeforeAllCallback {

    private static Service running;

    static URI address() {
        return running.address();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        assumeTrue(isInstalled(), "Podman is not installed, and ./test could not install it");
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PodmanEngine.class))
                .computeIfAbsent(Service.class, _ -> Service.start(), Service.class);
    }

    private static boolean isInstalled() {
        return outcome(List.of("podman", "--version")).code() == 0;
    }

    private record Outcome(int code, String output) {}

    private static Outcome outcome(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException absent) {
            return new Outcome(-1, String.valueOf(absent.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command, stopped);
        }
    }

    private static void run(List<String> command) {
        Outcome outcome = outcome(command);
        assertThat(outcome.code()).as(command + ": " + outcome.output()).isZero();
    }

    private static final class Service implements AutoCloseable {

        private final Path directory;
        private final String namespace =
                "sandkeep-podman-" + ProcessHandle.current().pid();
        private final Process process;

        private Service(Path directory) throws IOException {
            this.directory = directory;
            Files.createDirectories(directory.resolve("net"));
            // Limits that every host allows: Podman's own defaults may be above the hard limits of this process.
            Files.writeString(directory.resolve("containers.conf"), """
                    [containers]
                    default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
                    [engine]
                    runtime = "runc"
                    cgroup_manager = "cgroupfs"
                    events_logger = "file"
                    [network]
                    network_config_dir = "%s"
                    """.formatted(directory.resolve("net")));
            run(List.of("ip", "netns", "add", namespace));
            run(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
            this.process = new ProcessBuilder(
                            podman("system", "service", "--time", "0", address().toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("service.log").toFile())
                    .start();
        }

        static Service start() {
            try {
                Service service = new Service(Files.createTempDirectory("sandkeep-podman"));
                await("Podman answers; its log: " + service.directory.resolve("service.log"))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> Files.exists(service.directory.resolve("podman.sock")));
                service.copyFromDocker(Specs.IMAGE.text());
                service.copyFromDocker(SidecarImage.name());
                return service;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        URI address() {
            return URI.create("unix://" + directory.resolve("podman.sock"));
        }

        private List<String> podman(String... arguments) {
            List<String> command = new ArrayList<>(List.of(
                    "nsenter",
                    "--net=/run/netns/" + namespace,
                    "env",
                    "CONTAINERS_CONF=" + directory.resolve("containers.conf"),
                    "podman",
                    "--root=" + directory.resolve("root"),
                    "--runroot=" + directory.resolve("runroot"),
                    "--tmpdir=" + directory.resolve("tmp")));
            command.addAll(List.of(arguments));
            return command;
        }

        /** Podman takes a name without a registry for one of its own; ours mean Docker's registry. */
        private void copyFromDocker(String image) {
            Path archive = directory.resolve("image.tar");
            run(List.of("docker", "save", "-o", archive.toString(), image));
            run(podman("load", "-i", archive.toString()));
            run(podman("tag", "localhost/" + image, "docker.io/" + image));
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
            outcome(podman("rm", "--all", "--force", "--time", "0"));
            // Its mounts must be gone before its directories can be deleted.
            run(List.of(
                    "sh",
                    "-c",
                    "awk '{print $2}' /proc/mounts | grep '^" + directory + "' | sort -r | xargs -r umount"));
            run(List.of("ip", "netns", "delete", namespace));
            run(List.of("rm", "-rf", directory.toString()));
        }
    }
}
