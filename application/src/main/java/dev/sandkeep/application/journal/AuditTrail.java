package dev.sandkeep.application.journal;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Collects who does what in sandboxes, to be written into the journal a moment later and many at a time: nobody waits for
 * the database. What is collected is lost if the server is killed, and written if it stops. Thread-safe.
 */
public final class AuditTrail {

    /** How many entries wait at most; if the database takes none, no more is done that could not be told. */
    static final int MOST_WAITING = 10_000;

    private static final int AT_A_TIME = 500;
    private static final int MOST_PATHS = 20;
    private static final int LONGEST_TEXT = 4096;
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Consumer<List<Deed>> journal;
    private final boolean withText;
    private final InstantSource clock;
    private final Deque<Deed> waiting = new ArrayDeque<>();

    /**
     * Makes an empty one.
     *
     * @param journal where entries are written, many at a time; all or none
     * @param withText whether commands and code are kept, which may hold secrets
     */
    public AuditTrail(Consumer<List<Deed>> journal, boolean withText, InstantSource clock) {
        this.journal = journal;
        this.withText = withText;
        this.clock = clock;
    }

    /** What was done to these paths; a sentence of bounded length. */
    public static String sentence(String what, Collection<String> paths) {
        String named = paths.stream().limit(MOST_PATHS).collect(Collectors.joining(", "));
        return what + ": " + cut(named)
                + (paths.size() > MOST_PATHS ? " and " + (paths.size() - MOST_PATHS) + " more" : "");
    }

    /**
     * Notes that whoever is bound to this thread does this now. Does not block.
     *
     * @param what a sentence without anything secret
     * @throws SandboxException.Overloaded if too much waits to be written
     */
    public void note(SandboxId sandbox, String what) {
        add(sandbox, what);
    }

    /**
     * The same, with a text that may hold secrets.
     *
     * @param text a command or code; kept if the operator wants that
     */
    public void note(SandboxId sandbox, String what, String text) {
        add(sandbox, withText ? what + ": " + cut(text) : what);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    private void add(SandboxId sandbox, String message) {
        Deed deed = new Deed(clock.instant(), sandbox, message, Actor.current());
        synchronized (waiting) {
            if (waiting.size() >= MOST_WAITING) {
                throw new SandboxException.Overloaded(
                        "The database does not take what belongs into the audit trail", RETRY);
            }
            waiting.addLast(deed);
        }
    }

    /** Writes what waits; what could not be written waits on. For one thread at a time. */
    public void write() {
        for (List<Deed> next = next(); !next.isEmpty(); next = next()) {
            journal.accept(next);
            synchronized (waiting) {
                next.forEach(_ -> waiting.removeFirst());
            }
        }
    }

    private List<Deed> next() {
        synchronized (waiting) {
            return new ArrayList<>(waiting.stream().limit(AT_A_TIME).toList());
        }
    }
}
