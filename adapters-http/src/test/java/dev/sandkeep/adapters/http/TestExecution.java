package dev.sandkeep.adapters.http;

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
import dev.sandkeep.application.exec.InterruptCommand;
import dev.sandkeep.application.exec.KnownCommands;
import dev.sandkeep.application.exec.ReadCommandLog;
import dev.sandkeep.application.exec.ReadMetrics;
import dev.sandkeep.application.exec.RunCommand;
import dev.sandkeep.application.exec.RunInSession;
import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.SessionTurns;
import dev.sandkeep.application.exec.StartCommand;
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
import dev.sandkeep.application.terminal.AttachTerminal;
import dev.sandkeep.application.terminal.EndIdleTerminals;
import dev.sandkeep.application.terminal.EndTerminal;
import dev.sandkeep.application.terminal.FindTerminal;
import dev.sandkeep.application.terminal.OpenTerminal;
import dev.sandkeep.application.terminal.Terminals;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.LocalSandboxExec;
import dev.sandkeep.testkit.fixture.Hosts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The execution API of a test server, whose programs are those of this machine. */
final class TestExecution implements AutoCloseable {

    static final int MAX_TERMINALS = 3;
    static final int MAX_COMMANDS = 5;

    final LocalSandboxExec exec;
    final SandboxShell shells;
    final AuditTrail audit;
    final CodeContexts codeContexts;
    final Terminals terminals = new Terminals(MAX_TERMINALS + 2, MAX_TERMINALS);
    final EndIdleTerminals idleTerminals;

    private final InMemorySandboxRepository repository;
    private final InstantSource clock;

    TestExecution(InMemorySandboxRuntime runtime, InMemorySandboxRepository repository, InstantSource clock) {
        this.repository = repository;
        this.clock = clock;
        this.exec = new LocalSandboxExec(runtime, Path.of("/"));
        this.audit = new AuditTrail(repository::note, true, InstantSource.system());
        this.shells = new SandboxShell(
                exec,
                repository,
                () -> UUID.randomUUID().toString().replace("-", ""),
                MAX_COMMANDS,
                audit,
                Hosts.ofThisProcess());
        this.codeContexts = new CodeContexts(repository, shells, clock);
        this.idleTerminals = new EndIdleTerminals(terminals, repository, Duration.ZERO);
    }

    List<Routes> routes(SandboxChanges changes, RenewOnAccess renewOnAccess) {
        KnownCommands known = new KnownCommands();
        ReadFile readFile = new ReadFile(shells);
        WriteFile writeFile = new WriteFile(shells);
        return List.of(
                new CodeRoutes(
                        new RunCode(codeContexts, shells, clock),
                        new CreateCodeContext(codeContexts, shells),
                        new FindCodeContexts(codeContexts, shells),
                        new DeleteCodeContexts(codeContexts, shells),
                        new RunCommand(shells, known, clock),
                        renewOnAccess,
                        clock),
                new InterruptRoutes(
                        new InterruptCode(codeContexts), new InterruptCommand(shells, known, clock), renewOnAccess),
                new ExecRoutes(new AwaitSandbox(repository, changes), new FindExecAccess(repository)),
                new CommandRoutes(
                        new RunCommand(shells, known, clock),
                        new StartCommand(shells),
                        new FindCommandStatus(shells, known),
                        new ReadCommandLog(shells),
                        renewOnAccess,
                        clock),
                new SessionRoutes(
                        new CreateSession(shells),
                        new RunInSession(shells, known, new SessionTurns(), clock),
                        new DeleteSession(shells),
                        renewOnAccess,
                        clock),
                new SandboxMetricsRoutes(
                        new ReadMetrics(shells, clock), new WatchMetrics(shells, clock), renewOnAccess),
                new TerminalRoutes(
                        new OpenTerminal(
                                terminals,
                                exec,
                                shells,
                                repository,
                                job -> Thread.ofVirtual().start(job),
                                clock),
                        new FindTerminal(terminals),
                        new EndTerminal(terminals),
                        new AttachTerminal(terminals, repository),
                        renewOnAccess),
                new FileRoutes(
                        new FindFileInfo(shells),
                        new ListDirectory(shells),
                        new SearchFiles(shells),
                        readFile,
                        renewOnAccess),
                new FileChangeRoutes(
                        new ChangeFiles(shells), new ReplaceInFiles(readFile, writeFile), writeFile, renewOnAccess));
    }

    @Override
    public void close() {
        terminals.close();
        exec.close();
    }
}
