package dev.sandkeep.adapters.persistence;

import dev.sandkeep.application.port.PrivateImages;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Private images as rows. Thread-safe. */
public final class JdbiPrivateImages implements PrivateImages {

    private final Jdbi jdbi;

    JdbiPrivateImages(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public boolean mark(String repository) {
        try {
            jdbi.useHandle(handle -> handle.execute("insert into private_image (repository) values (?)", repository));
            return true;
        } catch (UnableToExecuteStatementException failed) {
            if (SqlErrors.isUniqueViolation(failed)) {
                return false;
            }
            throw failed;
        }
    }

    @Override
    public void unmark(String repository) {
        jdbi.useHandle(handle -> handle.execute("delete from private_image where repository = ?", repository));
    }

    @Override
    public boolean isMarked(String repository) {
        return jdbi.withHandle(handle -> handle.select("select 1 from private_image where repository = ?", repository)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }
}
