package dev.sandkeep.bootstrap.config;

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

    private ExecSettings() {}

    static List<Setting<?>> all() {
        return List.of(ENABLED, MAX_PER_SANDBOX, AUDIT_COMMAND_TEXT);
    }
}
