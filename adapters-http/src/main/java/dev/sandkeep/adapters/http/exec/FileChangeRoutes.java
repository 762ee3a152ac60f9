package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.file.ChangeFiles;
import dev.sandkeep.application.file.ReplaceInFiles;
import dev.sandkeep.application.file.WriteFile;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Changes files and directories of sandboxes. */
public final class FileChangeRoutes implements Routes {

    private final ChangeFiles changeFiles;
    private final ReplaceInFiles replaceInFiles;
    private final WriteFile writeFile;
    private final SandboxUse use;

    public FileChangeRoutes(
            ChangeFiles changeFiles, ReplaceInFiles replaceInFiles, WriteFile writeFile, RenewOnAccess renewOnAccess) {
        this.changeFiles = changeFiles;
        this.replaceInFiles = replaceInFiles;
        this.writeFile = writeFile;
        this.use = new SandboxUse(renewOnAccess);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.delete(base + "/files", this::deleteFiles);
            routes.post(base + "/files/permissions", this::changePermissions);
            routes.post(base + "/files/mv", this::move);
            routes.post(base + "/files/replace", this::replace);
            routes.post(base + "/files/upload", this::upload);
            routes.post(base + "/directories", this::createDirectories);
            routes.delete(base + "/directories", this::deleteDirectories);
        }
    }

    private static JsonNode body(Context context) {
        return Json.parse(context.bodyAsBytes());
    }

    private void deleteFiles(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        changeFiles.deleteFiles(sandbox, context.queryParams("path"));
        use.note(sandbox);
    }

    private void deleteDirectories(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        changeFiles.deleteDirectories(sandbox, context.queryParams("path"));
        use.note(sandbox);
    }

    private void createDirectories(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        changeFiles.createDirectories(sandbox, FileRequests.permissions(body(context)));
        use.note(sandbox);
    }

    private void changePermissions(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        changeFiles.changePermissions(sandbox, FileRequests.permissions(body(context)));
        use.note(sandbox);
    }

    private void move(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        changeFiles.move(sandbox, FileRequests.moves(body(context)));
        use.note(sandbox);
    }

    private void replace(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        Map<String, Integer> counts = replaceInFiles.replace(sandbox, FileRequests.replacements(body(context)));
        use.note(sandbox);
        if ("true".equals(context.queryParam("verbose"))) {
            Map<String, Map<String, Integer>> response = new LinkedHashMap<>();
            counts.forEach((path, count) -> response.put(path, Map.of("replacedCount", count)));
            context.contentType("application/json").result(Json.write(response));
        }
    }

    /** Its body is read while it arrives, and may be of any length. */
    private void upload(Context context) throws IOException {
        SandboxId sandbox = ExecPath.sandbox(context);
        try (UploadParts parts = new UploadParts(writeFile, sandbox, context.contentType())) {
            parts.readFrom(context.req().getInputStream());
        }
        use.note(sandbox);
    }
}
