package dev.sandkeep.adapters.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.journal.EventFilter;
import dev.sandkeep.application.journal.EventWatch;
import dev.sandkeep.application.journal.JournalFeed;
import dev.sandkeep.application.journal.WatchEvents;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxEvent.Kind;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.contract.EndpointGenerationsContract;
import dev.sandkeep.testkit.contract.JournalContract;
import dev.sandkeep.testkit.contract.LeasesContract;
import dev.sandkeep.testkit.contract.PrivateImagesContract;
import dev.sandkeep.testkit.contract.ProvisioningClaimsContract;
import dev.sandkeep.testkit.contract.RenewalRaceContract;
import dev.sandkeep.testkit.contract.SandboxActivityContract;
import dev.sandkeep.testkit.contract.SandboxLogsContract;
import dev.sandkeep.testkit.contract.SandboxRepositoryContract;
import dev.sandkeep.testkit.contract.SnapshotRepositoryContract;
import dev.sandkeep.testkit.contract.WebhookCursorsContract;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything that is promised of what is kept, by whichever database keeps it. */
abstract class DatabaseContracts
        implements SandboxRepositoryContract,
                RenewalRaceContract,
                QueryPlanContract,
                SnapshotRepositoryContract,
                JournalContract,
                SandboxLogsContract,
                WebhookCursorsContract,
                PrivateImagesContract,
                EndpointGenerationsContract,
                SandboxActivityContract,
                LeasesContract,
                ProvisioningClaimsContract {

    /** The same one, as a second server has it. */
    abstract DatabaseUnderTest databaseOfAnotherServer();

    /** Whoever brings the tables up to date needs more than one, and does not take them from the pool. */
    @Test
    void oneConnectionIsEnough() {
        try (DatabaseUnderTest small = database().again(1)) {
            assertThat(small.sandboxes().listLive()).isEmpty();
        }
    }

    /** As while servers are replaced one after the other: the older ones must come past what the new ones write. */
    @Test
    void whatANewerServerWroteIsCarriedAlongAndEverythingElseIsToldInOrder() throws InterruptedException {
        Sandbox sandbox = Sandboxes.aSandbox();
        long before = journal().extent().last();
        repository().add(sandbox, null);
        repository().note(List.of(new Deed(Sandboxes.NOW, sandbox.id(), "It was moved to the moon", Actor.SYSTEM)));
        database()
                .execute("update journal set kind = 'TELEPORTED', state = 'ELSEWHERE', reason = 'GRAVITY_LOST'"
                        + " where entry_number = " + (before + 2));
        repository().save(sandbox.started(Sandboxes.NOW));

        List<JournalEntry> trail = journal().listOf(sandbox.id(), 0, 10);

        assertThat(trail)
                .extracting(entry -> entry.event().kind())
                .containsExactly(Kind.CREATED, Kind.OTHER, Kind.STATE_CHANGED);
        assertThat(trail.get(1).event().message()).isEqualTo("It was moved to the moon");
        assertThat(trail.get(1).event().state()).isEqualTo("Elsewhere");
        assertThat(trail.get(1).event().reason()).isEqualTo("gravity_lost");
        assertThat(journal().listAfter(before, 10)).isEqualTo(trail);
        try (JournalFeed feed = new JournalFeed(journal());
                EventWatch watch = new WatchEvents(journal(), feed, 1).watch(before, new EventFilter(null, Map.of()))) {
            assertThat(watch.next(Duration.ZERO))
                    .isEqualTo(new EventWatch.News.Events(List.of(trail.getFirst(), trail.getLast()), before + 3));
        }
    }

    @BeforeEach
    void clear() {
        database().clear();
    }

    @Override
    public SandboxRepository repository() {
        return database().sandboxes();
    }

    @Override
    public Journal journal() {
        return database().journal();
    }

    @Override
    public SandboxLogs logs() {
        return database().logs();
    }

    @Override
    public WebhookCursors cursors() {
        return database().webhookCursors();
    }

    @Override
    public SandboxRepository repositoryOfAnotherServer() {
        return databaseOfAnotherServer().sandboxes();
    }

    @Override
    public SettableClock clock() {
        return database().clock;
    }

    @Override
    public SnapshotRepository snapshots() {
        return database().snapshots();
    }

    @Override
    public SandboxActivity activity() {
        return database().activity();
    }

    @Override
    public EndpointGenerations endpointGenerations() {
        return database().endpointGenerations();
    }

    @Override
    public SandboxId aStoredSandbox() {
        Sandbox sandbox = Sandboxes.aSandbox();
        database().sandboxes().add(sandbox, null);
        return sandbox.id();
    }

    @Override
    public Leases leases() {
        return database().leases();
    }

    @Override
    public void passClaimTime(Duration time) {
        database().passClaimTime(time);
    }

    @Override
    public void passLeaseTime(Duration time) {
        database().passLeaseTime(time);
    }

    @Override
    public void addAs(String server, Sandbox sandbox) {
        database().sandboxesOf(server).add(sandbox, null);
    }

    @Override
    public ProvisioningClaims claimsOf(String server) {
        return database().provisioningClaimsOf(server);
    }

    @Override
    public PrivateImages privateImages() {
        return database().privateImages();
    }
}
