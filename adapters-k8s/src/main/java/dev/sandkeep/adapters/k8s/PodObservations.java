package dev.sandkeep.adapters.k8s;

import static java.util.Objects.requireNonNullElse;

import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what the state of a Pod means for its sandbox. Pure. */
final class PodObservations {

    /** The words of the init of a sandbox for an entry process that it could not start. */
    private static final Pattern INIT_CANNOT_START = Pattern.compile("\\[FATAL tini \\(\\d+\\)] exec .* failed: .*");

    /** The words of container runtimes for the same. */
    private static final Pattern NO_EXECUTABLE = Pattern.compile(
            "exec: \"[^\"]*\": .*(?:executable file not found|no such file or directory|permission denied"
                    + "|is a directory)|executable file .* not found|exec .*: (?:no such file|permission denied)");

    /** What containers were ended by when nobody knows how they did. */
    private static final Set<String> UNKNOWN_ENDS = Set.of("ContainerStatusUnknown");

    private static final int UNKNOWN_CODE = 255;

    private PodObservations() {}

    static Observation of(Pod pod) {
        Optional<String> eviction = eviction(pod);
        if (eviction.isPresent()) {
            return new Observation.Evicted(eviction.get());
        }
        if (isBeingDeleted(pod)) {
            return new Observation.Remnant();
        }
        Optional<ContainerState> state = sandbox(pod).map(ContainerStatus::getState);
        if (state.map(ContainerState::getTerminated).isPresent()) {
            return new Observation.Exited(exitOf(state.get().getTerminated()));
        }
        if (state.map(ContainerState::getRunning).isPresent()) {
            return lostGuard(pod).<Observation>map(Observation.Unguarded::new).orElseGet(Observation.Running::new);
        }
        return new Observation.Created();
    }

    static boolean isBeingDeleted(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Why the cluster took the Pod away, in a sentence. */
    static Optional<String> eviction(Pod pod) {
        PodStatus status = statusOf(pod);
        Optional<PodCondition> disrupted =
                condition(pod, "DisruptionTarget").filter(condition -> "True".equals(condition.getStatus()));
        if (disrupted.isPresent()) {
            return Optional.of(
                    sentence(disrupted.get().getReason(), disrupted.get().getMessage()));
        }
        // The kubelet writes a reason on a Pod only if it ended it, or refused it, for one.
        if ("Failed".equals(status.getPhase()) && given(status.getReason()).isPresent()) {
            return Optional.of(sentence(status.getReason(), status.getMessage()));
        }
        return sandbox(pod)
                .map(ContainerStatus::getState)
                .map(ContainerState::getTerminated)
                .filter(ended -> UNKNOWN_ENDS.contains(String.valueOf(ended.getReason())))
                .map(ended -> sentence(ended.getReason(), ended.getMessage()));
    }

    private static String sentence(@Nullable String reason, @Nullable String message) {
        String said = given(message).map(text -> ": " + Text.plain(text)).orElse("");
        return "The cluster ended it (" + requireNonNullElse(reason, "for a reason that it did not tell") + ")" + said;
    }

    /** Why nothing guards the network any more; nothing if something does, or nothing is to. */
    private static Optional<String> lostGuard(Pod pod) {
        return sidecar(pod).flatMap(sidecar -> {
            ContainerState state = sidecar.getState();
            if (state == null || state.getRunning() != null) {
                return Optional.empty();
            }
            boolean comesBack = isNative(pod)
                    && (state.getWaiting() == null
                            || !"CrashLoopBackOff".equals(state.getWaiting().getReason()));
            return comesBack
                    ? Optional.empty()
                    : Optional.of("The sidecar that guarded its network ended; the sandbox was stopped."
                            + lastWords(sidecar));
        });
    }

    static String lastWords(ContainerStatus status) {
        return Stream.of(status.getState(), status.getLastState())
                .flatMap(state -> Stream.ofNullable(state == null ? null : state.getTerminated()))
                .flatMap(ended -> lines(ended.getMessage()).stream())
                .reduce((_, last) -> last)
                .map(line -> " Last output: " + line)
                .orElse("");
    }

    private static boolean isNative(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .anyMatch(container -> container.getName().equals(SidecarSpecs.SIDECAR));
    }

    static Exit exitOf(ContainerStateTerminated ended) {
        Integer known = ended.getExitCode();
        int code = known == null || known < 0 || known > UNKNOWN_CODE ? UNKNOWN_CODE : known;
        List<String> lines = lines(ended.getMessage());
        return new Exit(code, causeOf(ended, code, lines), lines.isEmpty() ? null : lines.getLast());
    }

    private static Exit.Cause causeOf(ContainerStateTerminated ended, int code, List<String> lines) {
        if (lines.stream().anyMatch(line -> INIT_CANNOT_START.matcher(line).matches())) {
            return code == 0 ? Exit.Cause.PROCESS_ENDED : Exit.Cause.ENTRYPOINT_NOT_FOUND;
        }
        return switch (requireNonNullElse(ended.getReason(), "")) {
            case "StartError", "ContainerCannotRun" ->
                isNoExecutable(ended.getMessage()) ? Exit.Cause.ENTRYPOINT_NOT_FOUND : Exit.Cause.PROCESS_ENDED;
            // A child may have been killed without harm to the entry process, which then ends well.
            case "OOMKilled" -> code == 0 ? Exit.Cause.PROCESS_ENDED : Exit.Cause.OUT_OF_MEMORY;
            default -> Exit.Cause.PROCESS_ENDED;
        };
    }

    static boolean isNoExecutable(@Nullable String message) {
        return message != null && NO_EXECUTABLE.matcher(message).find();
    }

    private static List<String> lines(@Nullable String message) {
        return message == null
                ? List.of()
                : message.lines()
                        .map(Text::plain)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    static Optional<ContainerStatus> sandbox(Pod pod) {
        return status(statusOf(pod).getContainerStatuses(), PodSpecs.SANDBOX);
    }

    static Optional<ContainerStatus> sidecar(Pod pod) {
        PodStatus status = statusOf(pod);
        return status(status.getInitContainerStatuses(), SidecarSpecs.SIDECAR)
                .or(() -> status(status.getContainerStatuses(), SidecarSpecs.SIDECAR));
    }

    private static Optional<ContainerStatus> status(@Nullable List<ContainerStatus> all, String name) {
        return requireNonNullElse(all, List.<ContainerStatus>of()).stream()
                .filter(status -> name.equals(status.getName()))
                .findFirst();
    }

    static Optional<PodCondition> condition(Pod pod, String type) {
        return requireNonNullElse(statusOf(pod).getConditions(), List.<PodCondition>of()).stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    static PodStatus statusOf(Pod pod) {
        return requireNonNullElse(pod.getStatus(), new PodStatus());
    }

    static Optional<String> given(@Nullable String text) {
        return Optional.ofNullable(text).filter(present -> !present.isBlank());
    }
}
