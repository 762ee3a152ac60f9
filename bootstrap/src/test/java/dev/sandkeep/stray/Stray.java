package dev.sandkeep.stray;

/** Breaks the rules of the whole: it is in no layer, its package is not null-marked, and it ends the process. */
public final class Stray {

    private Stray() {}

    public static void end() {
        System.exit(0);
    }
}
