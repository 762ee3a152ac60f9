package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.exec.ShellText;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Programs of this machine, for sandboxes of a runtime that has none: real ones, so that what tests see of shells,
 * signals and files is what there is. Closing ends all that it started. Thread-safe.
 */
public final class LocalSandboxExec implements SandboxExec, AutoCloseable {

    private static final ExecUser ROOT = new ExecUser(0, 0);

    /**
     * What starts a program as the leader of a session. Tests may have been started where nobody can interrupt them, which
     * their programs would inherit. It is not looked for among the programs of the sandbox.
     */
    private static final List<String> LEADER = List.of("env", "--default-signal=INT,QUIT", "/usr/bin/setsid");

    private final SandboxRuntime runtime;
    private final Path directory;
    private final Queue<Long> groups = new ConcurrentLinkedQueue<>();
    private final Queue<LocalProcess> open = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Path programs;

    /** @param directory where all programs start */
    public LocalSandboxExec(SandboxRuntime runtime, Path directory) {
        this.runtime = runtime;
        this.directory = directory;
    }

    @Override
    public boolean choosesUser() {
        return true;
    }

    @Override
    public Program start(SandboxId id, List<String> command, @Nullable ExecUser user) {
        requireRunning(id);
        requireProgram(command.getFirst());
        List<String> whole = new ArrayList<>(LEADER);
        if (user != null) {
            if (!"root".equals(System.getProperty("user.name")) && !user.equals(ROOT)) {
                throw new SandboxException.Unsupported("Only root can run programs as somebody else");
            }
            whole.addAll(List.of("setpriv", "--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups"));
        }
        whole.addAll(command);
        return begin(whole);
    }

    /** At a real one: {@code script} makes it, and writes nothing else down. */
    @Override
    public Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size) {
        requireRunning(id);
        requireProgram(command.getFirst());
        String words = command.stream().map(ShellText::quote).collect(Collectors.joining(" "));
        String sized = "stty rows " + size.rows() + " cols " + size.columns() + "; exec " + words;
        List<String> whole = new ArrayList<>(LEADER);
        whole.addAll(List.of("script", "-q", "-e", "-f", "-c", sized, "/dev/null"));
        return begin(whole);
    }

    private void requireRunning(SandboxId id) {
        switch (runtime.observe(id)) {
            case Observation.Running _ -> {}
            case Observation.Paused _ -> throw new ExecException.NotRunning(id, "it is paused", null);
            default -> throw new ExecException.NotRunning(id, "it does not run", null);
        }
    }

    private void requireProgram(String program) {
        Path only = programs;
        String searched = only == null
                ? Objects.requireNonNull(new ProcessBuilder().environment().get("PATH"), "PATH")
                : only.toString();
        if (Stream.of(searched.split(File.pathSeparator))
                .map(directory -> Path.of(directory).resolve(program))
                .noneMatch(Files::isExecutable)) {
            throw new ExecException.NotStarted("The sandbox has no program " + program);
        }
    }

    private LocalProcess begin(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            // What the tests are told is nothing of a sandbox's.
            builder.environment().keySet().removeIf(name -> name.startsWith("SANDKEEP_") || name.startsWith("MAVEN_"));
            Path searched = programs;
            if (searched != null) {
                builder.environment().put("PATH", searched.toString());
            }
            // What script starts its program with.
            builder.environment().put("SHELL", "/bin/sh");
            java.lang.Process started = builder.start();
            groups.add(started.pid());
            LocalProcess process = new LocalProcess(runtime, started);
            open.add(process);
            return process;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** From now on the sandboxes have the programs of this directory and no others. */
    public void searchPrograms(Path only) {
        programs = only;
    }

    /** Lets go of all programs, as a server does that dies. */
    public void hangUp() {
        open.forEach(LocalProcess::close);
    }

    /** How many programs were started and not let go of. */
    public int openCount() {
        open.removeIf(LocalProcess::isClosed);
        return open.size();
    }

    /** Kills every process of every program that it started. */
    @Override
    public void close() {
        for (long group : groups) {
            try {
                new ProcessBuilder("kill", "-KILL", "--", "-" + group)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        open.forEach(LocalProcess::close);
    }
}
