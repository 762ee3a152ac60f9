package dev.sandkeep.bootstrap;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.exec.CommandRoutes;
import dev.sandkeep.adapters.http.exec.ExecRoutes;
import dev.sandkeep.adapters.http.exec.FileChangeRoutes;
import dev.sandkeep.adapters.http.exec.FileRoutes;
import dev.sandkeep.adapters.http.exec.SandboxMetricsRoutes;
import dev.sandkeep.adapters.http.exec.SessionRoutes;
import dev.sandkeep.adapters.http.exec.TerminalRoutes;
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
import dev.sandkeep.bootstrap.work.TerminalKeeping;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;

/** Wires the use cases of the execution API to its routes. */
final class ExecWiring {

    private static final int TOKEN_BYTES = 16;

    private final ServerConfig.Exec config;
    private final SandboxExec exec;
    private final SandboxRepository repository;
    private final RenewOnAccess renewOnAccess;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    ExecWiring(
            ServerConfig config,
            SandboxExec exec,
            SandboxRepository repository,
            RenewOnAccess renewOnAccess,
            InstantSource clock) {
        this.config = config.exec();
        this.exec = exec;
        this.repository = repository;
        this.renewOnAccess = renewOnAccess;
        this.clock = clock;
    }

    /**
     * None if the port is left to the sandboxes.
     *
     * @param closer gets what must end after the last request
     */
    List<Routes> routes(SandboxChanges changes, Closer closer) {
        if (!config.enabled()) {
            return List.of();
        }
        SandboxShell shells = new SandboxShell(exec, repository, this::token, config.maxPerSandbox());
        KnownCommands known = new KnownCommands();
        ReadFile readFile = new ReadFile(shells);
        WriteFile writeFile = new WriteFile(shells);
        return List.of(
                new ExecRoutes(new AwaitSandbox(repository, changes), new FindExecAccess(repository)),
                new CommandRoutes(
                        new RunCommand(shells, known, clock),
                        new StartCommand(shells),
                        new InterruptCommand(shells, known, clock),
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
                terminalRoutes(shells, closer),
                new FileRoutes(
                        new FindFileInfo(shells),
                        new ListDirectory(shells),
                        new SearchFiles(shells),
                        readFile,
                        renewOnAccess),
                new FileChangeRoutes(
                        new ChangeFiles(shells), new ReplaceInFiles(readFile, writeFile), writeFile, renewOnAccess));
    }

    private TerminalRoutes terminalRoutes(SandboxShell shells, Closer closer) {
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
