package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.lifecycle.RenewSandbox;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.IllegalTransition;
import dev.sandkeep.domain.sandbox.SandboxException.NotFound;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.DirectProvisioningQueue;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * One sandbox, to which a random choice of things happens, one after the other and one within the other: in the gaps
 * between any two accesses to records or runtime. Not thread-safe; the same seed makes the same race.
 */
final class RenewalRace {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int STEPS = 12;
    private static final int DEEPEST = 3;
    /** Less than the grace, since nothing is removed while the one thread that there is does something else. */
    private static final int MOST_SECONDS_PER_STEP = 4;

    private final Random random;
    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemorySandboxRuntime engine = new InMemorySandboxRuntime();
    private final SandboxRepository stored;
    private final SandboxRepository repository;
    private final SandboxRuntime runtime;
    private final SandboxId id;

    /** The deadlines that may be in force, as far as those who renewed can know. */
    private final Set<Instant> known = new HashSet<>();

    private final Deque<Renewal> underWay = new ArrayDeque<>();
    private boolean deletionAskedFor;
    private int depth;
    private int secondsInStep;

    /** The end of the process, as far as the code that runs in it can tell. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A renewal that is not answered yet, and those that were answered meanwhile. */
    private record Renewal(Instant wanted, Set<Instant> meanwhile) {}

    RenewalRace(SandboxRepository stored, long seed) {
        this.random = new Random(seed);
        this.stored = stored;
        this.repository = Gaps.around(SandboxRepository.class, stored, this::gap);
        this.runtime = Gaps.around(SandboxRuntime.class, engine, this::gap);
        engine.addImage(Specs.IMAGE);
        Sandbox sandbox = Sandbox.request(
                        Sandboxes.anId(), Specs.aSpec().build(), Duration.ofSeconds(60), clock.instant())
                .started(clock.instant());
        id = sandbox.id();
        stored.add(sandbox, null);
        engine.launch(sandbox);
        known.add(sandbox.expiresAt().orElseThrow());
    }

    void run() {
        for (int step = 0; step < STEPS; step++) {
            secondsInStep = 0;
            survive(this::happen);
            survive(this::expire);
            quietly(this::expire);
            checkThatItIsNotKeptTooLong();
        }
        quietly(this::settle);
        stored.purgeEnded(clock.instant().plus(GRACE));
    }

    private void happen() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> renew();
            case 4, 5 -> expire();
            case 6 -> delete();
            case 7 -> reconciling().sweep();
            case 8 -> throw new Crash();
            default -> letTimePass();
        }
    }

    private void gap() {
        checkThatItIsNotGoneTooEarly();
        if (depth < DEEPEST && random.nextInt(8) == 0) {
            depth++;
            happen();
            depth--;
        }
    }

    private void renew() {
        Instant wanted = clock.instant().plusSeconds(random.nextInt(1, 20));
        Renewal renewal = new Renewal(wanted, new HashSet<>());
        underWay.push(renewal);
        try {
            new RenewSandbox(repository, new LifetimePolicy(Duration.ofHours(1), true), clock).renew(id, wanted);
            renewal.meanwhile().add(wanted);
            known.clear();
            known.addAll(renewal.meanwhile());
            underWay.stream()
                    .skip(1)
                    .limit(1)
                    .forEach(outer -> outer.meanwhile().addAll(renewal.meanwhile()));
        } catch (IllegalTransition | NotFound | InvalidValue refused) {
            assertThat(refused.getMessage()).as("a refusal says why").isNotBlank();
        }
        underWay.pop();
        if (!underWay.isEmpty()) {
            underWay.peek().meanwhile().addAll(renewal.meanwhile());
        }
    }

    private void expire() {
        ExpireSandboxes expiring = new ExpireSandboxes(runtime, repository, clock);
        expiring.decide().forEach(expiring::remove);
    }

    private void delete() {
        if (random.nextInt(3) > 0) {
            return;
        }
        deletionAskedFor = true;
        try {
            new DeleteSandbox(runtime, repository, clock).delete(id);
            assertThat(isThere()).as("a sandbox whose deletion was confirmed").isFalse();
        } catch (NotFound gone) {
            assertThat(isThere()).as("a sandbox that is not found").isFalse();
        }
    }

    private void letTimePass() {
        if (secondsInStep < MOST_SECONDS_PER_STEP) {
            secondsInStep++;
            clock.advance(Duration.ofSeconds(1));
        }
    }

    private ReconcileSandboxes reconciling() {
        return new ReconcileSandboxes(
                runtime,
                repository,
                new DirectProvisioningQueue(
                        new ProvisionSandbox(runtime, repository, new InMemoryPrivateImages(), clock)),
                new Freezer(runtime, repository, clock),
                clock);
    }

    /** Whatever was under way when the server crashed may have been stored, or not; then it starts again. */
    private void survive(Runnable step) {
        try {
            step.run();
        } catch (Crash crash) {
            underWay.forEach(renewal -> {
                known.add(renewal.wanted());
                known.addAll(renewal.meanwhile());
            });
            underWay.clear();
            quietly(() -> {
                reconciling().recover();
                expire();
            });
        }
    }

    /** Nothing happens in the gaps of this. */
    private void quietly(Runnable step) {
        depth = DEEPEST;
        step.run();
        depth = 0;
    }

    private boolean isThere() {
        return !(engine.observe(id) instanceof Observation.Missing);
    }

    private Set<Instant> possible() {
        Set<Instant> possible = new HashSet<>(known);
        underWay.forEach(renewal -> {
            possible.add(renewal.wanted());
            possible.addAll(renewal.meanwhile());
        });
        return possible;
    }

    private void checkThatItIsNotGoneTooEarly() {
        if (!deletionAskedFor && !isThere()) {
            assertThat(clock.instant()).as("removed").isAfterOrEqualTo(Collections.min(possible()));
        }
    }

    private void checkThatItIsNotKeptTooLong() {
        if (isThere()) {
            assertThat(clock.instant())
                    .as("still there")
                    .isBefore(Collections.max(possible()).plus(GRACE));
        }
    }

    private void settle() {
        reconciling().sweep();
        boolean live =
                stored.listLive().stream().anyMatch(sandbox -> sandbox.id().equals(id));
        assertThat(isThere()).as("there exactly if its record is live").isEqualTo(live);
        clock.advance(Duration.ofHours(1));
        expire();
        assertThat(isThere()).as("there long after its deadline").isFalse();
        assertThat(engine.observeAll()).as("what is left in the runtime").isEmpty();
        assertThat(stored.find(id).orElseThrow().state().ended()).isTrue();
    }
}
