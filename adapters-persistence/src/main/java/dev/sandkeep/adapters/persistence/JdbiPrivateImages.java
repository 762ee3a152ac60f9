package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.PrivateImages;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Private images as rows. Thread-safe. */
public final class JdbiPrivateImages implements PrivateImages {

    private final Jdbi jdbi;
    private final String server;

    /** @param server that marks and unmarks */
    JdbiPrivateImages(Jdbi jdbi, String server) {
        this.jdbi = jdbi;
        this.server = server;
    }

    @Override
    public boolean mark(String repository) {
        try {
            jdbi.useHandle(handle -> handle.execute(
                    "insert into private_image (repository, marked_by) values (?, ?)", repository, server));
            return true;
        } catch (UnableToExecuteStatementException failed) {
            if (!SqlErrors.isUniqueViolation(failed)) {
                throw failed;
            }
            // Another server may just take its mark back, after which there is none.
            return !takeOver(repository) && mark(repository);
        }
    }

    /** Whether there is a mark, which is this server's from now on. */
    private boolean takeOver(String repository) {
        return jdbi.withHandle(handle -> handle.execute(
                        "update private_image set marked_by = ? where repository = ?", server, repository))
                == 1;
    }

    @Override
    public void unmark(String repository) {
        jdbi.useHandle(handle ->
                handle.execute("delete from private_image where repository = ? and marked_by = ?", repository, server));
    }

    @Override
    public boolean isMarked(String repository) {
        return jdbi.withHandle(handle -> handle.select("select 1 from private_image where repository = ?", repository)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }
}
