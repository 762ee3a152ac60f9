package dev.sandkeep.bootstrap.work;

import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.bootstrap.runtime.ForwardingSandboxRuntime;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the end of a sandbox's log before the sandbox is removed, whoever removes it: with the container the engine's own
 * copy goes. As thread-safe as what it wraps.
 */
public final class LogKeepingSandboxRuntime extends ForwardingSandboxRuntime {

    private static final Logger log = LoggerFactory.getLogger(LogKeepingSandboxRuntime.class);

    private final SandboxLogs logs;
    private final LogSelection kept;

    /** @param kept how much of a log */
    public LogKeepingSandboxRuntime(SandboxRuntime runtime, SandboxLogs logs, LogSelection kept) {
        super(runtime);
        this.logs = logs;
        this.kept = kept;
    }

    @Override
    public void remove(SandboxId id) {
        try {
            findLog(id, kept).filter(last -> !last.text().isEmpty()).ifPresent(last -> logs.keep(id, last));
        } catch (RuntimeUnavailable away) {
            throw away;
        } catch (RuntimeException failed) {
            log.error("The log of sandbox {} cannot be kept; the sandbox is removed without it", id, failed);
        }
        super.remove(id);
    }
}
