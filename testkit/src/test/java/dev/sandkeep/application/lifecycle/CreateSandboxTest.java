package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.RecordingProvisioningQueue.Submission;
import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.lifecycle.CreateSandbox.Idempotency;
import dev.sandkeep.application.lifecycle.CreateSandbox.Request;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateSandboxTest {

    private static final NetworkPolicy RESTRICTING =
            NetworkPolicy.parse("allow", List.of(new NetworkPolicy.Draft("deny", "10.0.0.0/8")));

    private final TestApplication app = new TestApplication();
    private final CreateSandbox creating = app.creating();

    @Test
    void aRequestIsRecordedThenQueued() {
        RegistryCredentials credentials = new RegistryCredentials("alice", "hunter2");
        Sandbox created = creating.create(new Request(aSpec().build(), Duration.ofMinutes(10), credentials, null));

        assertThat(created.state().kind()).isEqualTo(Kind.PENDING);
        assertThat(created.createdAt()).isEqualTo(Sandboxes.NOW);
        assertThat(created.expiresAt()).contains(Sandboxes.NOW.plus(Duration.ofMinutes(10)));
        assertThat(app.repository.listLive()).extracting(Sandbox::id).containsExactly(created.id());
        assertThat(app.queue.submissions()).containsExactly(new Submission(created.id(), credentials));
        assertThat(app.isInRuntime(created.id())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 61, 86_400})
    void aLifetimeWithinTheBoundsIsAccepted(long seconds) {
        assertThat(creating.create(request(aSpec(), Duration.ofSeconds(seconds)))
                        .expiresAt())
                .contains(Sandboxes.NOW.plusSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 59, 86_401})
    void anyOtherLifetimeIsRefused(long seconds) {
        assertThatThrownBy(() -> creating.create(request(aSpec(), Duration.ofSeconds(seconds))))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("timeout: must be a whole number of seconds from 60 to 86400");
        assertNothingWasDone();
    }

    @Test
    void withoutALifetimeItLivesUntilItIsDeleted() {
        assertThat(creating.create(request(aSpec(), null)).expiresAt()).isEmpty();
    }

    @Test
    void anOperatorMayRefuseToLetSandboxesLiveForEver() {
        CreateSandbox strict = app.creating(new LifetimePolicy(Duration.ofHours(1), false));

        assertThatThrownBy(() -> strict.create(request(aSpec(), null)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("timeout: null, which means no expiry, is switched off");
        assertNothingWasDone();
    }

    @Test
    void aPolicyThatCannotBeEnforcedIsRefused() {
        assertThatThrownBy(() -> creating.create(request(aSpec().networkPolicy(RESTRICTING))))
                .isInstanceOf(SandboxException.PolicyUnenforceable.class);
        assertNothingWasDone();
    }

    @Test
    void aPolicyIsAcceptedByARuntimeThatEnforcesIt() {
        app.runtime.addCapability(RuntimeCapability.NETWORK_POLICY);

        assertThat(creating.create(request(aSpec().networkPolicy(RESTRICTING)))
                        .spec()
                        .networkPolicy())
                .isEqualTo(RESTRICTING);
    }

    @Test
    void aPolicyThatRestrictsNothingNeedsNoEnforcing() {
        creating.create(request(aSpec().networkPolicy(NetworkPolicy.allowAll())));

        assertThat(app.repository.listLive()).hasSize(1);
    }

    @Test
    void whatTheRuntimeDoesNotAllowIsRefused() {
        assertThatThrownBy(() -> creating.create(request(aSpec().hostPath("/etc"))))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("volumes[0].host.path");
        assertThatThrownBy(() -> creating.create(request(aSpec().limit("gpu", "1"))))
                .isInstanceOf(SandboxException.Unsupported.class);
        assertNothingWasDone();
    }

    @Test
    void overloadLeavesNoRecord() {
        app.queue.fill();

        assertThatThrownBy(() -> creating.create(keyed("key", "print")))
                .isInstanceOf(SandboxException.Overloaded.class);
        assertNothingWasDone();
        assertThat(app.repository.findRequest("owner", "key", Sandboxes.NOW.minusSeconds(1)))
                .isEmpty();
    }

    @Test
    void aRuntimeThatIsAwayLeavesNoRecord() {
        app.runtime.goAway();

        assertThatThrownBy(() -> creating.create(keyed("key", "print")))
                .isInstanceOf(SandboxException.RuntimeUnavailable.class);
        assertNothingWasDone();
        assertThat(app.repository.findRequest("owner", "key", Sandboxes.NOW.minusSeconds(1)))
                .isEmpty();
    }

    @Test
    void aRepeatedRequestIsGivenTheSameSandboxEvenIfNothingNewCouldBeMade() {
        Sandbox first = creating.create(keyed("key", "print"));
        app.queue.fill();
        app.runtime.goAway();

        Sandbox second = creating.create(keyed("key", "print"));

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(app.repository.listLive()).hasSize(1);
        assertThat(app.queue.submissions()).hasSize(1);
    }

    @Test
    void aRepeatedRequestShowsTheSandboxAsItIsNow() {
        Sandbox first = creating.create(keyed("key", "print"));
        app.repository.update(first.id(), sandbox -> sandbox.started(app.clock.instant()));

        assertThat(creating.create(keyed("key", "print")).state().kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void aKeyIsNotUsedForAnotherRequest() {
        creating.create(keyed("key", "print"));

        assertThatThrownBy(() -> creating.create(keyed("key", "other print")))
                .isInstanceOf(SandboxException.IdempotencyKeyReused.class);
        assertThat(app.repository.listLive()).hasSize(1);
    }

    @Test
    void keysOfDifferentOwnersHaveNothingToDoWithEachOther() {
        Sandbox first = creating.create(keyed("key", "print"));
        Sandbox second = creating.create(
                new Request(aSpec().build(), null, null, new Idempotency("somebody else", "key", "print")));

        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void aKeyIsForgottenAfterADay() {
        Sandbox first = creating.create(keyed("key", "print"));

        app.clock.advance(IdempotentRequest.KEPT.minusSeconds(1));
        assertThat(creating.create(keyed("key", "print")).id()).isEqualTo(first.id());

        app.clock.advance(Duration.ofSeconds(1));
        assertThat(creating.create(keyed("key", "other print")).id()).isNotEqualTo(first.id());
    }

    @Test
    void withoutAKeyEveryRequestMakesASandbox() {
        assertThat(creating.create(request(aSpec())).id())
                .isNotEqualTo(creating.create(request(aSpec())).id());
    }

    private void assertNothingWasDone() {
        assertThat(app.repository.listLive()).isEmpty();
        assertThat(app.queue.submissions()).isEmpty();
    }

    private static Request request(Specs spec) {
        return request(spec, Duration.ofMinutes(10));
    }

    private static Request request(Specs spec, @Nullable Duration timeout) {
        return new Request(spec.build(), timeout, null, null);
    }

    private static Request keyed(String key, String fingerprint) {
        return new Request(aSpec().build(), null, null, new Idempotency("owner", key, fingerprint));
    }
}
