package dev.sandkeep.bootstrap;

import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindIdleSandboxes;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.work.IdleKeeping;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;

/** Wires what looks after sandboxes that nobody uses. */
final class IdleWiring {

    /** How often they are looked for. */
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private IdleWiring() {}

    /** @param works whether commands go on in a sandbox that nobody waits for */
    static void start(
            ServerConfig config,
            SandboxRuntime runtime,
            SandboxRepository repository,
            SandboxActivity activity,
            Predicate<SandboxId> works,
            PauseSandbox pause,
            Tenure duties,
            Closer closer,
            InstantSource clock) {
        FindIdleSandboxes idle = new FindIdleSandboxes(
                repository, activity, works, config.proxy().renewCooldown(), clock);
        closer.register(new IdleKeeping(idle, pause, new DeleteSandbox(runtime, repository, clock), duties, INTERVAL))
                .start();
    }
}
