package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;

/**
 * What became of sandboxes, in order. The {@link SandboxRepository} writes it: the entry of a change is durable exactly
 * if the change is, and is put down to the {@link dev.sandkeep.application.audit.Actor} that is bound then.
 *
 * <p>Entries are numbered without a gap in the order in which they become visible, whichever server wrote them: whoever
 * has read up to a number and asks for what comes after it misses nothing. Forgetting old entries leaves gaps, which
 * {@link #extent} tells of. What {@link #listAfter} and {@link #extent} have told survives a crash. Every method blocks and is thread-safe.
 */
public interface Journal {

    /** The entries with a higher number, in order, from the lowest. */
    List<JournalEntry> listAfter(long number, int atMost);

    /** The entries of one sandbox with a higher number, in order, from the lowest. */
    List<JournalEntry> listOf(SandboxId id, long number, int atMost);

    Extent extent();

    /**
     * How far the journal reaches. Read it after the entries, to know whether something may have been missing among
     * them.
     *
     * @param last the number of the newest entry, 0 if there never was one
     * @param forgotten the highest number that was forgotten, 0 if none was; lower ones may still be there
     */
    record Extent(long last, long forgotten) {}
}
