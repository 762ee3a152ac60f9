package dev.sandkeep.bootstrap.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SandboxCountsTest {

    private final InMemorySandboxRepository sandboxes = new InMemorySandboxRepository();
    private final AtomicInteger counted = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final SandboxCounts counts = new SandboxCounts(watched(), clock);

    private SandboxRepository watched() {
        return (SandboxRepository) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SandboxRepository.class}, (_, method, arguments) -> {
                    counted.incrementAndGet();
                    if (away.get()) {
                        throw new IllegalStateException("on purpose");
                    }
                    return method.invoke(sandboxes, arguments);
                });
    }

    @Test
    void theDatabaseCountsOnceForAllStatesAndAWhile() {
        sandboxes.add(Sandboxes.aSandbox(), null);

        assertThat(counts.count(Kind.PENDING)).isEqualTo(1);
        assertThat(counts.count(Kind.RUNNING)).isZero();
        sandboxes.add(Sandboxes.aSandbox(), null);
        clock.advance(Duration.ofSeconds(5));
        assertThat(counts.count(Kind.PENDING)).isEqualTo(1);
        assertThat(counted).hasValue(1);

        clock.advance(Duration.ofMillis(1));
        assertThat(counts.count(Kind.PENDING)).isEqualTo(2);
        assertThat(counted).hasValue(2);
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNoEmptyServer() {
        away.set(true);
        assertThat(counts.count(Kind.RUNNING)).isNaN();

        away.set(false);
        assertThat(counts.count(Kind.RUNNING)).isNaN();
        clock.advance(Duration.ofSeconds(6));
        assertThat(counts.count(Kind.RUNNING)).isZero();
    }
}
