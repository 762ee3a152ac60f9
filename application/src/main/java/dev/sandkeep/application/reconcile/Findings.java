package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.reconcile.Finding.Outcome;
import dev.sandkeep.application.reconcile.Finding.Subject;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one comparison finds, and repairs unless it only looks. Not thread-safe. */
final class Findings {

    private static final Logger log = LoggerFactory.getLogger(Findings.class);

    private final boolean dryRun;
    private final List<Finding> all = new ArrayList<>();

    Findings(boolean dryRun) {
        this.dryRun = dryRun;
    }

    boolean isDryRun() {
        return dryRun;
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    /** Something about the record of a sandbox. */
    void ofRecord(SandboxId id, String why, String action, Runnable repair) {
        Outcome outcome = settle("Sandbox " + id, why, action, repair);
        all.add(new Finding(Subject.RECORD, id.value(), id, why, action, outcome));
    }

    /** Something about what the runtime has, of a sandbox or of none; one repair for all the parts. */
    void ofParts(List<RuntimePart> parts, @Nullable SandboxId id, String why, String action, Runnable repair) {
        Outcome outcome = settle(id == null ? parts.toString() : "What is there of sandbox " + id, why, action, repair);
        for (RuntimePart part : parts) {
            all.add(new Finding(subject(part.kind()), part.name(), id, why, action, outcome));
        }
    }

    /** Something about the files of a snapshot. */
    void ofImage(SnapshotId id, String why, String action, Runnable repair) {
        Outcome outcome = settle("The image of snapshot " + id, why, action, repair);
        all.add(new Finding(Subject.IMAGE, id.value(), null, why, action, outcome));
    }

    /** One thing that cannot be repaired must not keep the others from it; an outage ends the comparison. */
    private Outcome settle(String what, String why, String action, Runnable repair) {
        if (dryRun) {
            return Outcome.PLANNED;
        }
        log.info("{}: {}; to {}", what, why, action);
        try {
            repair.run();
            return Outcome.DONE;
        } catch (SandboxException.GuardUnavailable | SandboxException.RemovalUnconfirmed single) {
            // It concerns this sandbox only.
            log.warn("{} could not be reconciled yet: {}", what, single.getMessage());
            return Outcome.FAILED;
        } catch (SandboxException.RuntimeUnavailable away) {
            throw away;
        } catch (RuntimeException failed) {
            log.error("{} could not be reconciled; the next sweep tries again", what, failed);
            return Outcome.FAILED;
        }
    }

    private static Subject subject(RuntimePart.Kind kind) {
        return switch (kind) {
            case CONTAINER -> Subject.CONTAINER;
            case SIDECAR -> Subject.SIDECAR;
            case VOLUME -> Subject.VOLUME;
            case NETWORK -> Subject.NETWORK;
        };
    }
}
