package dev.sandkeep.application.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.exec.TransferMemory.Claim;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a server whose heap has 96 MiB shares out the memory for files. */
@Timeout(60)
class TransferMemoryTest {

    private static final long BYTES = 24L << 20;
    private static final int ALL = (int) (BYTES / TransferMemory.STREAM);
    private static final int SHARE = ALL / 4;

    private final TransferMemory memory = new TransferMemory(BYTES, Duration.ofMillis(50));
    private final SandboxId slow = Sandboxes.anId();

    private List<Claim> transfers(int count, SandboxId sandbox) {
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            claims.add(memory.transfer(sandbox));
        }
        return claims;
    }

    /** Of as many sandboxes as that takes. */
    private List<Claim> transfersOfMany(int count) {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < count) {
            claims.addAll(transfers(Math.min(SHARE, count - claims.size()), Sandboxes.anId()));
        }
        return claims;
    }

    @Test
    void theTransfersOfOneSandboxTakeAQuarterAtMost() {
        List<Claim> held = transfers(SHARE, slow);

        assertThatThrownBy(() -> memory.transfer(slow))
                .isInstanceOf(SandboxException.Overloaded.class)
                .hasMessageContaining("The sandbox moves");

        List<Claim> others = transfersOfMany(ALL - SHARE);
        held.removeFirst().close();
        held.add(memory.transfer(slow));
        held.forEach(Claim::close);
        others.forEach(Claim::close);
    }

    @Test
    void allSandboxesTogetherTakeWhatThereIs() {
        List<Claim> held = transfersOfMany(ALL);
        SandboxId another = Sandboxes.anId();

        assertThatThrownBy(() -> memory.transfer(another))
                .isInstanceOf(SandboxException.Overloaded.class)
                .hasMessageContaining("The server moves");

        held.removeFirst().close();
        memory.transfer(another).close();
    }

    @Test
    void aLargeFileIsWorkedOnWhereItIsMoreThanAQuarter() {
        try (Claim content = memory.claim(slow, 0)) {
            content.add(16L << 20);
            memory.transfer(slow).close();

            assertThatThrownBy(() -> content.add(1L << 20)).isInstanceOf(SandboxException.Overloaded.class);
            transfers(2, Sandboxes.anId()).forEach(Claim::close);
        }
    }

    @Test
    void whatIsGivenBackIsThereAgainAndForgotten() {
        Claim claim = memory.transfer(slow);
        claim.close();
        claim.close();
        assertThatThrownBy(() -> memory.claim(slow, 2 * BYTES)).isInstanceOf(SandboxException.Overloaded.class);

        assertThat(memory.sandboxes()).isZero();
        List<Claim> held = transfersOfMany(ALL);
        assertThat(memory.sandboxes()).isEqualTo(4);
        held.forEach(Claim::close);
        assertThat(memory.sandboxes()).isZero();
    }

    @Test
    void thereIsAlwaysRoomForOneTransferOfASandbox() {
        new TransferMemory(TransferMemory.STREAM, Duration.ZERO).transfer(slow).close();
    }
}
