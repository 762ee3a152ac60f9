package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what an engine's words mean. Pure. */
final class ContainerObservations {

    /** The words of Docker's init process for an entry process that it could not start. */
    private static final Pattern TINI_CANNOT_START = Pattern.compile("\\[FATAL tini \\(\\d+\\)] exec .* failed: .*");
    /** And of Podman's, which ends with another code. */
    private static final Pattern CATATONIT_CANNOT_START =
            Pattern.compile(" *ERROR \\(catatonit:\\d+\\): failed to exec pid1: .*");

    private static final int CATATONIT_FAILED = 1;
    private static final int CANNOT_EXECUTE = 126;
    private static final int NOT_FOUND = 127;
    /** What the engine gives to a process whose end nobody saw. */
    private static final int UNKNOWN_CODE = 255;

    private ContainerObservations() {}

    /**
     * What the state in a list of containers says.
     *
     * @param status the engine's word, for example {@code running}
     * @return empty if it takes a closer look
     */
    static Optional<Observation> ofListed(@Nullable String status) {
        return switch (status == null ? "" : status.toLowerCase(Locale.ROOT)) {
            case "running" -> Optional.of(new Observation.Running());
            case "paused" -> Optional.of(new Observation.Paused());
            case "created" -> Optional.of(new Observation.Created());
            default -> Optional.empty();
        };
    }

    /** Whether its processes are there, be they frozen. */
    static boolean isUp(ContainerState state) {
        return Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getPaused());
    }

    /** Whether its entry process ended, so that its log is needed for {@link #of}. */
    static boolean ended(ContainerState state) {
        return !Boolean.TRUE.equals(state.getRunning())
                && !Boolean.TRUE.equals(state.getPaused())
                && !Boolean.TRUE.equals(state.getRestarting())
                && switch (statusOf(state)) {
                    case "created", "configured", "initialized", "removing" -> false;
                    default -> true;
                };
    }

    /** @param lastLines the last lines of its log if it ended, else nothing */
    static Observation of(ContainerState state, List<String> lastLines) {
        if (Boolean.TRUE.equals(state.getPaused())) {
            return new Observation.Paused();
        }
        if (Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getRestarting())) {
            return new Observation.Running();
        }
        if (ended(state)) {
            return new Observation.Exited(exitOf(state, lastLines));
        }
        return statusOf(state).equals("removing") ? new Observation.Remnant() : new Observation.Created();
    }

    private static Exit exitOf(ContainerState state, List<String> lastLines) {
        Long known = state.getExitCodeLong();
        int code = known == null || known < 0 || known > UNKNOWN_CODE ? UNKNOWN_CODE : known.intValue();
        return new Exit(code, causeOf(state, code, lastLines), lastLines.isEmpty() ? null : lastLines.getLast());
    }

    private static Exit.Cause causeOf(ContainerState state, int code, List<String> lastLines) {
        if (initCouldNotStartIt(code, lastLines)) {
            return Exit.Cause.ENTRYPOINT_NOT_FOUND;
        }
        // A child may have been killed without harm to the entry process, which then ends well.
        return Boolean.TRUE.equals(state.getOOMKilled()) && code != 0
                ? Exit.Cause.OUT_OF_MEMORY
                : Exit.Cause.PROCESS_ENDED;
    }

    private static boolean initCouldNotStartIt(int code, List<String> lastLines) {
        return switch (code) {
            case NOT_FOUND, CANNOT_EXECUTE ->
                lastLines.stream()
                        .anyMatch(line -> TINI_CANNOT_START.matcher(line).matches());
            case CATATONIT_FAILED ->
                lastLines.stream()
                        .anyMatch(line -> CATATONIT_CANNOT_START.matcher(line).matches());
            default -> false;
        };
    }

    private static String statusOf(ContainerState state) {
        return state.getStatus() == null ? "" : state.getStatus().toLowerCase(Locale.ROOT);
    }
}
