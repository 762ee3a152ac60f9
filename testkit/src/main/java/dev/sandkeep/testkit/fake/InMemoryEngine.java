package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a container engine remembers: the images, containers and volumes of all its instances. Guarded by the monitor of
 * this object, as far as more than one of its collections is concerned.
 */
final class InMemoryEngine {

    /** A container; an immutable value that is replaced when something happens to it. */
    record Container(String instance, Sandbox sandbox, Observation observation) {
        Container as(Observation now) {
            return new Container(instance, sandbox, now);
        }
    }

    /**
     * What enforces the network policy of a sandbox.
     *
     * @param revision of the policy, -1 before there was any
     */
    record Guard(String instance, NetworkPolicy policy, long revision) {}

    /**
     * A named volume.
     *
     * @param madeFor the first sandbox that asked for it
     */
    record NamedVolume(SandboxId madeFor, String instance, boolean deleteWithSandbox) {}

    /** A port of a sandbox. */
    record Listener(SandboxId id, int port) {}

    final Map<Listener, Integer> listeners = new ConcurrentHashMap<>();
    /**
     * The files of a snapshot.
     *
     * @param complete whether they are all there, or what an interrupted saving left
     */
    record SavedFiles(String instance, Snapshot snapshot, boolean complete) {}

    final Map<SnapshotId, SavedFiles> snapshots = new ConcurrentHashMap<>();
    final Map<SandboxId, Guard> guards = new ConcurrentHashMap<>();
    final Map<SandboxId, Container> containers = new ConcurrentHashMap<>();
    final Map<String, NamedVolume> volumes = new ConcurrentHashMap<>();
    /** What belongs to no sandbox, and which instance made it. */
    final Map<RuntimePart, String> strays = new ConcurrentHashMap<>();

    final Set<String> images = ConcurrentHashMap.newKeySet();
    final Map<String, String> refusedPulls = new ConcurrentHashMap<>();
    final Map<String, RegistryCredentials> privateRepositories = new ConcurrentHashMap<>();
    final CopyOnWriteArrayList<InMemoryWatch> watches = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    void requireReachable() {
        if (away) {
            throw new RuntimeUnavailable("The in-memory engine is away", null);
        }
    }

    boolean isAway() {
        return away;
    }

    void setAway(boolean nowAway) {
        away = nowAway;
        watches.forEach(watch -> watch.connection(!nowAway));
    }

    void put(Container container) {
        containers.put(container.sandbox().id(), container);
        changed(container);
    }

    void changed(Container container) {
        watches.forEach(
                watch -> watch.changed(container.instance(), container.sandbox().id()));
    }

    boolean hasImage(ImageRef image) {
        return images.contains(nameOf(image));
    }

    boolean has(String instance, Source source) {
        return switch (source) {
            case Source.Image image -> hasImage(image.reference());
            case Source.Snapshot snapshot -> {
                SavedFiles saved = snapshots.get(snapshot.id());
                yield saved != null && saved.instance().equals(instance) && saved.complete();
            }
        };
    }

    /** The reference in full, so that two ways to write it mean one image. */
    static String nameOf(ImageRef image) {
        return image.repository() + (image.digest() == null ? ":" + image.tag() : "@" + image.digest());
    }
}
