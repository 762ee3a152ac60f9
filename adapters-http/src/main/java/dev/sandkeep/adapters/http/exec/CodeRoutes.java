package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.code.CreateCodeContext;
import dev.sandkeep.application.code.DeleteCodeContexts;
import dev.sandkeep.application.code.FindCodeContexts;
import dev.sandkeep.application.code.RunCode;
import dev.sandkeep.application.exec.RunCommand;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Code in sandboxes, with a state that is kept. */
public final class CodeRoutes implements Routes {

    private final RunCode runCode;
    private final CreateCodeContext createCodeContext;
    private final FindCodeContexts findCodeContexts;
    private final DeleteCodeContexts deleteCodeContexts;
    private final RunCommand runCommand;
    private final SandboxUse use;
    private final InstantSource clock;

    public CodeRoutes(
            RunCode runCode,
            CreateCodeContext createCodeContext,
            FindCodeContexts findCodeContexts,
            DeleteCodeContexts deleteCodeContexts,
            RunCommand runCommand,
            RenewOnAccess renewOnAccess,
            InstantSource clock) {
        this.runCode = runCode;
        this.createCodeContext = createCodeContext;
        this.findCodeContexts = findCodeContexts;
        this.deleteCodeContexts = deleteCodeContexts;
        this.runCommand = runCommand;
        this.use = new SandboxUse(renewOnAccess);
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.post(base + "/code", this::run);
            routes.post(base + "/code/context", this::create);
            routes.get(base + "/code/contexts", this::list);
            routes.delete(base + "/code/contexts", this::deleteAll);
            routes.get(base + "/code/contexts/{id}", this::get);
            routes.delete(base + "/code/contexts/{id}", this::delete);
        }
    }

    private void run(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        CodeRequest request = CodeRequest.from(Json.parse(context.bodyAsBytes()));
        CommandEvents.tell(context, clock, () -> use.note(sandbox), events -> {
            if (request.isCommand()) {
                events.follow(() -> runCommand.run(sandbox, request.toCommand(), events));
            } else {
                CodeEvents told = new CodeEvents(events, clock);
                told.ended(runCode.run(sandbox, request.toCode(), told));
            }
        });
    }

    private void create(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        CodeContextRequest request = CodeContextRequest.from(Json.parse(context.bodyAsBytes()));
        answer(
                context,
                sandbox,
                CodeContextResponse.from(createCodeContext.create(sandbox, request.language(), request.directory())));
    }

    private void list(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        answer(
                context,
                sandbox,
                findCodeContexts.list(sandbox, language(context.queryParam("language"))).stream()
                        .map(CodeContextResponse::from)
                        .toList());
    }

    private static @Nullable CodeLanguage language(@Nullable String text) {
        return text == null || text.isEmpty() ? null : CodeLanguage.parse("language", text);
    }

    private void deleteAll(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        deleteCodeContexts.deleteAll(sandbox, CodeLanguage.parse("language", Queries.required(context, "language")));
        use.note(sandbox);
    }

    private void get(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        answer(context, sandbox, CodeContextResponse.from(findCodeContexts.get(sandbox, context.pathParam("id"))));
    }

    private void delete(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        deleteCodeContexts.delete(sandbox, context.pathParam("id"));
        use.note(sandbox);
    }

    private void answer(Context context, SandboxId sandbox, Object body) {
        use.note(sandbox);
        context.contentType("application/json").result(Json.write(body));
    }
}
