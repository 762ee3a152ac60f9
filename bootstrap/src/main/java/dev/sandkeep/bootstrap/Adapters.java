package dev.sandkeep.bootstrap;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.bootstrap.metrics.MeteredSandboxRuntime;
import dev.sandkeep.bootstrap.metrics.MeteredSnapshotStore;
import dev.sandkeep.bootstrap.metrics.Metrics;
import dev.sandkeep.bootstrap.replica.Replica;

/** The driven adapters that a server runs on: chosen once, before anything is wired. */
record Adapters(
        SandboxRuntime runtime,
        SandboxExec exec,
        SnapshotStore snapshotStore,
        SandboxRepository repository,
        SandboxActivity activity,
        SnapshotRepository snapshots,
        Journal journal,
        SandboxLogs logs,
        WebhookCursors webhookCursors,
        PrivateImages privateImages,
        EndpointGenerations endpointGenerations,
        Replica replica) {

    /** The same, with another way to run programs. */
    Adapters with(SandboxExec other) {
        return new Adapters(
                runtime,
                other,
                snapshotStore,
                repository,
                activity,
                snapshots,
                journal,
                logs,
                webhookCursors,
                privateImages,
                endpointGenerations,
                replica);
    }

    /** The same, with every call of the runtime and of what it keeps measured. */
    Adapters meteredBy(Metrics metrics) {
        return new Adapters(
                new MeteredSandboxRuntime(runtime, metrics),
                exec,
                new MeteredSnapshotStore(snapshotStore, metrics),
                repository,
                activity,
                snapshots,
                journal,
                logs,
                webhookCursors,
                privateImages,
                endpointGenerations,
                replica);
    }
}
