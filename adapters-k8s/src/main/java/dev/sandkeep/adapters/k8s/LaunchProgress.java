package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.adapters.k8s.PodObservations.given;
import static java.util.Objects.requireNonNullElse;

import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.domain.sandbox.StatusReason;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far the launch of a Pod is. */
sealed interface LaunchProgress {

    /** The entry process was started; it may have ended since. */
    record Started() implements LaunchProgress {}

    /**
     * It is under way.
     *
     * @param why what it waits for, in a few words
     */
    record Waiting(String why) implements LaunchProgress {}

    /** No node takes it, as the scheduler says. */
    record Unschedulable(String why) implements LaunchProgress {}

    /** It will not run, however long one waits. */
    record Refused(StatusReason reason, String why) implements LaunchProgress {}

    /** Somebody deletes the Pod. */
    record Deleted() implements LaunchProgress {}

    /** Words for an image that cannot be had. The first attempt counts, as it does on a host of one's own. */
    Set<String> NO_IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "InvalidImageName",
            "ImageInspectError",
            "SignatureValidationFailed");

    /** A node that pulls much at the same time says no for a moment. */
    String TOO_MANY_PULLS = "pull QPS exceeded";

    /** Words for a container that cannot be made as asked. */
    Set<String> NOT_MADE = Set.of("CreateContainerError", "RunContainerError", "PostStartHookError");

    /** What of that goes away by itself: a node that is slow, and goes on with what it began. */
    Set<String> SLOW = Set.of("context deadline exceeded", "is reserved for", "DeadlineExceeded");

    /** What the state of a Pod says. Pure. */
    static LaunchProgress of(Pod pod, String image) {
        Optional<String> eviction = PodObservations.eviction(pod);
        if (eviction.isPresent()) {
            return new Refused(StatusReason.RUNTIME_ERROR, eviction.get());
        }
        if (PodObservations.isBeingDeleted(pod)) {
            return new Deleted();
        }
        Optional<ContainerState> sandbox = PodObservations.sandbox(pod).map(ContainerStatus::getState);
        if (sandbox.map(ContainerState::getRunning).isPresent()) {
            return new Started();
        }
        if (sandbox.map(ContainerState::getTerminated).isPresent()) {
            return ended(pod, sandbox.get().getTerminated());
        }
        Optional<LaunchProgress> guard = PodObservations.sidecar(pod).flatMap(LaunchProgress::ofSidecar);
        if (guard.isPresent()) {
            return guard.get();
        }
        Optional<String> unschedulable = PodObservations.condition(pod, "PodScheduled")
                .filter(condition -> "False".equals(condition.getStatus()))
                .map(condition -> Text.plain(requireNonNullElse(condition.getMessage(), "no node fits")));
        return unschedulable
                .<LaunchProgress>map(Unschedulable::new)
                .orElseGet(
                        () -> ofWaiting(sandbox.map(ContainerState::getWaiting).orElse(null), image));
    }

    private static LaunchProgress ended(Pod pod, ContainerStateTerminated ended) {
        boolean neverRan = "StartError".equals(ended.getReason()) || "ContainerCannotRun".equals(ended.getReason());
        if (!neverRan) {
            return new Started();
        }
        Optional<ContainerStatus> guard = PodObservations.sidecar(pod)
                .filter(status -> status.getState() != null && status.getState().getTerminated() != null);
        if (guard.isPresent()) {
            return guardFailed(guard.get());
        }
        String said = Text.plain(requireNonNullElse(ended.getMessage(), ""));
        return PodObservations.isNoExecutable(ended.getMessage())
                ? new Refused(
                        StatusReason.ENTRYPOINT_NOT_FOUND,
                        "The image has no executable of that name; check the entrypoint. The node says: " + said)
                : new Refused(StatusReason.RUNTIME_ERROR, "The node could not start it: " + said);
    }

    /** Nothing of the sandbox starts before its sidecar, so what is wrong with that is told instead. */
    private static Optional<LaunchProgress> ofSidecar(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null || state.getRunning() != null) {
            return Optional.empty();
        }
        ContainerStateWaiting waiting = state.getWaiting();
        if (waiting == null) {
            return Optional.of(guardFailed(status));
        }
        String reason = requireNonNullElse(waiting.getReason(), "");
        if (NO_IMAGE.contains(reason) && !isTransient(waiting)) {
            return Optional.of(new Refused(
                    StatusReason.RUNTIME_ERROR,
                    "The image of the sidecar that guards the network cannot be had: " + said(waiting)
                            + ". Its operator should load it onto the nodes, or set egress.image"));
        }
        return reason.equals("CrashLoopBackOff") || (NOT_MADE.contains(reason) && !isTransient(waiting))
                ? Optional.of(guardFailed(status))
                : Optional.empty();
    }

    private static LaunchProgress guardFailed(ContainerStatus status) {
        String waits = Optional.ofNullable(status.getState().getWaiting())
                .flatMap(waiting -> given(waiting.getMessage()))
                .map(text -> ": " + Text.plain(text))
                .orElse(".");
        return new Refused(
                StatusReason.RUNTIME_ERROR,
                "The sidecar that guards the network did not come up" + waits + PodObservations.lastWords(status));
    }

    private static LaunchProgress ofWaiting(@Nullable ContainerStateWaiting waiting, String image) {
        if (waiting == null) {
            return new Waiting("its node has not begun with it");
        }
        String reason = requireNonNullElse(waiting.getReason(), "");
        if (NO_IMAGE.contains(reason) && !isTransient(waiting)) {
            return new Refused(StatusReason.IMAGE_PULL_FAILED, "image " + image + ": " + said(waiting));
        }
        if (NOT_MADE.contains(reason) && !isTransient(waiting)) {
            return PodObservations.isNoExecutable(waiting.getMessage())
                    ? new Refused(
                            StatusReason.ENTRYPOINT_NOT_FOUND,
                            "The image has no executable of that name; check the entrypoint. The node says: "
                                    + said(waiting))
                    : new Refused(StatusReason.RUNTIME_ERROR, "The node could not make it: " + said(waiting));
        }
        return new Waiting(said(waiting));
    }

    private static boolean isTransient(ContainerStateWaiting waiting) {
        String message = requireNonNullElse(waiting.getMessage(), "");
        return message.contains(TOO_MANY_PULLS) || SLOW.stream().anyMatch(message::contains);
    }

    private static String said(ContainerStateWaiting waiting) {
        return given(waiting.getMessage())
                .map(Text::plain)
                .orElseGet(() -> requireNonNullElse(waiting.getReason(), "it was not told why"));
    }
}
