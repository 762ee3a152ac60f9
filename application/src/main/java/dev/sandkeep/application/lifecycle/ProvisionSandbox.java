package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a Pending sandbox Running, or Failed with a reason. Has two steps, so that a slow registry does not hold up
 * sandboxes whose image is there. Both do nothing for a sandbox that is no longer Pending, may be repeated, and let
 * {@link SandboxException.RuntimeUnavailable} through: then the sandbox stays Pending and the step is to be tried again.
 */
public final class ProvisionSandbox {

    private static final Logger log = LoggerFactory.getLogger(ProvisionSandbox.class);

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final PrivateImages privateImages;
    private final PrivatePulls privatePulls;
    private final LatestImages latestImages;
    private final InstantSource clock;

    public ProvisionSandbox(
            SandboxRuntime runtime, SandboxRepository repository, PrivateImages privateImages, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.privateImages = privateImages;
        this.privatePulls = new PrivatePulls(privateImages);
        this.latestImages = new LatestImages(clock);
        this.clock = clock;
    }

    /** Gets the image; a snapshot is on the host. */
    public void prepare(SandboxId id, @Nullable RegistryCredentials credentials) {
        attempt(id, sandbox -> {
            if (sandbox.spec().source() instanceof Source.Image image) {
                obtain(sandbox, image, credentials);
            }
        });
    }

    private void obtain(Sandbox sandbox, Source.Image image, @Nullable RegistryCredentials credentials) {
        if (image.authenticated() && credentials == null) {
            requireContainer(sandbox);
        } else if (credentials != null) {
            privatePulls.run(image.reference().repository(), () -> pull(sandbox, image.reference(), credentials));
        } else if (!isFreelyAvailable(sandbox, image.reference())) {
            pull(sandbox, image.reference(), null);
        } else if (runtime.capabilities().contains(RuntimeCapability.IMAGES) && latestImages.isDue(image.reference())) {
            renew(sandbox, image.reference());
        }
    }

    /** One that was made on this host, or whose registry is away, is used as it is. */
    private void renew(Sandbox sandbox, ImageRef image) {
        try {
            pull(sandbox, image, null);
        } catch (SandboxException.LaunchFailed refused) {
            latestImages.wasRefused(image);
            log.info("Image {} is used as it is on the host: {}", image, refused.getMessage());
        }
    }

    /** Makes and starts it. */
    public void launch(SandboxId id) {
        attempt(id, sandbox -> {
            runtime.prepareNetwork(sandbox);
            findPending(id).ifPresent(this::launch);
            settle(id);
        });
    }

    /** Where the network is made together with the sandbox, a policy that was changed meanwhile had no effect yet. */
    private void launch(Sandbox sandbox) {
        runtime.launch(sandbox);
        findPending(sandbox.id())
                .filter(now -> now.policyRevision() > sandbox.policyRevision())
                .ifPresent(runtime::enforce);
    }

    /** Says in the sandbox's status that it is waiting for the runtime. */
    public void waitForRuntime(SandboxId id) {
        report(id, StatusReason.RUNTIME_UNAVAILABLE, "Waiting for the container runtime, which cannot be reached");
    }

    private void attempt(SandboxId id, Step step) {
        Optional<Sandbox> pending = findPending(id);
        if (pending.isEmpty()) {
            return;
        }
        try {
            step.run(pending.get());
        } catch (SandboxException.LaunchFailed failed) {
            fail(id, failed);
        } catch (Abandoned abandoned) {
            log.info("Sandbox {} is no longer wanted; its provisioning was given up", id);
        }
    }

    /**
     * The credentials of a request are kept nowhere, so when the server that had it is gone, only what was already made
     * can be finished.
     */
    private void requireContainer(Sandbox sandbox) {
        if (runtime.observe(sandbox.id()) instanceof Observation.Missing) {
            throw new SandboxException.LaunchFailed(
                    StatusReason.RUNTIME_ERROR,
                    "The server that took the request ended before the image was pulled, and registry credentials are not stored;"
                            + " create the sandbox again",
                    null);
        }
    }

    private boolean isFreelyAvailable(Sandbox sandbox, ImageRef image) {
        return runtime.hasImage(image, sandbox.spec().platform()) && !privateImages.isMarked(image.repository());
    }

    private void pull(Sandbox sandbox, ImageRef image, @Nullable RegistryCredentials credentials) {
        SandboxId id = sandbox.id();
        runtime.pullImage(id, image, sandbox.spec().platform(), credentials, progress -> {
            if (!report(id, StatusReason.PROVISIONING, progress)) {
                throw new Abandoned();
            }
        });
    }

    /** Notes that it runs; if its end was decided meanwhile, nobody else knows that there is something to remove. */
    private void settle(SandboxId id) {
        Sandbox settled = repository
                .update(id, sandbox -> switch (sandbox.state()) {
                    case Pending _ -> sandbox.started(clock.instant());
                    default -> sandbox;
                })
                .orElse(null);
        if (settled == null || !settled.state().wanted()) {
            runtime.remove(id);
        } else {
            log.info("Sandbox {} is {}", id, settled.state().kind().word());
        }
    }

    private void fail(SandboxId id, SandboxException.LaunchFailed failed) {
        log.info("Sandbox {} could not be provisioned: {}", id, failed.getMessage());
        repository.update(id, sandbox -> switch (sandbox.state()) {
            case Pending _ ->
                sandbox.provisioningFailed(failed.reason(), String.valueOf(failed.getMessage()), clock.instant());
            default -> sandbox;
        });
    }

    /** Whether it is still Pending. */
    private boolean report(SandboxId id, StatusReason reason, String message) {
        return repository
                .update(id, sandbox -> switch (sandbox.state()) {
                    case Pending _ -> sandbox.progressed(reason, message);
                    default -> sandbox;
                })
                .filter(sandbox -> sandbox.state() instanceof Pending)
                .isPresent();
    }

    private Optional<Sandbox> findPending(SandboxId id) {
        return repository.find(id).filter(sandbox -> sandbox.state() instanceof Pending);
    }

    private interface Step {
        void run(Sandbox sandbox);
    }

    /** The sandbox was deleted or expired while its image was being pulled. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
