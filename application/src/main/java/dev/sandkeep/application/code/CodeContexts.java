package dev.sandkeep.application.code;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The code contexts of this server. They live until they are deleted, their sandbox ends or the server stops: closing ends
 * their interpreters. Thread-safe.
 */
public final class CodeContexts implements AutoCloseable {

    /** How many there may be in one sandbox. */
    public static final int MOST_PER_SANDBOX = 32;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final SandboxRepository repository;
    private final SandboxShell shells;
    private final InstantSource clock;
    private final Map<SandboxId, Map<String, OpenContext>> contexts = new HashMap<>();
    private Instant nextLook;

    public CodeContexts(SandboxRepository repository, SandboxShell shells, InstantSource clock) {
        this.repository = repository;
        this.shells = shells;
        this.clock = clock;
        this.nextLook = clock.instant().plus(BETWEEN_LOOKS);
    }

    /** @throws SandboxException.Overloaded if the sandbox has as many as it may have */
    OpenContext add(SandboxId sandbox, CodeLanguage language, @Nullable String directory) {
        forgetEndedSandboxes();
        return put(sandbox, language, directory, false);
    }

    /** The one of the language that is there without being made. */
    OpenContext ofLanguage(SandboxId sandbox, CodeLanguage language, @Nullable String directory) {
        forgetEndedSandboxes();
        synchronized (contexts) {
            return in(sandbox).values().stream()
                    .filter(open ->
                            open.isDefault() && open.context().language().equals(language))
                    .findFirst()
                    .orElseGet(() -> put(sandbox, language, directory, true));
        }
    }

    private OpenContext put(SandboxId sandbox, CodeLanguage language, @Nullable String directory, boolean isDefault) {
        synchronized (contexts) {
            Map<String, OpenContext> there = contexts.computeIfAbsent(sandbox, _ -> new LinkedHashMap<>());
            if (there.size() >= MOST_PER_SANDBOX) {
                throw new SandboxException.Overloaded(
                        "This sandbox has " + MOST_PER_SANDBOX
                                + " code contexts, as many as may be; delete some of them first",
                        RETRY);
            }
            OpenContext added = new OpenContext(new CodeContext(shells.newId(), language, directory), isDefault);
            there.put(added.context().id(), added);
            return added;
        }
    }

    Optional<OpenContext> find(SandboxId sandbox, String id) {
        synchronized (contexts) {
            return Optional.ofNullable(in(sandbox).get(id));
        }
    }

    /** @throws ExecException.ContextNotFound if there is none of this id */
    OpenContext get(SandboxId sandbox, String id) {
        return find(sandbox, id).orElseThrow(() -> new ExecException.ContextNotFound(id));
    }

    /** Those of a language, or all; in the order in which they were made. */
    List<OpenContext> list(SandboxId sandbox, @Nullable CodeLanguage language) {
        synchronized (contexts) {
            return in(sandbox).values().stream()
                    .filter(open ->
                            language == null || open.context().language().equals(language))
                    .toList();
        }
    }

    /** Ends its interpreter, too. Idempotent. */
    void remove(SandboxId sandbox, OpenContext context) {
        synchronized (contexts) {
            Map<String, OpenContext> there = in(sandbox);
            if (there.remove(context.context().id()) != null && there.isEmpty()) {
                contexts.remove(sandbox);
            }
        }
        context.delete();
    }

    private Map<String, OpenContext> in(SandboxId sandbox) {
        return contexts.getOrDefault(sandbox, new LinkedHashMap<>());
    }

    /** Now and then, when somebody works with contexts, so that those of ended sandboxes do not add up. */
    private void forgetEndedSandboxes() {
        List<SandboxId> all;
        synchronized (contexts) {
            Instant now = clock.instant();
            if (now.isBefore(nextLook)) {
                return;
            }
            nextLook = now.plus(BETWEEN_LOOKS);
            all = List.copyOf(contexts.keySet());
        }
        for (SandboxId sandbox : all) {
            if (repository.find(sandbox).filter(found -> !found.state().ended()).isEmpty()) {
                list(sandbox, null).forEach(open -> remove(sandbox, open));
            }
        }
    }

    /** Ends all of them. Those in which nothing runs end by themselves, since their input does. */
    @Override
    public void close() {
        List<OpenContext> all = new ArrayList<>();
        synchronized (contexts) {
            contexts.values().forEach(there -> all.addAll(there.values()));
            contexts.clear();
        }
        for (OpenContext open : all) {
            Interpreter interpreter = open.interpreter();
            if (open.isRunning()) {
                open.delete();
            } else if (interpreter != null) {
                interpreter.close();
            }
        }
    }
}
