package dev.sandkeep.adapters.persistence;

import java.sql.SQLException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** What an error of the database means. */
final class SqlErrors {

    /** unique_violation of PostgreSQL; H2 uses the same. */
    private static final String UNIQUE_VIOLATION = "23505";

    /** DATABASE_ALREADY_OPEN_1 of H2. */
    private static final String DATABASE_ALREADY_OPEN = "90020";

    private SqlErrors() {}

    static boolean isUniqueViolation(UnableToExecuteStatementException failed) {
        return failed.getCause() instanceof SQLException cause && UNIQUE_VIOLATION.equals(cause.getSQLState());
    }

    static boolean isDatabaseInUse(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && DATABASE_ALREADY_OPEN.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
