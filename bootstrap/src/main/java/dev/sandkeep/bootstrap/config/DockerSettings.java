package dev.sandkeep.bootstrap.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys for sandboxes on a container engine. */
public final class DockerSettings {

    static final Setting<Optional<URI>> HOST = new Setting<>(
            "docker.host",
            "",
            "a unix:// or tcp:// URI, or empty",
            "The engine. Empty: `DOCKER_HOST`, else the usual sockets of Docker and Podman.",
            false,
            text -> Settings.given(text)
                    .map(uri -> URI.create(Settings.matching(Pattern.compile("(unix|tcp)://.+"), uri))));

    static final Setting<List<Path>> HOST_PATHS = new Setting<>(
            "docker.allowed-host-paths",
            "",
            "a comma-separated list of absolute paths",
            "Directories of the host that sandboxes may mount, with everything below. Empty: none.",
            false,
            text -> Settings.list(text).stream().map(Settings::absolute).toList());

    static final Setting<Optional<String>> OCI_RUNTIME = new Setting<>(
            "docker.oci-runtime",
            "",
            "the name of a runtime that the engine knows, for example runsc or kata",
            "The OCI runtime of the sandboxes. Empty: the engine's default.",
            false,
            text -> Settings.given(text)
                    .map(name -> Settings.matching(Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}"), name)));

    static final Setting<GpuSupport> GPU = new Setting<>(
            "docker.gpu",
            "auto",
            "auto, on or off",
            "Whether sandboxes may ask for GPUs. auto: if the engine has the NVIDIA runtime.",
            false,
            text -> GpuSupport.valueOf(text.toUpperCase(Locale.ROOT)));

    static final Setting<Integer> PIDS = Settings.number(
            "docker.default-pids", "4096", 16, 4_194_304, "The limit of processes where a request names none.");

    static final Setting<Duration> CALL_TIMEOUT = Settings.seconds(
            "docker.call-timeout-seconds", "30", 1, 3600, "How long an ordinary call of the engine may take.");

    static final Setting<Duration> LAUNCH_TIMEOUT = Settings.seconds(
            "docker.launch-timeout-seconds", "120", 1, 3600, "How long making and starting a container may take.");

    static final Setting<Duration> PULL_TIMEOUT = Settings.seconds(
            "docker.pull-timeout-seconds", "1800", 1, 86_400, "How long the pull of an image may take.");

    static final Setting<Duration> SNAPSHOT_TIMEOUT = Settings.seconds(
            "docker.snapshot-timeout-seconds", "1800", 1, 86_400, "How long saving the files of a sandbox may take.");

    /** Whether GPUs can be had. */
    public enum GpuSupport {
        AUTO,
        ON,
        OFF
    }

    private DockerSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                HOST, HOST_PATHS, OCI_RUNTIME, GPU, PIDS, CALL_TIMEOUT, LAUNCH_TIMEOUT, PULL_TIMEOUT, SNAPSHOT_TIMEOUT);
    }
}
