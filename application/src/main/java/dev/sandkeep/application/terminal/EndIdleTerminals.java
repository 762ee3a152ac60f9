package dev.sandkeep.application.terminal;

import dev.sandkeep.application.port.SandboxRepository;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the terminals that nobody has come to for long, and those of sandboxes that ended. */
public final class EndIdleTerminals {

    private static final Logger log = LoggerFactory.getLogger(EndIdleTerminals.class);

    private final Terminals terminals;
    private final SandboxRepository repository;
    private final Duration idle;

    /** @param idle how long a terminal stays that nobody is at */
    public EndIdleTerminals(Terminals terminals, SandboxRepository repository, Duration idle) {
        this.terminals = terminals;
        this.repository = repository;
        this.idle = idle;
    }

    /** Looks at all of them, now. One that cannot be ended is looked at again next time. */
    public void end() {
        for (Terminal terminal : terminals.list()) {
            try {
                if (terminal.isIdle(idle) || hasNoSandbox(terminal)) {
                    terminal.end();
                    terminals.remove(terminal);
                }
            } catch (RuntimeException failed) {
                log.warn("Terminal {} of sandbox {} goes on: {}", terminal, terminal.sandbox(), failed.getMessage());
            }
        }
    }

    private boolean hasNoSandbox(Terminal terminal) {
        return repository
                .find(terminal.sandbox())
                .map(sandbox -> switch (sandbox.state().kind()) {
                    case STOPPING, TERMINATED, FAILED -> true;
                    case PENDING, RUNNING, PAUSING, PAUSED, RESUMING -> false;
                })
                .orElse(true);
    }
}
