package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.HostConfig;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.SidecarImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is in the image: above all the cache of loaded classes, without which Java merely starts slower. */
class SidecarImageIT {

    private static final NetworkPolicy CLOSED = new NetworkPolicy(Action.DENY, List.of());

    /** As the supervisor starts a worker, but with a cache that must be of use; without settings it ends at once. */
    private static final String WORKER = "/opt/java/bin/java -XX:AOTMode=on -XX:AOTCache=/usr/lib/sandkeep/egress.aot"
            + " -Xlog:class+load @/etc/sandkeep/java.options %s dev.sandkeep.egress.Main";

    private static final String FROM_CACHE = "source: shared objects file";
    private static final int WRONG_SETTINGS = 2;
    private static final int REFUSED = 1;
    private static final int GAVE_UP = 70;

    private final TestEngine engine = new TestEngine();

    private record Outcome(int status, List<String> lines) {}

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    @Test
    void theWorkerOfASandboxHasTheCacheInItsMemory() {
        DockerSandboxRuntime runtime = engine.runtime(TestEngine.guarded(engine.instance(), TestEngine.ADDRESS));
        Sandbox sandbox = Sandboxes.aSandbox().changeNetworkPolicy(CLOSED);
        runtime.launch(sandbox);

        assertThat(engine.execIn(SidecarSpecs.nameOf(sandbox.id()), "sh", "-c", "cat /proc/*/maps"))
                .contains("/usr/lib/sandkeep/egress.aot");
    }

    @Test
    void theClassesOfTheWorkerComeFromTheCache() {
        Outcome outcome = run(WORKER.formatted(""));

        assertThat(outcome.status()).isEqualTo(WRONG_SETTINGS);
        List<String> ours = outcome.lines().stream()
                .filter(line -> line.contains(" dev.sandkeep.") && line.contains("source: "))
                .toList();
        assertThat(ours).hasSizeGreaterThan(50).allMatch(line -> line.contains(FROM_CACHE));
        assertThat(outcome.lines().stream().filter(line -> line.contains(FROM_CACHE)))
                .hasSizeGreaterThan(1000);
    }

    /** So the tests above would notice. */
    @Test
    void aCacheThatDoesNotFitIsRefused() {
        Outcome outcome = run(WORKER.formatted("-XX:-UseCompactObjectHeaders"));

        assertThat(outcome.status()).isEqualTo(REFUSED);
        assertThat(outcome.lines()).anyMatch(line -> line.contains("Unable to use AOT cache"));
    }

    @Test
    void aSidecarDoesNotStartWhereItsPortsCouldBeTaken() {
        Outcome outcome = run("exec /usr/lib/sandkeep/supervisor");

        assertThat(outcome.status()).isEqualTo(GAVE_UP);
        assertThat(outcome.lines()).contains("net.ipv4.ip_unprivileged_port_start must be 20 or more");
    }

    private Outcome run(String command) {
        String container = engine.raw()
                .createContainerCmd(SidecarImage.name())
                .withEntrypoint("sh", "-c", command)
                .withLabels(Map.of(ContainerLabels.INSTANCE, engine.instance()))
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId();
        engine.raw().startContainerCmd(container).exec();
        await().until(() -> !Boolean.TRUE.equals(
                engine.raw().inspectContainerCmd(container).exec().getState().getRunning()));
        Long status =
                engine.raw().inspectContainerCmd(container).exec().getState().getExitCodeLong();
        return new Outcome(
                status == null ? -1 : status.intValue(),
                engine.logOf(container).lines().toList());
    }
}
