package dev.sandkeep.adapters.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.persistence.PersistenceConfig.PostgreSql;
import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.contract.PrivateImagesContract;
import dev.sandkeep.testkit.fixture.PostgreSqlServer;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PostgreSqlSandboxRepositoryIT extends DatabaseContracts {

    private static PostgreSqlServer server;
    private static DatabaseUnderTest database;
    private static DatabaseUnderTest ofAnotherServer;

    @BeforeAll
    static void open() throws IOException {
        server = PostgreSqlServer.start();
        database = new DatabaseUnderTest(storage(), DatabaseUnderTest.KEY);
        ofAnotherServer = new DatabaseUnderTest(storage(), DatabaseUnderTest.KEY);
    }

    private static PostgreSql storage() {
        return new PostgreSql(server.url(), server.user(), server.password());
    }

    @AfterAll
    static void close() throws IOException {
        if (ofAnotherServer != null) {
            ofAnotherServer.close();
        }
        if (database != null) {
            database.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** Else somebody with wrong credentials could open the image that somebody else is just pulling there. */
    @Test
    void aMarkThatTwoServersMadeIsNotTakenBack() {
        PrivateImages one = database.privateImagesOf("one");
        PrivateImages two = database.privateImagesOf("two");
        assertThat(one.mark(PrivateImagesContract.REPOSITORY)).isTrue();
        assertThat(two.mark(PrivateImagesContract.REPOSITORY)).isFalse();

        one.unmark(PrivateImagesContract.REPOSITORY);

        assertThat(two.isMarked(PrivateImagesContract.REPOSITORY)).isTrue();
        two.unmark(PrivateImagesContract.REPOSITORY);
        assertThat(two.isMarked(PrivateImagesContract.REPOSITORY)).isFalse();
    }

    /** As one whose machine is suspended: what it holds is waited for by all writers. */
    @Test
    void aServerThatStandsStillInTheMiddleOfAChangeDoesNotHoldUpTheOthersForLong() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> still = threads.submit(() -> {
                database.standStillInAChange(begun, goOn);
                return true;
            });
            begun.await();
            try {
                SandboxId id = addedByAnotherServer();

                assertThat(repository().find(id)).isPresent();
            } finally {
                goOn.countDown();
            }
            assertThat(still).failsWithin(Duration.ofSeconds(30));
        }
    }

    private static SandboxId addedByAnotherServer() {
        Sandbox sandbox = Sandboxes.aSandbox();
        ofAnotherServer.sandboxes().add(sandbox, null);
        return sandbox.id();
    }

    /** Each of the two has connections of its own, as two servers would. */
    @Test
    void aQuotaHoldsAcrossServers() {
        Ownership alice = new Ownership("alice", new Quota(5, null, null, null));
        List<Future<Boolean>> answers;
        // Closing waits for all clients.
        try (DatabaseUnderTest other = new DatabaseUnderTest(storage(), DatabaseUnderTest.KEY);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<SandboxRepository> servers = List.of(database.sandboxes(), other.sandboxes());
            answers = IntStream.range(0, 24)
                    .mapToObj(i -> clients.submit(() -> tryToAdd(servers.get(i % 2), alice)))
                    .toList();
        }
        assertThat(answers).filteredOn(Future::resultNow).hasSize(5);
        assertThat(repository().listLive()).hasSize(5);
    }

    private static boolean tryToAdd(SandboxRepository sandboxes, Ownership ownership) {
        try {
            sandboxes.add(Sandboxes.aSandbox(), null, ownership);
            return true;
        } catch (QuotaExceeded refused) {
            return false;
        }
    }

    @Override
    public DatabaseUnderTest database() {
        return database;
    }

    @Override
    DatabaseUnderTest databaseOfAnotherServer() {
        return ofAnotherServer;
    }

    /** Each is the same as on H2, and takes longer. */
    @Override
    public int races() {
        return 500;
    }
}
