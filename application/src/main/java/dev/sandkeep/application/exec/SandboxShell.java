package dev.sandkeep.application.exec;

import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shells in sandboxes that run. Counts them per sandbox, so that none takes all that the engine and this server can give.
 * Thread-safe.
 */
public final class SandboxShell {

    /** How long a shell may take to answer, or for a short program. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> SHELL = List.of("sh");
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MOST_ERRORS = 4096;

    private final SandboxExec exec;
    private final SandboxRepository repository;
    private final Supplier<String> tokens;
    private final int mostPerSandbox;
    private final AuditTrail audit;
    private final Host host;
    private final ConcurrentMap<SandboxId, Integer> open = new ConcurrentHashMap<>();

    /**
     * @param tokens gives another 32 random hexadecimal digits each time
     * @param mostPerSandbox how many may be open in one sandbox at a time
     * @param audit where it is noted what is done with them
     */
    public SandboxShell(
            SandboxExec exec,
            SandboxRepository repository,
            Supplier<String> tokens,
            int mostPerSandbox,
            AuditTrail audit,
            Host host) {
        this.exec = exec;
        this.repository = repository;
        this.tokens = tokens;
        this.mostPerSandbox = mostPerSandbox;
        this.audit = audit;
        this.host = host;
    }

    /** Where it is to be noted what is done with shells. */
    public AuditTrail audit() {
        return audit;
    }

    /** What all work with files in all sandboxes shares. */
    public TransferMemory memory() {
        return host.memory();
    }

    /** Runs something on a thread of its own. */
    void begin(Runnable work) {
        host.threads().accept(work);
    }

    /**
     * Follows a program that was started with one of ours in its arguments, and is given input by others.
     *
     * @param token of its marks
     */
    public ShellProgram follow(SandboxExec.Program program, String token) {
        return ShellProgram.follow(program, token, host.nanos());
    }

    /** Another 32 random hexadecimal digits. */
    public String newId() {
        return tokens.get();
    }

    /**
     * Starts a shell with a program.
     *
     * @param script the program, made with the token of its marks
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.Ended if its end is reached or decided
     * @throws SandboxException.NotReachable if it does not run at the moment
     * @throws SandboxException.Overloaded if as many shells are open in it as may be
     */
    public ShellProgram open(SandboxId id, @Nullable ExecUser user, Function<String, String> script) {
        return counted(id, closing -> begin(id, user, script, closing));
    }

    /**
     * Starts a program without a shell; it has no marks. It counts as a shell does.
     *
     * @param command the program and its arguments
     */
    ShellProgram openDirectly(SandboxId id, @Nullable ExecUser user, List<String> command) {
        requireChoice(user);
        return counted(
                id, closing -> ShellProgram.follow(exec.start(id, command, user), tokens.get(), host.nanos(), closing));
    }

    private ShellProgram counted(SandboxId id, Function<Runnable, ShellProgram> begin) {
        requireReachable(id);
        Runnable release = count(id);
        try {
            return begin.apply(release);
        } catch (RuntimeException failed) {
            release.run();
            throw failed;
        }
    }

    /** Returns what ends it, at once and once. */
    private Runnable count(SandboxId id) {
        if (open.merge(id, 1, Integer::sum) > mostPerSandbox) {
            release(id);
            throw new SandboxException.Overloaded(
                    mostPerSandbox + " commands and file transfers run in this sandbox, as many as may at a time;"
                            + " end some of them first",
                    RETRY);
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return () -> {
            if (held.getAndSet(false)) {
                release(id);
            }
        };
    }

    private ShellProgram begin(
            SandboxId id, @Nullable ExecUser user, Function<String, String> script, Runnable closing) {
        requireChoice(user);
        String token = tokens.get();
        // Before anything is started: the script may be refused, and then nobody would end what was started.
        String text = script.apply(token);
        return ShellProgram.begin(exec.start(id, SHELL, user), token, text, host.nanos(), closing);
    }

    private void requireChoice(@Nullable ExecUser user) {
        if (user != null && !exec.choosesUser()) {
            throw new InvalidValue(
                    "uid", "cannot be chosen on this runtime, where commands run as the user of the sandbox");
        }
    }

    /**
     * Looks whether shells can be started in it.
     *
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.Ended if its end is reached or decided
     * @throws SandboxException.NotReachable if it does not run at the moment
     */
    public void requireReachable(SandboxId id) {
        Sandbox sandbox = repository.find(id).orElseThrow(() -> new SandboxException.NotFound(id.value()));
        sandbox.requireReachable();
    }

    private void release(SandboxId id) {
        open.computeIfPresent(id, (_, now) -> now == 1 ? null : now - 1);
    }

    /**
     * Runs a short program to its end.
     *
     * @param most how much it may write
     * @throws SandboxException.Overloaded if as many shells are open in the sandbox as may be
     * @throws ExecException.Failed if it writes more, or has not ended after {@link #PATIENCE}
     */
    public ShellResult call(SandboxId id, @Nullable ExecUser user, int most, Function<String, String> script) {
        try (ShellProgram shell = open(id, user, script)) {
            return collect(shell, new Bounded(most));
        }
    }

    /**
     * The same, for output of any length, of which nothing is kept here.
     *
     * @param output takes it while it arrives; what it throws ends the program
     */
    public ShellResult call(SandboxId id, Function<String, String> script, Output output) {
        try (ShellProgram shell = open(id, null, script)) {
            return collect(shell, output);
        }
    }

    /** The same, however many others are open: what ends commands, or looks after them, must not wait for them. */
    public ShellResult callToEnd(SandboxId id, @Nullable ExecUser user, int most, Function<String, String> script) {
        requireReachable(id);
        try (ShellProgram shell = begin(id, user, script, () -> {})) {
            return collect(shell, new Bounded(most));
        }
    }

    /** Takes what a program writes; the bytes may not be kept. */
    @FunctionalInterface
    public interface Output {
        void write(byte[] bytes, int offset, int length);

        /** All of it, if it is to be in the result. */
        default byte[] all() {
            return new byte[0];
        }
    }

    private static final class Bounded implements Output {
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public void write(byte[] next, int offset, int length) {
            if (bytes.size() + length > most) {
                throw new ExecException.Failed("The answer from the sandbox is larger than " + most + " bytes");
            }
            bytes.write(next, offset, length);
        }

        @Override
        public byte[] all() {
            return bytes.toByteArray();
        }
    }

    private ShellResult collect(ShellProgram shell, Output output) {
        long deadline = host.nanos().getAsLong() + PATIENCE.toNanos();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        while (true) {
            switch (shell.nextUntil(deadline, PATIENCE)) {
                case ShellStep.Data data
                when data.channel() == Channel.STDOUT -> output.write(data.bytes(), data.offset(), data.length());
                case ShellStep.Data data ->
                    errors.write(
                            data.bytes(),
                            data.offset(),
                            Math.min(data.length(), Math.max(0, MOST_ERRORS - errors.size())));
                case ShellStep.Mark _, ShellStep.Silence _ ->
                    throw new IllegalStateException("This program has no marks, and its silence is an error");
                case ShellStep.Ended ended -> {
                    return new ShellResult(
                            ended.exitCode(),
                            output.all(),
                            errors.toString(StandardCharsets.UTF_8).strip());
                }
            }
        }
    }
}
