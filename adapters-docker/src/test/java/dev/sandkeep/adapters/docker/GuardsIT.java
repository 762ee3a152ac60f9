package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the sidecars are like, and what becomes of them. */
class GuardsIT {

    private static final NetworkPolicy CLOSED = new NetworkPolicy(Action.DENY, List.of());

    private final TestEngine engine = new TestEngine();
    private final DockerConfig config = TestEngine.guarded(engine.instance(), TestEngine.ADDRESS);
    private final DockerSandboxRuntime runtime = engine.runtime(config);

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    private Sandbox launched(Sandbox sandbox) {
        runtime.launch(sandbox);
        return sandbox;
    }

    private InspectContainerResponse sidecarOf(SandboxId id) {
        return engine.raw().inspectContainerCmd(SidecarSpecs.nameOf(id)).exec();
    }

    private List<String> names() {
        return engine
                .raw()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerLabels.INSTANCE, engine.instance()))
                .exec()
                .stream()
                .map((Container container) -> Containers.nameOf(container))
                .toList();
    }

    @Test
    void aSandboxHasTheNetworkOfASidecarThatCanDoNothingElse() {
        Sandbox sandbox = launched(aSandbox());

        InspectContainerResponse sidecar = sidecarOf(sandbox.id());
        HostConfig host = sidecar.getHostConfig();
        assertThat(engine.inspect(sandbox.id()).getHostConfig().getNetworkMode())
                .startsWith("container:");
        assertThat(host.getReadonlyRootfs()).isTrue();
        assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
        assertThat(host.getCapAdd()).containsExactlyInAnyOrder(Capability.NET_ADMIN, Capability.NET_BIND_SERVICE);
        assertThat(host.getSecurityOpts()).contains("no-new-privileges:true");
        assertThat(host.getMemory()).isPositive();
        assertThat(host.getPidsLimit()).isPositive();
        assertThat(sidecar.getConfig().getLabels().toString())
                .doesNotContain(Sidecar.of(sidecar).key());
    }

    @Test
    void guardedSandboxesHaveBothFamiliesOnANetworkOfTheirInstance() {
        launched(aSandbox());

        Network network = engine.raw()
                .inspectNetworkCmd()
                .withNetworkId(ContainerSpecs.networkOf(engine.instance()))
                .exec();
        assertThat(network.getEnableIPv6()).isTrue();
        assertThat(network.getIpam().getConfig())
                .anySatisfy(range -> assertThat(range.getSubnet()).contains("."))
                .anySatisfy(range ->
                        assertThat(range.getGateway()).isEqualTo(SandboxNetwork.ipv6Prefix(engine.instance()) + "::1"));
    }

    /** Engines do not keep neighbours apart on IPv6; without sidecars nobody would. */
    @Test
    void aNetworkThatNeedsSidecarsIsNotUsedWithoutThem() {
        launched(aSandbox());

        assertThatThrownBy(() -> engine.runtime().launch(aSandbox()))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("was made for guarded sandboxes");
    }

    @Test
    void anEngineThatRefusesIpv6HasSandboxesWithoutIt() {
        String taken = SandboxNetwork.ipv6Prefix(engine.instance());
        String other = engine.raw()
                .createNetworkCmd()
                .withName(engine.instance() + "-other")
                .withLabels(ContainerLabels.ofNetwork(engine.instance()))
                .withEnableIpv6(true)
                .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(taken + "::/64")))
                .exec()
                .getId();

        Sandbox sandbox = launched(aSandbox().changeNetworkPolicy(CLOSED));

        assertThat(sidecarOf(sandbox.id()).getState().getRunning()).isTrue();
        engine.raw().removeNetworkCmd(other).exec();
    }

    @Test
    void withoutAPolicyNoWorkerRuns() {
        Sandbox sandbox = launched(aSandbox());

        assertThat(processesOf(sandbox)).noneMatch(command -> command.contains("java"));
    }

    private List<String> processesOf(Sandbox sandbox) {
        String[][] table = engine.raw()
                .topContainerCmd(SidecarSpecs.nameOf(sandbox.id()))
                .exec()
                .getProcesses();
        return List.of(table).stream().map(row -> String.join(" ", row)).toList();
    }

    @Test
    void aPolicyIsInForceAtTheFirstInstruction() {
        Sandbox sandbox = aSandbox(
                aSpec().entrypoint("sh", "-c", "nc -w 1 198.18.0.9 80 </dev/null 2>&1; echo ended $?; sleep 60"));
        launched(sandbox.changeNetworkPolicy(CLOSED));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(engine.logOf(sandbox.id())).contains("refused", "ended 1"));
    }

    @Test
    void aPolicyCanBeTightenedLater() {
        Sandbox sandbox = launched(aSandbox());

        runtime.enforce(sandbox.changeNetworkPolicy(CLOSED));

        assertThat(engine.exec(sandbox.id(), "nc", "-w", "1", "198.18.0.9", "80"))
                .contains("refused");
        assertThat(runtime.decisions(sandbox.id(), Action.DENY, 10).recent()).anySatisfy(decision -> {
            assertThat(decision.target()).isEqualTo("198.18.0.9");
            assertThat(decision.protocol()).isEqualTo("tcp");
            assertThat(decision.port()).isEqualTo(80);
        });
    }

    @Test
    void thePolicyThatHoldsCanBeRead() {
        Sandbox sandbox = launched(aSandbox());

        assertThat(runtime.findEnforced(sandbox.id())).isEmpty();
        runtime.enforce(sandbox.changeNetworkPolicy(CLOSED));

        assertThat(runtime.findEnforced(sandbox.id())).contains(new EnforcedPolicy(CLOSED, 1));
    }

    @Test
    void anOlderPolicyDoesNotComeBack() {
        Sandbox sandbox = launched(aSandbox());
        Sandbox closed = sandbox.changeNetworkPolicy(NetworkPolicy.allowAll()).changeNetworkPolicy(CLOSED);

        runtime.enforce(closed);
        runtime.enforce(sandbox.changeNetworkPolicy(NetworkPolicy.allowAll()));

        assertThat(engine.exec(sandbox.id(), "nc", "-w", "1", "198.18.0.9", "80"))
                .contains("refused");
    }

    @Test
    void aSidecarThatTheEngineCannotStartIsExchanged() {
        Sandbox sandbox = aSandbox().changeNetworkPolicy(CLOSED);
        String stuck = engine.raw()
                .createContainerCmd(config.requireEgress().image())
                .withName(SidecarSpecs.nameOf(sandbox.id()))
                .withLabels(ContainerLabels.ofSidecar(engine.instance()))
                .withEntrypoint("/no/such/program")
                .exec()
                .getId();

        launched(sandbox);

        assertThat(sidecarOf(sandbox.id()).getId()).isNotEqualTo(stuck);
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        assertThat(runtime.findEnforced(sandbox.id())).contains(new EnforcedPolicy(CLOSED, 1));
    }

    /** What an engine that was killed says to be running may not be there. */
    @Test
    void aSidecarThatRunsAndDoesNotAnswerIsExchanged() {
        Sandbox sandbox = aSandbox().changeNetworkPolicy(CLOSED);
        String silent = engine.raw()
                .createContainerCmd(config.requireEgress().image())
                .withName(SidecarSpecs.nameOf(sandbox.id()))
                .withLabels(ContainerLabels.ofSidecar(engine.instance()))
                .withEnv("SANDKEEP_EGRESS_KEY=00", "SANDKEEP_EGRESS_START=closed")
                .withEntrypoint("sleep", "1000")
                .exec()
                .getId();
        engine.raw().startContainerCmd(silent).exec();

        launched(sandbox);

        assertThat(sidecarOf(sandbox.id()).getId()).isNotEqualTo(silent);
        assertThat(runtime.findEnforced(sandbox.id())).contains(new EnforcedPolicy(CLOSED, 1));
    }

    @Test
    void withoutItsSidecarASandboxIsUnguarded() {
        Sandbox sandbox = launched(aSandbox());

        engine.raw().killContainerCmd(SidecarSpecs.nameOf(sandbox.id())).exec();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Unguarded.class));
        assertThat(runtime.observeAll())
                .anySatisfy(seen -> assertThat(seen.observation()).isInstanceOf(Observation.Unguarded.class));
    }

    @Test
    void aSandboxAndItsSidecarGoTogether() {
        Sandbox sandbox = launched(aSandbox());

        runtime.remove(sandbox.id());

        assertThat(names()).isEmpty();
    }

    @Test
    void aLaunchThatFailsTakesItsSidecarAlong() {
        Sandbox sandbox = aSandbox(aSpec().image("sandkeep-test/no-such-image:1"));

        assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertThat(names()).isEmpty();
    }

    @Test
    void readySidecarsAreUsedRefilledAndDrained() {
        EgressConfig egress = config.requireEgress();
        DockerSandboxRuntime pooled = engine.runtime(TestEngine.with(
                config,
                new EgressConfig(egress.image(), egress.resolvers(), false, true, egress.hostAddresses(), 1, 1)));
        await().atMost(Duration.ofSeconds(30)).until(() -> names().size() == 2);
        List<String> before = names();
        Sandbox sandbox = aSandbox();

        pooled.launch(sandbox);

        assertThat(sidecarOf(sandbox.id()).getState().getRunning()).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> names().size() == 4);
        assertThat(names()).containsAnyElementsOf(before);
        pooled.close();
        assertThat(names())
                .containsExactlyInAnyOrder(ContainerSpecs.nameOf(sandbox.id()), SidecarSpecs.nameOf(sandbox.id()));
    }

    /** A sidecar that is started again has its rules in force when it says so again. */
    @Test
    void whatASidecarWroteBeforeItStoppedDoesNotCount() {
        Sandbox sandbox = launched(aSandbox());
        String sidecar = SidecarSpecs.nameOf(sandbox.id());
        engine.raw().killContainerCmd(sidecar).exec();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !sidecarOf(sandbox.id()).getState().getRunning());
        Instant stoppedAt = Sidecar.of(sidecarOf(sandbox.id())).stoppedAt();

        try (DockerEngine connection = new DockerEngine(TestEngine.ADDRESS, Duration.ofSeconds(20))) {
            ContainerLog log = new ContainerLog(connection, Duration.ofSeconds(20));
            Duration limit = Duration.ofSeconds(20);
            assertThat(log.awaitLine(sidecar, "rules in force", Instant.EPOCH, limit))
                    .isTrue();
            assertThat(log.awaitLine(sidecar, "rules in force", stoppedAt, limit))
                    .isFalse();
        }
    }

    private String spareOf(String server) {
        String spare = SidecarSpecs.spareName(engine.instance(), server, "deadbeef");
        engine.raw()
                .createContainerCmd(config.requireEgress().image())
                .withName(spare)
                .withLabels(ContainerLabels.ofSidecar(engine.instance()))
                .exec();
        return spare;
    }

    @Test
    void whatAnotherServerKeepsReadyStaysForAsLongAsThatLives() {
        // It knows of no other server, and removes at its start what the dead ones kept.
        this.runtime.close();
        String spare = spareOf("otherserver");
        AtomicBoolean lives = new AtomicBoolean(true);
        DockerSandboxRuntime runtime = engine.runtime(config, new SidecarOwner("thisserver", _ -> lives.get()));

        assertThat(runtime.listStrays()).isEmpty();
        runtime.removeStray(new RuntimePart(RuntimePart.Kind.SIDECAR, spare));

        await().during(Duration.ofMillis(500)).until(() -> names().equals(List.of(spare)));
        lives.set(false);
        runtime.listStrays().forEach(runtime::removeStray);
        assertThat(names()).isEmpty();
    }

    @Test
    void whatADeadServerKeptReadyIsRemoved() {
        String _ = spareOf("deadserver");

        engine.runtime(config);

        await().atMost(Duration.ofSeconds(30)).until(() -> names().isEmpty());
    }
}
