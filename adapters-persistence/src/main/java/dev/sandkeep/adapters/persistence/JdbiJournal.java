package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The journal as rows. Thread-safe. */
public final class JdbiJournal implements Journal {

    private final Jdbi jdbi;
    private final boolean embedded;

    /** @param embedded whether the database is H2, which shows what was committed before it is in the file */
    JdbiJournal(Jdbi jdbi, boolean embedded) {
        this.jdbi = jdbi;
        this.embedded = embedded;
    }

    @Override
    public List<JournalEntry> listAfter(long number, int atMost) {
        return jdbi.withHandle(handle -> {
            List<JournalEntry> entries = handle.select(
                            "select " + JournalRows.COLUMNS
                                    + " from journal where entry_number > ? order by entry_number limit ?",
                            number,
                            atMost)
                    .map((row, _) -> JournalRows.read(row))
                    .list();
            if (!entries.isEmpty()) {
                makeDurable(handle);
            }
            return entries;
        });
    }

    @Override
    public List<JournalEntry> listOf(SandboxId id, long number, int atMost) {
        return jdbi.withHandle(handle -> handle.select(
                        "select " + JournalRows.COLUMNS + " from journal where sandbox_id = ? and entry_number > ?"
                                + " order by sandbox_id, entry_number limit ?",
                        UUID.fromString(id.value()),
                        number,
                        atMost)
                .map((row, _) -> JournalRows.read(row))
                .list());
    }

    @Override
    public Extent extent() {
        return jdbi.withHandle(handle -> {
            Extent extent = handle.select("select last_number, forgotten_through from journal_head")
                    .map((row, _) -> new Extent(row.getLong(1), row.getLong(2)))
                    .one();
            makeDurable(handle);
            return extent;
        });
    }

    /**
     * What was just read must not be lost in a crash: its number would be given to another entry, which whoever was told
     * of the first would never see. A commit of H2 returns when all that was committed before is in the file.
     */
    private void makeDurable(Handle handle) {
        if (embedded) {
            handle.execute("update journal_head set last_number = last_number");
        }
    }
}
