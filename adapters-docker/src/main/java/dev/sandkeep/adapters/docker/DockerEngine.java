package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one engine, made when it is first needed. Two clients: every open stream holds a connection, and
 * must not keep a short call waiting. Every call has a deadline of its own, since docker-java's time limit does nothing
 * on a unix socket. Thread-safe.
 */
final class DockerEngine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DockerEngine.class);
    private static final int CONTROL_CONNECTIONS = 64;
    private static final Duration LISTENING_TIMEOUT = Duration.ofSeconds(2);

    private final URI address;
    private final Duration callTimeout;
    private final ExecutorService calls = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("docker-call-", 0).factory());
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable Connection connection;

    private record Connection(EngineFacts facts, DockerClient control, DockerClient streams) {}

    DockerEngine(URI address, Duration callTimeout) {
        this.address = address;
        this.callTimeout = callTimeout;
    }

    URI address() {
        return address;
    }

    EngineFacts facts() {
        return connection().facts();
    }

    /** For what goes on for long: events, logs, pulls. Its commands return at once and report to a callback. */
    DockerClient streams() {
        return connection().streams();
    }

    /** An ordinary call. */
    <T> T call(String what, Function<DockerClient, T> request) {
        return call(what, callTimeout, request);
    }

    /**
     * @param what continues "the container engine could not"
     * @throws DockerException if the engine refused
     * @throws RuntimeUnavailable if it gave no answer, in time or at all
     */
    <T> T call(String what, Duration limit, Function<DockerClient, T> request) {
        DockerClient control = connection().control();
        return within(what, limit, () -> request.apply(control));
    }

    /** Finds out whether the engine is there. */
    void ping() {
        call("answer", client -> client.pingCmd().exec());
    }

    /**
     * Finds out whether the engine takes new connections. One that is being stopped does not, but goes on answering on
     * those it has while it ends its containers.
     *
     * @throws RuntimeUnavailable if it does not
     */
    void requireListening() {
        try (DockerClient fresh = client(facts().api(), 1)) {
            within(
                    "take a new connection",
                    LISTENING_TIMEOUT,
                    () -> fresh.pingCmd().exec());
        } catch (DockerException | IOException notListening) {
            throw DockerErrors.unavailable("take a new connection", notListening);
        }
    }

    private Connection connection() {
        Connection present = connection;
        if (present != null) {
            return present;
        }
        connecting.lock();
        try {
            Connection made = connection;
            if (made == null) {
                made = connect();
                connection = made;
            }
            return made;
        } finally {
            connecting.unlock();
        }
    }

    private Connection connect() {
        EngineFacts facts;
        try (DockerClient anyVersion = client(RemoteApiVersion.unknown(), 1)) {
            facts = within(
                    "say what it is",
                    callTimeout,
                    () -> EngineFacts.of(
                            anyVersion.versionCmd().exec(), anyVersion.infoCmd().exec()));
        } catch (DockerException refused) {
            throw DockerErrors.unavailable("say what it is", refused);
        } catch (IOException leftOpen) {
            throw DockerErrors.unavailable("be asked what it is", leftOpen);
        }
        if (!facts.api().isGreaterOrEqual(EngineFacts.OLDEST)) {
            throw new RuntimeUnavailable(
                    "The container engine is too old: it speaks API "
                            + facts.api().getVersion() + " and the oldest that works is "
                            + EngineFacts.OLDEST.getVersion(),
                    null);
        }
        log.info("Connected to the container engine at {}: {}", address, facts);
        if (!facts.separatesContainers()) {
            log.warn(
                    "Sandboxes without a sidecar can reach one another: Podman's networks do not keep containers apart");
        } else if (!facts.filtersBridges()) {
            log.warn("Sandboxes can reach one another: the engine's host does not filter bridged traffic."
                    + " Load the kernel module br_netfilter and set net.bridge.bridge-nf-call-iptables=1");
        }
        return new Connection(facts, client(facts.api(), CONTROL_CONNECTIONS), client(facts.api(), Integer.MAX_VALUE));
    }

    private DockerClient client(RemoteApiVersion api, int connections) {
        return DockerClientImpl.getInstance(
                new EngineClientConfig(address, api),
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(address)
                        .maxConnections(connections)
                        .connectionTimeout(callTimeout)
                        .build());
    }

    private <T> T within(String what, Duration limit, Callable<T> request) {
        Future<T> answer = calls.submit(request);
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw DockerErrors.late(what, limit);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof DockerException answered) {
                throw answered;
            }
            throw DockerErrors.unavailable(what, failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw DockerErrors.unavailable(what, stopped);
        } finally {
            // Interrupts a call that is still under way, which closes its connection; does nothing to a finished one.
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        calls.shutdownNow();
        Connection open = connection;
        if (open != null) {
            closeQuietly(open.control());
            closeQuietly(open.streams());
        }
    }

    private static void closeQuietly(DockerClient client) {
        try {
            client.close();
        } catch (IOException failed) {
            log.warn("A connection to the container engine could not be closed", failed);
        }
    }
}
