package dev.sandkeep.egress.decision;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.DomainName;
import java.time.Instant;

/**
 * One decision about a name that the sandbox asked for.
 *
 * @param reason what decided, for people
 */
public record Decision(Instant time, DomainName name, Action action, String reason) {}
