package dev.sandkeep.application.exec;

/**
 * Where background commands have their files in a sandbox, so that they need no server to go on: {@code meta} with the
 * process group, the process that watches and when that started; {@code out} with both outputs; {@code end} with the exit
 * code, what ended it and when, in one line that is written at once.
 */
final class StateDirectory {

    static final String NAME = ".sandkeep";

    /** The first one that can be written to. */
    static final String PLACES = "/tmp /var/tmp /dev/shm";

    private StateDirectory() {}
}
