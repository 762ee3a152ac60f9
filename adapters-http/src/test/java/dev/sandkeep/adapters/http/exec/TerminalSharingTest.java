package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients of one terminal, one after the other and together. */
class TerminalSharingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestTerminals terminals = new TestTerminals();
    private final ExecClient client = terminals.client;

    @AfterEach
    void close() {
        terminals.close();
    }

    @Test
    void theShellGoesOnWithoutAClientAndWhatItWroteIsReplayed() {
        String id = terminals.open("");
        TerminalClientSocket first = terminals.come(id, "?pty=0");
        first.message("connected");
        first.type("echo one; x=kept; sleep 0.5; echo two\n");
        first.awaitOut("one\n");
        first.close();

        await().atMost(PATIENCE)
                .until(() ->
                        client.get("/pty/" + id).body().path("output_offset").asLong() == 8);
        TerminalClientSocket again = terminals.come(id, "?since=4");
        assertThat(again.message("connected").path("mode").asText()).isEqualTo("pipe");
        assertThat(again.replay()).isEqualTo("two\n");
        assertThat(again.replayOffset()).isEqualTo(4);
        again.type("echo $x\n");
        again.awaitOut("kept\n");
        again.close();

        await().atMost(PATIENCE).until(() -> terminals.refusal(id, "?since=13&watch=1") == 101);
        assertThat(terminals.latest().message("connected")).isNotNull();
        assertThat(terminals.latest().kinds()).isEmpty();
    }

    @Test
    void theReplayIsTheLastMebibyte() {
        String id = terminals.open("{\"command\":\"head -c 3000000 /dev/zero | tr '\\\\000' x; read y\"}");
        TerminalClientSocket first = terminals.come(id, "?pty=0");
        await().atMost(PATIENCE)
                .until(() ->
                        client.get("/pty/" + id).body().path("output_offset").asLong() == 3_000_000);
        first.close();

        TerminalClientSocket again = terminals.come(id, "?since=5&takeover=1");
        again.message("connected");

        assertThat(again.replayOffset()).isEqualTo(3_000_000 - (1 << 20));
        assertThat(again.replay()).hasSize(1 << 20);
    }

    @Test
    void aNewClientAfterTheExitGetsANewShell() {
        String id = terminals.open("");
        TerminalClientSocket first = terminals.come(id, "?pty=0");
        first.message("connected");
        first.type("echo first; exit 1\n");
        first.awaitClose(1000);

        TerminalClientSocket second = terminals.come(id, "?pty=0");
        second.message("connected");
        assertThat(second.replay()).isEqualTo("first\n");
        second.type("echo second\n");
        second.awaitOut("second\n");
        assertThat(client.get("/pty/" + id).body().path("output_offset").asLong())
                .isEqualTo(13);
    }

    @Test
    void oneClientWorksThereUnlessAnotherTakesOver() {
        String id = terminals.open("");
        TerminalClientSocket first = terminals.come(id, "");
        first.message("connected");

        assertThat(terminals.refusal(id, "")).isEqualTo(409);
        TerminalClientSocket second = terminals.come(id, "?takeover=1");
        second.message("connected");

        first.awaitClose(4001);
        assertThat(first.closeReason()).isEqualTo("TAKEN_OVER");
        second.type("echo mi''ne\n");
        second.awaitOut("mine");
    }

    @Test
    void othersMayWatchAndOnlyThat() {
        String id = terminals.open("");
        TerminalClientSocket worker = terminals.come(id, "?pty=0");
        worker.message("connected");
        List<TerminalClientSocket> watchers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            watchers.add(terminals.come(id, "?watch=1"));
            watchers.getLast().message("connected");
        }
        assertThat(terminals.refusal(id, "?watch=1")).isEqualTo(409);

        worker.type("echo for all\n");
        watchers.forEach(watcher -> watcher.awaitOut("for all\n"));
        watchers.getFirst().type("echo mine\n");
        assertThat(watchers.getFirst().message("error").path("code").asText()).isEqualTo("STDIN_WRITE_FAILED");
        worker.type("exit 2\n");
        watchers.forEach(watcher ->
                assertThat(watcher.message("exit").path("exit_code").asInt()).isEqualTo(2));
        assertThat(watchers.getLast().out()).isEqualTo("for all\n");
    }

    @Test
    void whoWatchesAndDoesNotReadHoldsNobodyUpAndMissesSome() {
        String id = terminals.open("");
        TerminalClientSocket worker = terminals.come(id, "?pty=0");
        worker.message("connected");
        TerminalClientSocket lazy = terminals.comeLazily(id, "?watch=1");

        worker.type("head -c 30000000 /dev/zero | tr '\\000' x; echo; echo last\n");
        await().atMost(PATIENCE).until(() -> worker.out().endsWith("last\n"));
        assertThat(worker.kinds()).doesNotContain(TerminalFrame.REPLAY);
        assertThat(worker.out()).hasSize(30_000_006);

        lazy.readOn();
        await().atMost(PATIENCE)
                .until(() -> lazy.replay().endsWith("last\n") || lazy.out().endsWith("last\n"));
        assertThat(lazy.replayOffset()).isPositive();
        assertThat(lazy.replay().length() + lazy.out().length()).isLessThan(30_000_006);
    }
}
