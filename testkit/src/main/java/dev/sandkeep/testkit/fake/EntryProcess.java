package dev.sandkeep.testkit.fake;

import dev.sandkeep.domain.sandbox.Entrypoint;
import dev.sandkeep.domain.sandbox.Exit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows just enough of a shell to end as the contract's entry processes do: {@code echo}, {@code exit}, and waiting. */
final class EntryProcess {

    private EntryProcess() {}

    /** How the process ends by itself, or nothing if it goes on until somebody ends it. */
    static Optional<Exit> endOf(Entrypoint entrypoint) {
        List<String> arguments = entrypoint.arguments();
        if (arguments.getFirst().startsWith("/no/such/")) {
            return Optional.of(new Exit(127, Exit.Cause.ENTRYPOINT_NOT_FOUND, null));
        }
        boolean script = arguments.size() == 3 && arguments.getFirst().equals("sh");
        return script ? endOfScript(arguments.getLast()) : Optional.empty();
    }

    /** What the process writes. */
    static List<String> outputOf(Entrypoint entrypoint) {
        List<String> arguments = entrypoint.arguments();
        if (arguments.size() != 3 || !arguments.getFirst().equals("sh")) {
            return List.of();
        }
        return Arrays.stream(arguments.getLast().split(";", -1))
                .map(String::strip)
                .filter(command -> command.startsWith("echo "))
                .map(command -> command.substring("echo ".length()))
                .toList();
    }

    private static Optional<Exit> endOfScript(String script) {
        @Nullable String lastLine = null;
        for (String command : script.split(";", -1)) {
            String[] words = command.strip().split(" ", 2);
            switch (words[0]) {
                case "echo" -> lastLine = words[1];
                case "exit" -> {
                    return Optional.of(new Exit(Integer.parseInt(words[1]), Exit.Cause.PROCESS_ENDED, lastLine));
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Exit(0, Exit.Cause.PROCESS_ENDED, lastLine));
    }
}
