package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerSpecsTest {

    private static final DockerConfig CONFIG = DockerConfig.standard("main");

    private static HostConfig hostConfigOf(Specs spec) {
        return ContainerSpecs.of(aSandbox(spec), List.of(), CONFIG).hostConfig();
    }

    @Test
    void theNameAndTheNetworkTellWhoseItIs() {
        Sandbox sandbox = aSandbox();
        ContainerSpec container = ContainerSpecs.of(sandbox, List.of(), CONFIG);

        assertThat(container.name()).isEqualTo("sandkeep-" + sandbox.id());
        assertThat(container.hostConfig().getNetworkMode()).isEqualTo("sandkeep-main");
        assertThat(container.labels()).containsEntry("sandkeep.dev/instance", "main");
    }

    @Test
    void theEntrypointOfTheImageIsReplaced() {
        ContainerSpec container =
                ContainerSpecs.of(aSandbox(aSpec().entrypoint("python", "-c", "print(1); x")), List.of(), CONFIG);

        assertThat(container.executable()).containsExactly("python");
        assertThat(container.arguments()).containsExactly("-c", "print(1); x");
    }

    @ParameterizedTest
    @CsvSource({
        "python:3.11, docker.io/library/python:3.11",
        "python, docker.io/library/python:latest",
        "team/app:1, docker.io/team/app:1",
        "localhost:5000/app:1, localhost:5000/app:1",
        "deadbeef, docker.io/library/deadbeef:latest"
    })
    void theImageIsNamedInFull(String written, String full) {
        assertThat(ContainerSpecs.imageName(ImageRef.parse(written))).isEqualTo(full);
    }

    @Test
    void aDigestSaysMoreThanATag() {
        String digest = "sha256:" + "a".repeat(64);

        assertThat(ContainerSpecs.imageName(ImageRef.parse("python:3.11@" + digest)))
                .isEqualTo("docker.io/library/python@" + digest);
    }

    /** The kernel takes no quota below 1 ms and no period above 1 s. */
    @ParameterizedTest
    @CsvSource({
        "1m, 1000000, 1000",
        "9m, 1000000, 9000",
        "10m, 100000, 1000",
        "500m, 100000, 50000",
        "1, 100000, 100000",
        "1.5, 100000, 150000",
        "1000, 100000, 100000000"
    })
    void cpuIsLimitedByPeriodAndQuota(String cpu, long period, long quota) {
        HostConfig host = hostConfigOf(aSpec().limit("cpu", cpu));

        assertThat(host.getCpuPeriod()).isEqualTo(period);
        assertThat(host.getCpuQuota()).isEqualTo(quota);
        assertThat(host.getNanoCPUs()).isNull();
    }

    @Test
    void aMemoryLimitLeavesNoSwap() {
        HostConfig host = hostConfigOf(aSpec().limit("memory", "1.5Gi"));

        assertThat(host.getMemory()).isEqualTo(1536L << 20);
        assertThat(host.getMemorySwap()).isEqualTo(host.getMemory());
    }

    @Test
    void withoutLimitsOnlyProcessesAreLimited() {
        HostConfig host = hostConfigOf(aSpec());

        assertThat(host.getPidsLimit()).isEqualTo(4096);
        assertThat(host.getMemory()).isNull();
        assertThat(host.getCpuQuota()).isNull();
        assertThat(host.getDeviceRequests()).isNull();
        assertThat(host.getStorageOpt()).isNull();
    }

    @Test
    void theOperatorsDefaultsHoldWhereNothingIsAskedFor() {
        DockerConfig config = new DockerConfig(
                "main",
                null,
                List.of(),
                new ResourceLimits(Map.of("pids", "100", "memory", "1Gi")),
                "runsc",
                DockerConfig.Gpu.OFF,
                null,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));

        HostConfig host = ContainerSpecs.of(aSandbox(aSpec().limit("memory", "64Mi")), List.of(), config)
                .hostConfig();

        assertThat(host.getPidsLimit()).isEqualTo(100);
        assertThat(host.getMemory()).isEqualTo(64L << 20);
        assertThat(host.getRuntime()).isEqualTo("runsc");
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "all, -1"})
    void gpusAreRequestedByNumber(String asked, int count) {
        HostConfig host = hostConfigOf(aSpec().limit("gpu", asked));

        assertThat(host.getDeviceRequests()).singleElement().satisfies(request -> {
            assertThat(request.getCount()).isEqualTo(count);
            assertThat(request.getCapabilities()).containsExactly(List.of("gpu"));
        });
    }

    @Test
    void whatIsWrittenIsLimitedByTheStorageDriver() {
        assertThat(hostConfigOf(aSpec().limit("ephemeral-storage", "1Gi")).getStorageOpt())
                .containsExactly(Map.entry("size", "1073741824"));
    }

    @Test
    void nothingIsLeftOutOfTheHardening() {
        HostConfig host = hostConfigOf(aSpec());

        assertThat(host.getCapDrop())
                .contains(
                        Capability.AUDIT_WRITE,
                        Capability.MKNOD,
                        Capability.NET_ADMIN,
                        Capability.NET_RAW,
                        Capability.SYS_ADMIN,
                        Capability.SYS_MODULE,
                        Capability.SYS_PTRACE,
                        Capability.SYS_TIME,
                        Capability.SYS_TTY_CONFIG);
        // An engine may reserve the lower ports for who has it.
        assertThat(host.getCapDrop()).doesNotContain(Capability.NET_BIND_SERVICE);
        assertThat(host.getCapAdd()).isNull();
        assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges:true");
        assertThat(host.getPrivileged()).isFalse();
        assertThat(host.getInit()).isTrue();
        assertThat(host.getPortBindings()).isNull();
        assertThat(host.getPublishAllPorts()).isNull();
        assertThat(host.getBinds()).isEmpty();
        assertThat(host.getLogConfig().getConfig())
                .containsEntry("max-size", "10m")
                .containsEntry("max-file", "1");
    }

    @Test
    void aGuardedSandboxCannotBindThePortsOfItsSidecar() {
        DockerConfig guarded = TestEngine.guarded("main", TestEngine.ADDRESS, "sandkeep/egress:1");

        HostConfig host = ContainerSpecs.of(aSandbox(), List.of(), guarded).hostConfig();

        assertThat(host.getCapDrop()).contains(Capability.NET_BIND_SERVICE, Capability.NET_RAW);
    }
}
