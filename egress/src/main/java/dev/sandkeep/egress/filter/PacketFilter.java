package dev.sandkeep.egress.filter;

import java.io.IOException;

/** The packet filter of the network namespace we live in. Implementations are thread-safe. */
public interface PacketFilter {

    /**
     * Loads a whole script, all of it or nothing.
     *
     * @throws IOException if it was not taken; the rules are what they were before
     */
    void load(String script) throws IOException;

    /**
     * Does everything that {@link #load} does, but leaves the rules as they are.
     *
     * @throws IOException if the script would not be taken
     */
    void check(String script) throws IOException;

    /**
     * Runs one line of commands, quickly; all of it or nothing.
     *
     * @return what the commands print
     * @throws IOException if it was not taken, or nobody knows
     */
    String run(String line) throws IOException;
}
