package dev.sandkeep.application.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.application.exec.WorkingSandbox;
import dev.sandkeep.application.file.ReplaceInFiles.Replacement;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much of the server's memory work with files takes. */
@Timeout(60)
class FileMemoryTest {

    private final WorkingSandbox sandbox = new WorkingSandbox();
    private final ReadFile reader = new ReadFile(sandbox.shells);
    private final WriteFile writer = new WriteFile(sandbox.shells);
    private final ReplaceInFiles replaceInFiles = new ReplaceInFiles(reader, writer);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        sandbox.close();
    }

    private int replace(Path file, String old, String now) {
        return replaceInFiles
                .replace(sandbox.id, Map.of(file.toString(), new Replacement(old, now)))
                .get(file.toString());
    }

    @Test
    void aReplacementThatMakesTooMuchOfAFileIsRefusedBeforeItIsWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "a".repeat(100_000));

        assertThatThrownBy(() -> replace(file, "a", "b".repeat(10_000)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("new:");

        assertThat(file).hasSize(100_000);
        assertThat(sandbox.exec.openCount()).isZero();
    }

    @Test
    @Timeout(20)
    void aTextThatAlmostMatchesEverywhereTakesNoLonger() throws IOException {
        String almost = "a".repeat(200_000);
        Path file = Files.writeString(directory.resolve("file"), "a".repeat(2_000_000) + "b");

        assertThat(replace(file, almost + "c", "")).isZero();
        assertThat(replace(file, almost + "b", "end")).isEqualTo(1);
        assertThat(file).hasSize(1_800_003);
    }

    @Test
    void textsThatOverlapAreReplacedFromTheLeft() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "xabababaababx");

        assertThat(replace(file, "abab", "-")).isEqualTo(2);

        assertThat(file).hasContent("x-aba-x");
    }

    @Test
    void aFileThatThereIsNoMemoryForIsRefusedForAWhile() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[(int) WorkingSandbox.MEMORY]);

        assertThatThrownBy(() -> replace(file, "a", "b")).isInstanceOf(SandboxException.Overloaded.class);

        Path small = Files.writeString(directory.resolve("small"), "a");
        assertThat(replace(small, "a", "b")).isEqualTo(1);
    }

    @Test
    void asManyTransfersAsThereIsMemoryForAndNoMore() throws IOException {
        TransferMemory.Claim all = sandbox.shells.memory().claim(sandbox.id, WorkingSandbox.MEMORY);
        Path file = Files.writeString(directory.resolve("file"), "content");

        assertThatThrownBy(() -> reader.open(sandbox.id, file.toString()))
                .isInstanceOf(SandboxException.Overloaded.class);
        assertThatThrownBy(() -> writer.begin(sandbox.id, file.toString(), FilePermissions.UNCHANGED))
                .isInstanceOf(SandboxException.Overloaded.class);
        assertThat(sandbox.exec.openCount()).isZero();

        all.close();
        reader.open(sandbox.id, file.toString()).close();
        assertThatThrownBy(() -> reader.open(sandbox.id, "/no/such/file")).isInstanceOf(RuntimeException.class);
        sandbox.shells.memory().claim(sandbox.id, WorkingSandbox.MEMORY).close();
    }

    @Test
    void whatIsNotWantedTakesNoMemory() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(directory.resolve("x".repeat(200) + i));
        }
        Files.createFile(directory.resolve("wanted"));
        ListDirectory list = new ListDirectory(sandbox.shells);
        SearchFiles search = new SearchFiles(sandbox.shells);
        try (TransferMemory.Claim _ =
                        sandbox.shells.memory().claim(sandbox.id, WorkingSandbox.MEMORY - TransferMemory.STREAM);
                FoundFiles found = search.search(sandbox.id, directory.toString(), NamePattern.of("wan*"))) {
            assertThat(found.entries()).hasSize(1);
        }
        try (TransferMemory.Claim _ =
                sandbox.shells.memory().claim(sandbox.id, WorkingSandbox.MEMORY - TransferMemory.STREAM)) {
            assertThatThrownBy(() -> list.list(sandbox.id, directory.toString(), 1))
                    .isInstanceOf(SandboxException.Overloaded.class);
        }
        try (FoundFiles found = list.list(sandbox.id, directory.toString(), 1)) {
            assertThat(found.entries()).hasSize(3001);
        }
        assertThat(sandbox.exec.openCount()).isZero();
    }
}
