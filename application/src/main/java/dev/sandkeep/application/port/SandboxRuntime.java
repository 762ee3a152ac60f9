package dev.sandkeep.application.port;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The container runtime that makes sandboxes real.
 *
 * <p>Every method blocks, is thread-safe, and throws {@link
 * dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable} if the engine cannot be reached or does not answer in
 * time; then nothing may be concluded about any sandbox. A runtime sees and touches only what it made itself under its
 * own instance name.
 */
public interface SandboxRuntime {

    /** What this runtime can do beyond the basics; constant while the engine below stays the same. */
    Set<RuntimeCapability> capabilities();

    /**
     * Checks that {@link #launch} could make this, without making anything.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue naming every field that this runtime or its operator does not
     *     allow, such as a host directory outside the allowed ones
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Unsupported if a capability is missing
     */
    void admit(SandboxSpec spec);

    /**
     * Whether {@link #launch} needs no pull, since the image is on the host for that platform. Without {@link
     * RuntimeCapability#IMAGES} it never does.
     */
    boolean hasImage(ImageRef image, @Nullable Platform platform);

    /**
     * Gets the image from its registry, or makes sure with the registry that the one on the host is current. Idempotent.
     * Without {@link RuntimeCapability#IMAGES} it is noted for the launch of this sandbox, which does that then and
     * fails as this would.
     *
     * @param sandbox the sandbox that it is for
     * @param credentials for this image of this sandbox only; null to ask as anybody
     * @param progress told now and then how far it is, in a sentence; what it throws ends the pull and is thrown on
     * @throws dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed with {@code IMAGE_PULL_FAILED}, which image and
     *     why; also if it took longer than the configured time
     */
    void pullImage(
            SandboxId sandbox,
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress);

    /**
     * Makes what the sandbox reaches the network through, and nothing else: from here on {@link #enforce} has an
     * effect. Idempotent.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed if it cannot be made; then nothing is left
     */
    void prepareNetwork(Sandbox sandbox);

    /**
     * Makes the sandbox and starts its entry process under its network policy; returns when that runs. Idempotent: what an earlier, interrupted
     * call began is finished, a sandbox whose process ended is started again with its files, and one that is paused
     * stays so. Without {@link RuntimeCapability#RESTART} one whose process ended stays as it is: that is refused, unless it
     * is still recorded as Pending, since then it was launched and its end is to be noted.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed if it cannot be made as asked; everything that
     *     was begun is undone then
     */
    void launch(Sandbox sandbox);

    /**
     * Freezes all processes of the sandbox, with their memory; returns when they stand still. Idempotent. What it
     * reaches the network through is not frozen.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.NotFound if no process of it is there: it ended, or is gone
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Unsupported without {@link RuntimeCapability#PAUSE}
     */
    void pause(SandboxId id);

    /**
     * Thaws what {@link #pause} froze; returns when it goes on. Idempotent.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.NotFound if no process of it is there: it ended, or is gone
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Unsupported without {@link RuntimeCapability#PAUSE}
     */
    void resume(SandboxId id);

    /**
     * Ends all processes of the sandbox, frozen or not, and removes whatever was made for it: the container, and volumes that were
     * made for it and are to go with it. Returns when they are gone. Idempotent; an unknown id is fine.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed if the engine refuses it for this sandbox, or
     *     does not confirm it in time, for example since the machine that runs it is away; it may still happen
     */
    void remove(SandboxId id);

    /**
     * Makes the current network policy of a sandbox hold: for new connections when this returns, and older ones that it
     * does not allow are cut soon after. Idempotent; a policy of an older revision than the one in force is ignored, and
     * so is a sandbox whose network is not prepared.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable if what guards this sandbox does not confirm it
     */
    void enforce(Sandbox sandbox);

    /**
     * The policy that holds for a sandbox now; nothing if the runtime was never told one, which allows everything.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable if what guards this sandbox does not say it
     */
    Optional<EnforcedPolicy> findEnforced(SandboxId id);

    /**
     * What was decided about the sandbox's outbound traffic lately, as far as it is remembered.
     *
     * @param verdict only decisions with this outcome, or null for all
     * @param atMost how many decisions to list, at least 1
     * @throws dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable if what guards this sandbox does not say it
     */
    NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost);

    /**
     * The end of what the entry process wrote, of all its runs; empty if there is no container of this sandbox, or its
     * log cannot be had. Holds no more than the selection in memory, however much was written.
     */
    Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection);

    /**
     * Where this server reaches a port of a running sandbox; nothing if it does not run. Says nothing about whether
     * anything listens there.
     *
     * @param port 1 to 65535
     */
    Optional<InetSocketAddress> findAddress(SandboxId id, int port);

    /** What is there of this sandbox now; {@link Observation.Missing} for an unknown id. */
    Observation observe(SandboxId id);

    /** Everything of this instance that is there now, in one consistent look; one entry per sandbox, in no order. */
    List<ObservedSandbox> observeAll();

    /**
     * What this instance made, that belongs to no sandbox, and that nothing is going to use: sidecars that were to be kept
     * ready and were forgotten, networks of an earlier configuration, containers that name no sandbox.
     */
    List<RuntimePart> listStrays();

    /**
     * Removes one of {@link #listStrays}, unless it is none any more. Idempotent; what is in use stays.
     *
     * @throws dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed as {@link #remove} does
     */
    void removeStray(RuntimePart stray);

    /**
     * Calls the listener from another thread whenever something happened to a sandbox or to the connection, until the
     * watch is closed. Events may be repeated or concern ids that are unknown; none is lost while connected. The runtime
     * reconnects by itself for ever.
     */
    Watch watch(WatchListener listener);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        /** Ends the watch; no call begins after this returned. Idempotent. */
        @Override
        void close();
    }

    /** Told by {@link #watch}. Must return soon. */
    interface WatchListener {
        /** Something happened to this sandbox after its launch: {@link #observe} it. */
        void changed(SandboxId id);

        /** Events flow, for the first time or again; what happened before may have been missed. */
        void connected();

        /** The engine is away. */
        void disconnected();
    }
}
