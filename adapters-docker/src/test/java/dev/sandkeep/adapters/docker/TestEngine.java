package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.SidecarImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The real engine, as a test uses it: runtimes with an instance name that nobody else has, a raw client to look behind
 * them, and the removal of everything that carries the name. Fails, rather than skips, if no engine is there.
 */
final class TestEngine implements AutoCloseable {

    static final URI ADDRESS = EngineAddress.find(null, System.getenv("DOCKER_HOST"), System.getenv("XDG_RUNTIME_DIR"));

    private final String instance = "it-" + UUID.randomUUID().toString().substring(0, 8);
    private final URI address;
    private final DockerClient raw;
    private final List<DockerSandboxRuntime> runtimes = new ArrayList<>();

    TestEngine() {
        this(ADDRESS);
    }

    TestEngine(URI address) {
        this.address = address;
        this.raw = clientOf(address);
        try {
            raw.pingCmd().exec();
        } catch (RuntimeException away) {
            throw new AssertionError("These tests need a container engine, and there is none at " + address, away);
        }
    }

    URI address() {
        return address;
    }

    private static DockerClient clientOf(URI address) {
        return DockerClientImpl.getInstance(
                new EngineClientConfig(address, RemoteApiVersion.unknown()),
                new ZerodepDockerHttpClient.Builder().dockerHost(address).build());
    }

    DockerClient raw() {
        return raw;
    }

    String instance() {
        return instance;
    }

    DockerConfig config() {
        return config(instance, address, List.of());
    }

    static DockerConfig config(String instance, URI address, List<Path> allowedHostPaths) {
        return new DockerConfig(
                instance,
                address,
                allowedHostPaths,
                DockerConfig.DEFAULT_LIMITS,
                null,
                DockerConfig.Gpu.AUTO,
                null,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
    }

    /** With a sidecar for every sandbox, none of which is kept ready. */
    static DockerConfig guarded(String instance, URI address) {
        return guarded(instance, address, SidecarImage.name());
    }

    static DockerConfig guarded(String instance, URI address, String sidecarImage) {
        return with(
                config(instance, address, List.of()),
                new EgressConfig(
                        sidecarImage,
                        List.of(InetAddress.ofLiteral("198.18.0.53")),
                        false,
                        true,
                        List.of(InetAddress.ofLiteral("198.18.0.1")),
                        0,
                        0));
    }

    static DockerConfig with(DockerConfig plain, EgressConfig egress) {
        return new DockerConfig(
                plain.instance(),
                plain.engine(),
                plain.allowedHostPaths(),
                plain.defaultLimits(),
                plain.ociRuntime(),
                plain.gpu(),
                egress,
                plain.callTimeout(),
                plain.launchTimeout(),
                plain.pullTimeout(),
                plain.snapshotTimeout());
    }

    /** With limits of 2 s for a call and 4 s for whatever takes longer. */
    DockerConfig impatient(URI address) {
        return new DockerConfig(
                instance,
                address,
                List.of(),
                DockerConfig.DEFAULT_LIMITS,
                null,
                DockerConfig.Gpu.AUTO,
                null,
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                Duration.ofSeconds(4),
                Duration.ofSeconds(4));
    }

    DockerSandboxRuntime runtime() {
        return runtime(config());
    }

    DockerSandboxRuntime runtime(DockerConfig config) {
        return runtime(config, SidecarOwner.alone("onlyserver"));
    }

    DockerSandboxRuntime runtime(DockerConfig config, SidecarOwner owner) {
        DockerSandboxRuntime runtime = DockerSandboxRuntime.of(config, Map.of(), owner, InstantSource.system());
        runtimes.add(runtime);
        return runtime;
    }

    InspectContainerResponse inspect(SandboxId id) {
        return raw.inspectContainerCmd(ContainerSpecs.nameOf(id)).exec();
    }

    /** All that the sandbox wrote. */
    String logOf(SandboxId id) {
        return logOf(ContainerSpecs.nameOf(id));
    }

    String logOf(String container) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (ResultCallback.Adapter<Frame> frames = into(output)) {
            raw.logContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .exec(frames)
                    .awaitCompletion();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError("The log could not be read", failed);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    private static ResultCallback.Adapter<Frame> into(ByteArrayOutputStream output) {
        return new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                output.writeBytes(frame.getPayload());
            }
        };
    }

    /** What a command within the sandbox writes, on both its outputs. */
    String exec(SandboxId id, String... command) {
        return execIn(ContainerSpecs.nameOf(id), command);
    }

    String execIn(String container, String... command) {
        String exec = raw.execCreateCmd(container)
                .withCmd(command)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (ResultCallback.Adapter<Frame> frames = into(output)) {
            raw.execStartCmd(exec).exec(frames).awaitCompletion();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError("The command could not be run", failed);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    boolean hasVolume(String name) {
        try {
            raw.inspectVolumeCmd(name).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (DockerSandboxRuntime runtime : runtimes) {
            runtime.close();
        }
        List<String> mine = List.of(ContainerLabels.INSTANCE + "=" + instance);
        // Podman removes no container whose network another one still has.
        raw.listContainersCmd().withShowAll(true).withLabelFilter(mine).exec().stream()
                .sorted(Comparator.comparing(container -> ContainerLabels.isSidecar(container.getLabels())))
                .forEach(container -> raw.removeContainerCmd(container.getId())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
        raw.listVolumesCmd()
                .withFilter("label", mine)
                .exec()
                .getVolumes()
                .forEach(volume -> raw.removeVolumeCmd(volume.getName()).exec());
        for (Network network : raw.listNetworksCmd().withFilter("label", mine).exec()) {
            raw.removeNetworkCmd(network.getId()).exec();
        }
        raw.listImagesCmd()
                .withLabelFilter(ContainerLabels.INSTANCE + "=" + instance)
                .exec()
                .forEach(image ->
                        raw.removeImageCmd(image.getId()).withForce(true).exec());
        images().forEach(image -> raw.removeImageCmd(image).exec());
        raw.close();
    }

    /** The names of the images that were pulled from a registry on this machine, which only tests have. */
    private List<String> images() {
        return raw.listImagesCmd().exec().stream()
                .flatMap(image -> Stream.ofNullable(image.getRepoTags()).flatMap(Stream::of))
                .filter(name -> name.startsWith("127.0.0.1:") && name.contains("/" + instance + "/"))
                .toList();
    }
}
