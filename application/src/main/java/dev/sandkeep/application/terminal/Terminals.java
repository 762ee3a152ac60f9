package dev.sandkeep.application.terminal;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The terminals of this server. Thread-safe. */
public final class Terminals implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Terminals.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final int most;
    private final int mostPerSandbox;
    private final Map<String, Terminal> terminals = new LinkedHashMap<>();

    /**
     * @param most how many there may be at a time
     * @param mostPerSandbox how many of one sandbox
     */
    public Terminals(int most, int mostPerSandbox) {
        this.most = most;
        this.mostPerSandbox = mostPerSandbox;
    }

    synchronized void add(Terminal terminal) {
        long ofSandbox = terminals.values().stream()
                .filter(other -> other.sandbox().equals(terminal.sandbox()))
                .count();
        if (ofSandbox >= mostPerSandbox) {
            throw new SandboxException.Overloaded(
                    mostPerSandbox + " terminals are open in this sandbox, as many as may; end some of them first",
                    RETRY);
        }
        if (terminals.size() >= most) {
            throw new SandboxException.Overloaded(
                    most + " terminals are open on this server, as many as may; end some of them first", RETRY);
        }
        terminals.put(terminal.id(), terminal);
    }

    /** @throws ExecException.TerminalNotFound if there is none of this id in the sandbox */
    synchronized Terminal get(SandboxId sandbox, String id) {
        Terminal terminal = terminals.get(id);
        if (terminal == null || !terminal.sandbox().equals(sandbox)) {
            throw new ExecException.TerminalNotFound(id);
        }
        return terminal;
    }

    synchronized List<Terminal> list() {
        return List.copyOf(terminals.values());
    }

    synchronized void remove(Terminal terminal) {
        terminals.remove(terminal.id(), terminal);
    }

    /** Ends all of them: nobody finds them any more when this server is gone. */
    @Override
    public void close() {
        for (Terminal terminal : list()) {
            try {
                terminal.end();
            } catch (RuntimeException failed) {
                log.warn("Terminal {} of sandbox {} goes on: {}", terminal, terminal.sandbox(), failed.getMessage());
            }
            remove(terminal);
        }
    }
}
