package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whom commands run as. */
final class CommandUsers {

    private static final int MOST = 64;

    private final SandboxShell shells;

    CommandUsers(SandboxShell shells) {
        this.shells = shells;
    }

    /** The user, with its own group where none is given: what the sandbox says, or the group of the same number. */
    @Nullable
    ExecUser of(SandboxId sandbox, Command command) {
        Long uid = command.uid();
        if (uid == null) {
            return null;
        }
        Long gid = command.gid();
        return new ExecUser(uid, gid == null ? findGroup(sandbox, uid).orElse(uid) : gid);
    }

    private Optional<Long> findGroup(SandboxId sandbox, long uid) {
        String found = shells.call(
                        sandbox,
                        null,
                        MOST,
                        _ -> "[ -r /etc/passwd ] || exit 0\nwhile IFS=: read -r n x u g r; do if [ \"$u\" = " + uid
                                + " ]; then echo \"$g\"; break; fi; done </etc/passwd")
                .text()
                .strip();
        return found.matches("\\d{1,10}") ? Optional.of(Long.valueOf(found)) : Optional.empty();
    }
}
