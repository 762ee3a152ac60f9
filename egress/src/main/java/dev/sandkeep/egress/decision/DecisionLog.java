package dev.sandkeep.egress.decision;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.DomainName;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest decisions; older ones make place and only count. Thread-safe. */
public final class DecisionLog {

    private static final int CAPACITY = 1000;

    private final Deque<Decision> latest = new ArrayDeque<>();
    private final InstantSource clock;
    private long allowed;
    private long denied;

    public DecisionLog(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized void add(DomainName name, Action action, String reason) {
        if (action == Action.ALLOW) {
            allowed++;
        } else {
            denied++;
        }
        if (latest.size() == CAPACITY) {
            latest.removeLast();
        }
        latest.addFirst(new Decision(clock.instant(), name, action, reason));
    }

    /** The decisions that are still known, newest first. */
    public synchronized List<Decision> latest() {
        return new ArrayList<>(latest);
    }

    /** How many decisions of this kind there were since the start. */
    public synchronized long count(Action action) {
        return action == Action.ALLOW ? allowed : denied;
    }
}
