package dev.sandkeep.application.terminal;

/** What can be sent to the programs at a terminal. */
public enum TerminalSignal {
    INT,
    QUIT,
    TERM,
    HUP,
    KILL;

    /** Whether it is for the shell, too, rather than only for what runs in its foreground. */
    boolean endsShell() {
        return this == TERM || this == HUP || this == KILL;
    }
}
