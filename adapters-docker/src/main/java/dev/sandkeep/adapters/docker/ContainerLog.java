package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the end of what a container wrote. Thread-safe. */
final class ContainerLog {

    private static final Logger log = LoggerFactory.getLogger(ContainerLog.class);
    private static final int LINES = 20;
    /** The engine cuts long lines into pieces of 16 KiB, so this is more than a last line can be asked to hold. */
    private static final int MAX_BYTES = 512 * 1024;

    private final DockerEngine engine;
    private final Duration limit;

    ContainerLog(DockerEngine engine, Duration limit) {
        this.engine = engine;
        this.limit = limit;
    }

    /** The last lines that are not blank, of both output streams as they came, fit for a message. */
    List<String> lastLines(String container) {
        try (Output output = new Output()) {
            engine.streams()
                    .logContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTail(LINES)
                    .exec(output);
            if (!output.awaitCompletion(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw DockerErrors.late("read a log", limit);
            }
            return output.lines();
        } catch (DockerException refused) {
            // Removed meanwhile, or kept by a log driver that gives nothing back: then its end is told without it.
            log.debug("The log of container {} cannot be read: {}", container, DockerErrors.text(refused));
            return List.of();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw DockerErrors.unavailable("read a log", stopped);
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        }
    }

    /** The end of what the container wrote; empty if it is gone, or has a log driver that gives nothing back. */
    Optional<LogExcerpt> find(String container, LogSelection selection) {
        try (LogTail tail = new LogTail(selection)) {
            LogContainerCmd command = engine.streams()
                    .logContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTimestamps(true)
                    .withTail(selection.lines() + 1);
            if (selection.since() != null) {
                command.withSince(Math.toIntExact(selection.since().getEpochSecond()));
            }
            command.exec(tail);
            if (!tail.awaitCompletion(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw DockerErrors.late("read a log", limit);
            }
            return Optional.of(tail.excerpt());
        } catch (DockerException refused) {
            log.debug("The log of container {} cannot be read: {}", container, DockerErrors.text(refused));
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw DockerErrors.unavailable("read a log", stopped);
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        }
    }

    /**
     * Waits for a line; false if the container ends, or the time is over, before it is written.
     *
     * @param after what was written until then, by the engine's clock, does not count
     */
    boolean awaitLine(String container, String line, Instant after, Duration wait) {
        try (Search search = new Search(line, after)) {
            engine.streams()
                    .logContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(true)
                    .withTimestamps(true)
                    .exec(search);
            boolean ended = search.awaitCompletion(wait.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                log.debug("Container {} did not write the awaited line within {}", container, wait);
            }
            return search.found;
        } catch (DockerException refused) {
            throw DockerErrors.unavailable("read a log", refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw DockerErrors.unavailable("read a log", stopped);
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        }
    }

    /** Completes when it comes by a line. */
    private static final class Search extends ResultCallback.Adapter<Frame> {

        private final String line;
        private final Instant after;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean found;

        Search(String line, Instant after) {
            this.line = line;
            this.after = after;
        }

        @Override
        public synchronized void onNext(Frame frame) {
            if (!found && bytes.size() < MAX_BYTES) {
                bytes.writeBytes(frame.getPayload());
                found = bytes.toString(StandardCharsets.UTF_8).lines().anyMatch(this::matches);
                if (found) {
                    onComplete();
                }
            }
        }

        /** The engine writes the time before each line. */
        private boolean matches(String written) {
            String[] parts = written.split(" ", 2);
            return parts.length == 2
                    && parts[1].equals(line)
                    && Instant.parse(parts[0]).isAfter(after);
        }
    }

    private static final class Output extends ResultCallback.Adapter<Frame> {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void onNext(Frame frame) {
            if (bytes.size() < MAX_BYTES) {
                bytes.writeBytes(frame.getPayload());
            }
        }

        synchronized List<String> lines() {
            return bytes.toString(StandardCharsets.UTF_8)
                    .lines()
                    .map(Text::plain)
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }
}
