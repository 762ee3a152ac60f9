package dev.sandkeep.application.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.journal.EventWatch.News;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatchEventsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final EventFilter ALL = new EventFilter(null, Map.of());

    private final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    private final JournalFeed feed = new JournalFeed(repository.journal());
    private final WatchEvents watching = new WatchEvents(repository.journal(), feed, 1000);

    private SandboxId added() {
        var sandbox = Sandboxes.aSandbox();
        repository.add(sandbox, null);
        return sandbox.id();
    }

    private EventWatch watch(@Nullable Long after) {
        return watching.watch(after, ALL);
    }

    private static List<Long> numbers(News news) {
        return ((News.Events) news).entries().stream().map(JournalEntry::number).toList();
    }

    @Test
    void aWatchBeginsWithTheNextEventEvenIfTheFeedIsBehind() throws InterruptedException {
        added();
        try (EventWatch watch = watch(null)) {
            added();
            feed.advance();

            assertThat(numbers(watch.next(LONG))).containsExactly(2L);
        }
    }

    @Test
    void aQuietTimeIsToldWithThePosition() throws InterruptedException {
        added();
        try (EventWatch watch = watch(null)) {
            assertThat(watch.next(Duration.ofMillis(1))).isEqualTo(new News.Quiet(1));
        }
    }

    /** Whoever looks for one sandbox among very many others is not silent while it looks. */
    @Test
    void aLongSearchIsToldNowAndThen() throws InterruptedException {
        IntStream.range(0, 5000).forEach(_ -> added());
        SandboxId wanted = added();
        feed.advance();
        try (EventWatch watch = watching.watch(0L, new EventFilter(wanted, Map.of()))) {
            List<News> news = new ArrayList<>(List.of(watch.next(LONG)));
            while (!(news.getLast() instanceof News.Events)) {
                news.add(watch.next(LONG));
            }

            assertThat(news).hasSizeGreaterThan(1);
            assertThat(numbers(news.getLast())).containsExactly(5001L);
        }
    }

    @Test
    void everythingForgottenIsNoReasonToSearchForEver() throws InterruptedException {
        var ended = Sandboxes.aTerminatedSandbox();
        repository.add(ended, null);
        feed.advance();
        IntStream.range(0, 600).forEach(_ -> repository.add(Sandboxes.aTerminatedSandbox(), null));
        feed.advance();
        repository.purgeEnded(Sandboxes.NOW.plus(Duration.ofDays(36_500)));

        try (EventWatch watch = watch(0L)) {
            assertThat(watch.next(Duration.ofMillis(1))).isEqualTo(new News.Quiet(601));
        }
    }

    @Test
    void aFeedThatIsClosedEndsEveryWatch() throws InterruptedException {
        try (EventWatch watch = watch(null)) {
            feed.close();

            assertThat(watch.next(LONG)).isEqualTo(new News.Closing(0));
        }
    }

    @Test
    void aClosedWatchGivesItsPlaceBackOnce() {
        WatchEvents narrow = new WatchEvents(repository.journal(), feed, 1);
        EventWatch first = narrow.watch(null, ALL);
        assertThatThrownBy(() -> narrow.watch(null, ALL)).isInstanceOf(SandboxException.Overloaded.class);
        first.close();
        first.close();

        EventWatch second = narrow.watch(null, ALL);
        assertThatThrownBy(() -> narrow.watch(null, ALL)).isInstanceOf(SandboxException.Overloaded.class);
        second.close();
    }

    /** Some begin at the beginning and some at the end, while entries are written and read. */
    @Test
    void aThousandWatchersMissNothing() throws Exception {
        int events = 2000;
        IntStream.range(0, 1000).forEach(_ -> added());
        feed.advance();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<EventWatch> watches = IntStream.range(0, 1000)
                    .mapToObj(n -> watch(n % 10 == 0 ? 0L : 1000L))
                    .toList();
            List<Future<List<Long>>> seen = watches.stream()
                    .map(watch -> threads.submit(() -> follow(watch, events)))
                    .toList();
            for (int i = 1000; i < events; i++) {
                added();
                if (i % 7 == 0) {
                    feed.advance();
                }
            }
            feed.advance();

            List<Long> all = LongStream.rangeClosed(1, events).boxed().toList();
            for (int n = 0; n < 1000; n++) {
                assertThat(seen.get(n).get()).isEqualTo(n % 10 == 0 ? all : all.subList(1000, events));
            }
        }
    }

    private static List<Long> follow(EventWatch watch, long last) throws InterruptedException {
        try (watch) {
            List<Long> seen = new ArrayList<>();
            while (seen.isEmpty() || seen.getLast() < last) {
                if (watch.next(LONG) instanceof News.Events events) {
                    events.entries().forEach(entry -> seen.add(entry.number()));
                }
            }
            return seen;
        }
    }
}
