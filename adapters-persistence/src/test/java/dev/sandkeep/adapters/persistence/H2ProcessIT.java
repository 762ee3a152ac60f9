package dev.sandkeep.adapters.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The H2 database in a process of its own, which can be killed. */
final class H2ProcessIT {

    private static final int ENOUGH = 500;
    private static final int FEW = 5;
    private static final int KILLS = Integer.parseInt(System.getenv().getOrDefault("DATABASE_KILLS", "30"));

    @TempDir
    Path directory;

    private Process startWriter() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AcknowledgingWriter.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Reads {@code count} ids, kills the writer, and reads what it had said by then. */
    private static List<SandboxId> acknowledgedBeforeKill(Process writer, int count) throws IOException {
        List<SandboxId> acknowledged = new ArrayList<>();
        try (BufferedReader said = writer.inputReader()) {
            String line = said.readLine();
            while (line != null) {
                // The kill may cut the last line short.
                SandboxId.find(line).ifPresent(acknowledged::add);
                if (acknowledged.size() == count) {
                    // Process.destroyForcibly would also close the stream that is still to be read.
                    writer.toHandle().destroyForcibly();
                }
                line = said.readLine();
            }
        } finally {
            writer.destroyForcibly().onExit().join();
        }
        return acknowledged;
    }

    @RepeatedTest(3)
    void nothingThatWasAcknowledgedIsLostWhenTheProcessIsKilled() throws IOException {
        List<SandboxId> acknowledged = acknowledgedBeforeKill(startWriter(), ENOUGH);
        try (DatabaseUnderTest database = DatabaseUnderTest.h2(directory)) {
            assertThat(acknowledged)
                    .hasSizeGreaterThanOrEqualTo(ENOUGH)
                    .allSatisfy(id -> assertThat(database.sandboxes().find(id)).isPresent());
        }
    }

    /** H2 2.5.252 lost every later commit after some kills of the same database, one kill at a time showed nothing. */
    @Test
    void nothingIsLostEitherWhenOneDatabaseIsKilledAgainAndAgain() throws IOException {
        List<SandboxId> acknowledged = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged.addAll(acknowledgedBeforeKill(startWriter(), FEW));
        }
        try (DatabaseUnderTest database = DatabaseUnderTest.h2(directory)) {
            assertThat(acknowledged)
                    .hasSizeGreaterThanOrEqualTo(KILLS * FEW)
                    .allSatisfy(id -> assertThat(database.sandboxes().find(id)).isPresent());
        }
    }

    @Test
    void aSecondServerIsRefused() throws IOException {
        Process first = startWriter();
        try (BufferedReader said = first.inputReader()) {
            assertThat(said.readLine()).isNotNull();
            assertThatThrownBy(() -> DatabaseUnderTest.h2(directory))
                    .isInstanceOf(DatabaseInUse.class)
                    .hasMessageContainingAll(directory.toString(), "Stop it");
        } finally {
            first.destroyForcibly().onExit().join();
        }
    }
}
