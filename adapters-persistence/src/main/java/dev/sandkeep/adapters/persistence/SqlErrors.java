package dev.sandkeep.adapters.persistence;

import java.sql.SQLException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** What an error of the database means. */
final class SqlErrors {

    /** SQL:2023, unique_violation in PostgreSQL; H2 uses the same. */
    private static final String UNIQUE_VIOLATION = "23505";

    private SqlErrors() {}

    static boolean isUniqueViolation(UnableToExecuteStatementException failed) {
        return failed.getCause() instanceof SQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState());
    }
}
