package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine really made of a spec, and what a sandbox really can and cannot do. */
final class ContainerHardeningIT {

    private final TestEngine engine = new TestEngine();
    private final DockerSandboxRuntime runtime = engine.runtime();

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    private Sandbox launched(Specs spec) {
        return launched(runtime, spec);
    }

    private static Sandbox launched(DockerSandboxRuntime by, Specs spec) {
        Sandbox sandbox = aSandbox(spec);
        by.launch(sandbox);
        return sandbox;
    }

    @Test
    void limitsAndHardeningArriveAtTheEngine() {
        Sandbox sandbox =
                launched(aSpec().limit("cpu", "500m").limit("memory", "64Mi").limit("pids", "50"));

        HostConfig host = engine.inspect(sandbox.id()).getHostConfig();
        assertThat(host.getCpuQuota()).isEqualTo(50_000);
        assertThat(host.getCpuPeriod()).isEqualTo(100_000);
        assertThat(host.getMemory()).isEqualTo(64L << 20);
        assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
        assertThat(host.getPidsLimit()).isEqualTo(50);
        assertThat(host.getInit()).isTrue();
        assertThat(host.getPrivileged()).isFalse();
        assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges:true");
        assertThat(host.getRestartPolicy().getName()).isIn("", "no");
        assertThat(engine.inspect(sandbox.id()).getNetworkSettings().getPorts().getBindings())
                .isEmpty();
        assertThat(host.getNetworkMode()).isEqualTo("sandkeep-" + engine.instance());
        assertThat(engine.exec(sandbox.id(), "cat", "/proc/1/status"))
                .contains("NoNewPrivs:\t1")
                .contains("Seccomp:\t2");
    }

    @Test
    void moreCpuThanTheHostHasAndVeryLittleAreBothTaken() {
        Sandbox much = launched(aSpec().limit("cpu", "1000"));
        Sandbox little = launched(aSpec().limit("cpu", "9m"));

        assertThat(runtime.observe(much.id())).isInstanceOf(Observation.Running.class);
        assertThat(runtime.observe(little.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    void theNumberOfProcessesIsLimitedByDefault() {
        Sandbox sandbox = launched(aSpec());

        assertThat(engine.inspect(sandbox.id()).getHostConfig().getPidsLimit()).isEqualTo(4096);
    }

    /**
     * The engine misses what happens before it watches the control group, and a report whose control group is gone already:
     * so the limit is met several times, and only then the entry process ends.
     */
    @Test
    void theMemoryLimitIsTheReasonThatIsTold() {
        Sandbox sandbox = launched(aSpec().limit("memory", "8Mi")
                .entrypoint(
                        "sh",
                        "-c",
                        "trap over=1 USR1; until [ $over ]; do tail -c 100m /dev/zero; code=$?; echo $code; sleep 0.5; done;"
                                + " exit $code"));
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        engine.logOf(sandbox.id()).lines().filter("137"::equals).count() >= 4);

        engine.raw()
                .killContainerCmd(engine.inspect(sandbox.id()).getId())
                .withSignal("USR1")
                .exec();

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(runtime.observe(sandbox.id()))
                        .isInstanceOfSatisfying(
                                Observation.Exited.class,
                                exited -> assertThat(exited.exit().cause()).isEqualTo(Exit.Cause.OUT_OF_MEMORY)));
    }

    @Test
    void noSecretIsAmongTheLabels() {
        Sandbox sandbox = launched(aSpec().env("TOKEN", "s3cret-value"));

        InspectContainerResponse container = engine.inspect(sandbox.id());
        assertThat(container.getConfig().getEnv()).contains("TOKEN=s3cret-value");
        assertThat(container.getConfig().getLabels().toString()).doesNotContain("s3cret-value");
    }

    @Test
    void processesWhoseParentsAreGoneAreCollected() {
        Sandbox sandbox = launched(aSpec());
        engine.exec(sandbox.id(), "sh", "-c", "for i in 1 2 3 4 5; do (sleep 0.1 &) ; done");

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(engine.exec(
                                sandbox.id(), "sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status | wc -l"))
                        .isEqualToIgnoringWhitespace("0"));
    }

    @Test
    void sandboxesDoNotReachOneAnotherByAddress() {
        Sandbox listener = launched(aSpec().entrypoint("nc", "-ll", "-p", "8000", "-e", "echo", "hello"));
        Sandbox stranger = launched(aSpec());
        String address = engine.inspect(listener.id())
                .getNetworkSettings()
                .getNetworks()
                .get("sandkeep-" + engine.instance())
                .getIpAddress();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(engine.exec(listener.id(), "nc", "-w", "2", address, "8000"))
                        .contains("hello"));

        String answer = engine.exec(stranger.id(), "nc", "-w", "2", address, "8000");

        assertThat(answer).doesNotContain("hello");
    }

    /** The usual way to hold on to a network in which nothing listens is to ask the neighbours by broadcast. */
    @Test
    void aSandboxCannotSendRawPackets() {
        Sandbox sandbox = launched(aSpec());

        assertThat(engine.exec(sandbox.id(), "arping", "-c", "1", "-w", "1", "127.0.0.1"))
                .containsIgnoringCase("not permitted");
    }

    @Test
    void aDirectoryThatTheOperatorAllowsIsMounted(@TempDir Path allowed) throws IOException {
        Path directory = Files.createDirectories(allowed.resolve("data/part"));
        Files.writeString(directory.resolve("file"), "from the host");
        DockerSandboxRuntime trusting =
                engine.runtime(TestEngine.config(engine.instance(), TestEngine.ADDRESS, List.of(allowed)));

        Sandbox sandbox = launched(
                trusting,
                aSpec().volume(new Volume.HostPath(
                        "host",
                        new MountPath("/mnt"),
                        true,
                        new SubPath("part"),
                        allowed.resolve("data").toString())));

        assertThat(engine.exec(sandbox.id(), "cat", "/mnt/file")).isEqualTo("from the host");
        assertThat(engine.exec(sandbox.id(), "touch", "/mnt/other")).contains("Read-only");
    }

    @Test
    void aDirectoryWithinANamedVolumeIsMounted() {
        String volume = engine.instance() + "-volume";
        Sandbox writer = launched(aSpec().namedVolume(volume, true, true));
        engine.exec(writer.id(), "sh", "-c", "mkdir /data/part; echo found > /data/part/file; ln -s /etc /data/out");

        Sandbox reader = launched(aSpec().volume(new Volume.Named(
                "part", new MountPath("/part"), false, new SubPath("part"), volume, false, false)));

        assertThat(engine.exec(reader.id(), "cat", "/part/file")).isEqualToIgnoringWhitespace("found");
    }

    @Test
    void aLinkOutOfANamedVolumeIsNotFollowed() {
        String volume = engine.instance() + "-volume";
        Sandbox writer = launched(aSpec().namedVolume(volume, true, true));
        engine.exec(writer.id(), "ln", "-s", "/etc", "/data/out");

        assertThatThrownBy(() -> launched(aSpec().volume(new Volume.Named(
                        "part", new MountPath("/part"), false, new SubPath("out"), volume, false, false))))
                .isInstanceOf(LaunchFailed.class);
    }
}
