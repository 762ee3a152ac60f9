package dev.sandkeep.bootstrap.config;

import java.time.Duration;
import java.util.List;

/** The keys for work in sandboxes. */
final class ExecSettings {

    static final Setting<Boolean> ENABLED = Settings.flag(
            "exec.enabled",
            "true",
            "Whether the server answers at port 44772 of sandboxes with the execution API. A sandbox with the extension"
                    + " `exec.enabled` of `false` has the port for itself.");

    static final Setting<Integer> MAX_PER_SANDBOX = Settings.number(
            "exec.max-per-sandbox",
            "256",
            1,
            10_000,
            "How many commands and file transfers may go on in one sandbox; more are refused with 429.");

    static final Setting<Boolean> AUDIT_COMMAND_TEXT = Settings.flag(
            "exec.audit-command-text",
            "false",
            "Whether the audit trail of a sandbox has the text of commands and of code, which may hold secrets.");

    static final Setting<Integer> WARM_SHELLS = Settings.number(
            "exec.warm-shells",
            "2",
            0,
            8,
            "How many shells wait in a sandbox that was worked in lately, so that the next command need not wait for one"
                    + " to be started. 0: none, and no process is in a sandbox that no command needs.");

    static final Setting<Duration> WARM_IDLE = Settings.seconds(
            "exec.warm-idle-seconds",
            "60",
            1,
            86_400,
            "After how long without commands and files in a sandbox its waiting shells are ended.");
    static final Setting<Integer> MAX_TERMINALS = Settings.number(
            "exec.max-terminals",
            "256",
            1,
            10_000,
            "How many terminals may be open on the server; more are refused with 429. Each keeps the last MiB of what was"
                    + " written there.");

    static final Setting<Integer> MAX_TERMINALS_PER_SANDBOX =
            Settings.number("exec.max-terminals-per-sandbox", "16", 1, 10_000, "How many of them in one sandbox.");

    static final Setting<Duration> TERMINAL_IDLE = Settings.seconds(
            "exec.terminal-idle-seconds",
            "1800",
            1,
            7 * 24 * 3600,
            "After how long without a client a terminal is ended, with all that runs there.");

    private ExecSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                ENABLED,
                MAX_PER_SANDBOX,
                AUDIT_COMMAND_TEXT,
                WARM_SHELLS,
                WARM_IDLE,
                MAX_TERMINALS,
                MAX_TERMINALS_PER_SANDBOX,
                TERMINAL_IDLE);
    }
}
