package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Event;
import dev.sandkeep.adapters.runtime.Telling;
import dev.sandkeep.application.port.SandboxRuntime.Watch;
import dev.sandkeep.application.port.SandboxRuntime.WatchListener;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the events of one instance's containers, on a thread of its own, and connects again for ever. Thread-safe;
 * nothing is told after {@link #close}.
 */
final class EngineWatch implements Watch {

    private static final Logger log = LoggerFactory.getLogger(EngineWatch.class);

    /**
     * Not the start: whoever launched it knows, and under load a look at every new container is felt. Podman tells of
     * "die" like Docker, but filters by its own word.
     */
    private static final String[] EVENTS = {"die", "died", "oom", "destroy", "remove", "pause", "unpause"};

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** A connection can die without a word, so the engine is asked now and then whether it is there. */
    private static final Duration PROBE_EVERY = Duration.ofSeconds(10);
    /** The engine begins to answer a little before it listens; what happened in between is asked for again. */
    private static final Duration OVERLAP = Duration.ofSeconds(3);

    private final DockerEngine engine;
    private final String instance;
    private final InstantSource clock;
    private final Telling telling;
    private final Thread thread;
    private volatile boolean closed;
    private boolean connected;

    private EngineWatch(DockerEngine engine, String instance, WatchListener listener, InstantSource clock) {
        this.engine = engine;
        this.instance = instance;
        this.telling = new Telling(listener);
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("docker-watch").unstarted(this::watchForEver);
    }

    static EngineWatch start(DockerEngine engine, String instance, WatchListener listener, InstantSource clock) {
        EngineWatch watch = new EngineWatch(engine, instance, listener, clock);
        watch.thread.start();
        return watch;
    }

    private void watchForEver() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closed) {
                boolean flowed = watchOnce();
                pause = flowed ? FIRST_PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
                Thread.sleep(pause);
            }
        } catch (InterruptedException stopped) {
            log.debug("The watch was closed while it waited");
        }
    }

    /** Until the connection breaks; whether events flowed before. */
    private boolean watchOnce() throws InterruptedException {
        try (EventStream stream = new EventStream()) {
            engine.ping();
            Instant since = clock.instant().minus(OVERLAP);
            engine.streams()
                    .eventsCmd()
                    .withSince(Long.toString(since.getEpochSecond()))
                    .withEventTypeFilter("container")
                    .withEventFilter(EVENTS)
                    .withLabelFilter(Map.of(ContainerLabels.INSTANCE, instance))
                    .exec(stream);
            while (!stream.ended.await(PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                engine.ping();
            }
            log.info("The stream of the container engine's events ended: {}", String.valueOf(stream.error));
        } catch (RuntimeUnavailable | DockerException away) {
            log.debug("The container engine cannot be watched", away);
        } catch (IOException notClosed) {
            log.warn("A stream of events could not be closed", notClosed);
        }
        boolean flowed = connected;
        connected = false;
        telling.tellConnection(false);
        return flowed;
    }

    @Override
    public void close() {
        closed = true;
        telling.close();
        thread.interrupt();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private final class EventStream extends ResultCallback.Adapter<Event> {

        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Throwable error;

        /** The engine answered: from now on events come. */
        @Override
        public void onStart(Closeable stream) {
            super.onStart(stream);
            connected = true;
            telling.tellConnection(true);
        }

        @Override
        public void onNext(Event event) {
            if (event.getActor() != null) {
                Map<String, String> attributes =
                        Objects.requireNonNullElse(event.getActor().getAttributes(), Map.of());
                ContainerLabels.sandboxId(attributes)
                        .or(() -> SidecarSpecs.sandboxOf(attributes.getOrDefault("name", "")))
                        .ifPresent(id -> telling.tell(told -> told.changed(id)));
            }
        }

        @Override
        public void onError(Throwable throwable) {
            error = throwable;
            super.onError(throwable);
            ended.countDown();
        }

        @Override
        public void onComplete() {
            super.onComplete();
            ended.countDown();
        }
    }
}
