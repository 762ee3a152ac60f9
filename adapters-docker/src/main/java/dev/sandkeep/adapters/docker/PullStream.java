package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import dev.sandkeep.domain.sandbox.ImageRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the engine says while it pulls an image. Thread-safe: one thread reads the stream, another asks. */
final class PullStream extends ResultCallback.Adapter<PullResponseItem> {

    private static final long MEGABYTE = 1_000_000;

    private final ImageRef image;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private @Nullable String failure;
    private @Nullable Throwable cut;

    private record Layer(boolean complete, long current, long total) {}

    PullStream(ImageRef image) {
        this.image = image;
    }

    @Override
    public synchronized void onNext(PullResponseItem item) {
        ResponseItem.ErrorDetail detail = item.getErrorDetail();
        if (detail != null) {
            failure = String.valueOf(detail.getMessage());
        } else if (item.getId() != null && item.getStatus() != null) {
            note(item.getId(), item.getStatus(), item.getProgressDetail());
        }
    }

    private void note(String id, String status, ResponseItem.@Nullable ProgressDetail detail) {
        Layer before = layers.getOrDefault(id, new Layer(false, 0, 0));
        switch (status) {
            case "Pulling fs layer", "Waiting", "Verifying Checksum" -> layers.put(id, before);
            case "Downloading" -> {
                if (detail != null && detail.getCurrent() != null) {
                    long total = Objects.requireNonNullElse(detail.getTotal(), detail.getCurrent());
                    layers.put(id, new Layer(false, detail.getCurrent(), total));
                }
            }
            case "Download complete", "Extracting" -> layers.put(id, new Layer(false, before.total(), before.total()));
            case "Pull complete", "Already exists" -> layers.put(id, new Layer(true, before.total(), before.total()));
            default -> {
                // Not about a layer, for example "Pulling from library/python".
            }
        }
    }

    /** For example "Pulling python:3.11: 3 of 7 layers, 120 of 310 MB". */
    synchronized String progress() {
        if (layers.isEmpty()) {
            return "Pulling " + image;
        }
        long complete = layers.values().stream().filter(Layer::complete).count();
        long current = layers.values().stream().mapToLong(Layer::current).sum();
        long total = layers.values().stream().mapToLong(Layer::total).sum();
        return "Pulling " + image + ": " + complete + " of " + layers.size() + " layers, " + current / MEGABYTE + " of "
                + total / MEGABYTE + " MB";
    }

    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void onError(Throwable throwable) {
        synchronized (this) {
            cut = throwable;
        }
        super.onError(throwable);
        ended.countDown();
    }

    @Override
    public void onComplete() {
        super.onComplete();
        ended.countDown();
    }

    /** Whether it ended within that time. The method that docker-java has for this would end it after that time. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * @throws DockerException if the engine refused to pull
     * @throws dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable if the connection to it broke
     */
    synchronized void throwIfCut() {
        if (cut instanceof DockerException refused) {
            throw refused;
        }
        if (cut != null) {
            throw DockerErrors.unavailable("finish the pull of an image", cut);
        }
    }
}
