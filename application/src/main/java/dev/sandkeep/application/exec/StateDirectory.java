package dev.sandkeep.application.exec;

/**
 * Where background commands and sessions have their files in a sandbox, so that they need no server to go on.
 *
 * <p>A background command has {@code meta} with the process group, the process that watches and when that started; {@code
 * out} with both outputs; {@code end} with the exit code, what ended it and when, in one line that is written at once, and
 * before that in {@code left}, until its outputs are read.
 *
 * <p>A session has {@code state}, which a shell reads to have the exported variables; {@code cwd}; and while a run goes on
 * the link {@code turn}, which leads to the number of the run's process group and when that started. What a run left is in
 * {@code state.new} and {@code cwd.new}, and complete once there is {@code ok}. The process groups of its runs, and when
 * they started, are in {@code groups}, until nothing is in them.
 */
final class StateDirectory {

    static final String NAME = ".sandkeep";

    /** The first one that can be written to. */
    static final String PLACES = "/tmp /var/tmp /dev/shm";

    private StateDirectory() {}

    /** Puts the directory of this id that has this file into {@code d}, or nothing. */
    static String find(String id, String file) {
        return "d=; for b in " + PLACES + "; do if [ -f \"$b/" + NAME + "/" + id + "/" + file + "\" ]; then d=$b/"
                + NAME + "/" + id + "; break; fi; done\n";
    }

    /** Makes a directory for this id and puts it into {@code d}, or nothing if there is no place for it. */
    static String make(String id) {
        return "d=; for b in " + PLACES + "; do [ -d \"$b\" ] || continue; s=$b/" + NAME
                + "; mkdir \"$s\" && chmod 1777 \"$s\"; mkdir \"$s/" + id + "\" && { d=$s/" + id + "; break; }; done\n";
    }
}
