package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.exec.CodeRoutes;
import dev.sandkeep.adapters.http.exec.CommandRoutes;
import dev.sandkeep.adapters.http.exec.ExecRoutes;
import dev.sandkeep.adapters.http.exec.FileChangeRoutes;
import dev.sandkeep.adapters.http.exec.FileRoutes;
import dev.sandkeep.adapters.http.exec.InterruptRoutes;
import dev.sandkeep.adapters.http.exec.SandboxMetricsRoutes;
import dev.sandkeep.adapters.http.exec.SessionRoutes;
import dev.sandkeep.adapters.http.exec.TerminalRoutes;
import dev.sandkeep.application.code.CodeContexts;
import dev.sandkeep.application.code.CreateCodeContext;
import dev.sandkeep.application.code.DeleteCodeContexts;
import dev.sandkeep.application.code.FindCodeContexts;
import dev.sandkeep.application.code.InterruptCode;
import dev.sandkeep.application.code.RunCode;
import dev.sandkeep.application.exec.CreateSession;
import dev.sandkeep.application.exec.DeleteSession;
import dev.sandkeep.application.exec.FindCommandStatus;
import dev.sandkeep.application.exec.FindExecAccess;
import dev.sandkeep.application.exec.FindRunningWork;
import dev.sandkeep.application.exec.Host;
import dev.sandkeep.application.exec.InterruptCommand;
import dev.sandkeep.application.exec.KnownCommands;
import dev.sandkeep.application.exec.ReadCommandLog;
import dev.sandkeep.application.exec.ReadMetrics;
import dev.sandkeep.application.exec.RunCommand;
import dev.sandkeep.application.exec.RunInSession;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.SessionTurns;
import dev.sandkeep.application.exec.StartCommand;
import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.application.exec.WatchMetrics;
import dev.sandkeep.application.file.ChangeFiles;
import dev.sandkeep.application.file.FindFileInfo;
import dev.sandkeep.application.file.ListDirectory;
import dev.sandkeep.application.file.ReadFile;
import dev.sandkeep.application.file.ReplaceInFiles;
import dev.sandkeep.application.file.SearchFiles;
import dev.sandkeep.application.file.WriteFile;
import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.application.lifecycle.SandboxChanges;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.terminal.AttachTerminal;
import dev.sandkeep.application.terminal.EndIdleTerminals;
import dev.sandkeep.application.terminal.EndTerminal;
import dev.sandkeep.application.terminal.FindTerminal;
import dev.sandkeep.application.terminal.OpenTerminal;
import dev.sandkeep.application.terminal.Terminals;
import dev.sandkeep.bootstrap.config.ServerConfig;
import dev.sandkeep.bootstrap.work.AuditWriter;
import dev.sandkeep.bootstrap.work.TerminalKeeping;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** Wires the use cases of the execution API to its routes. */
final class ExecWiring {

    private static final int TOKEN_BYTES = 16;

    private final ServerConfig.Exec config;
    private final SandboxExec exec;
    private final SandboxShell shells;
    private final SandboxRepository repository;
    private final RenewOnAccess renewOnAccess;
    private final Closer closer;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** @param closer gets what must end after the last request */
    ExecWiring(
            ServerConfig config,
            SandboxExec exec,
            SandboxRepository repository,
            RenewOnAccess renewOnAccess,
            Closer closer,
            InstantSource clock) {
        this.config = config.exec();
        this.exec = exec;
        this.repository = repository;
        this.renewOnAccess = renewOnAccess;
        this.closer = closer;
        this.clock = clock;
        AuditTrail audit = new AuditTrail(repository::note, this.config.auditCommandText(), clock);
        // Closed after the interpreters, and before the database.
        closer.register(new AuditWriter(audit)).start();
        Host host = new Host(
                TransferMemory.of(Runtime.getRuntime().maxMemory()),
                System::nanoTime,
                work -> Thread.ofVirtual().name("exec").start(work));
        this.shells = new SandboxShell(exec, repository, this::token, this.config.maxPerSandbox(), audit, host);
    }

    /** Whether background commands run in a sandbox. */
    Predicate<SandboxId> works() {
        FindRunningWork work = new FindRunningWork(shells);
        return id -> config.enabled() && work.isRunning(id);
    }

    /** None if the port is left to the sandboxes. */
    List<Routes> routes(SandboxChanges changes) {
        if (!config.enabled()) {
            return List.of();
        }
        KnownCommands known = new KnownCommands();
        CodeContexts contexts = closer.register(new CodeContexts(repository, shells, clock));
        ReadFile readFile = new ReadFile(shells);
        WriteFile writeFile = new WriteFile(shells);
        return List.of(
                new ExecRoutes(new AwaitSandbox(repository, changes), new FindExecAccess(repository)),
                new CommandRoutes(
                        new RunCommand(shells, known, clock),
                        new StartCommand(shells),
                        new FindCommandStatus(shells, known),
                        new ReadCommandLog(shells),
                        renewOnAccess,
                        clock),
                new CodeRoutes(
                        new RunCode(contexts, shells, clock),
                        new CreateCodeContext(contexts, shells),
                        new FindCodeContexts(contexts, shells),
                        new DeleteCodeContexts(contexts, shells),
                        new RunCommand(shells, known, clock),
                        renewOnAccess,
                        clock),
                new InterruptRoutes(
                        new InterruptCode(contexts), new InterruptCommand(shells, known, clock), renewOnAccess),
                new SessionRoutes(
                        new CreateSession(shells),
                        new RunInSession(shells, known, new SessionTurns(), clock),
                        new DeleteSession(shells),
                        renewOnAccess,
                        clock),
                new SandboxMetricsRoutes(
                        new ReadMetrics(shells, clock), new WatchMetrics(shells, clock), renewOnAccess),
                terminalRoutes(),
                new FileRoutes(
                        new FindFileInfo(shells),
                        new ListDirectory(shells),
                        new SearchFiles(shells),
                        readFile,
                        renewOnAccess),
                new FileChangeRoutes(
                        new ChangeFiles(shells), new ReplaceInFiles(readFile, writeFile), writeFile, renewOnAccess));
    }

    private TerminalRoutes terminalRoutes() {
        Terminals terminals =
                new Terminals(config.terminals().most(), config.terminals().mostPerSandbox());
        TerminalKeeping keeping = closer.register(new TerminalKeeping(
                terminals,
                new EndIdleTerminals(terminals, repository, config.terminals().idle())));
        keeping.start();
        return new TerminalRoutes(
                new OpenTerminal(terminals, exec, shells, repository, keeping::run, clock),
                new FindTerminal(terminals),
                new EndTerminal(terminals),
                new AttachTerminal(terminals, repository),
                renewOnAccess);
    }

    private String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
