package dev.sandkeep.domain.violation;

import java.time.Instant;
import org.slf4j.LoggerFactory;

/** Breaks the rules of the domain: it logs, reads the clock, and can change. */
public class DomainThatLogs {

    private int count;

    public Instant log() {
        count++;
        LoggerFactory.getLogger(DomainThatLogs.class).info("{}", count);
        return Instant.now();
    }
}
