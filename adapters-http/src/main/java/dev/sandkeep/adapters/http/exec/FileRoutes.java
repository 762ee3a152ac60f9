package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.file.FindFileInfo;
import dev.sandkeep.application.file.ListDirectory;
import dev.sandkeep.application.file.NamePattern;
import dev.sandkeep.application.file.ReadFile;
import dev.sandkeep.application.file.SearchFiles;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.exec.FileEntry;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads files and directories of sandboxes. */
public final class FileRoutes implements Routes {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final FindFileInfo findFileInfo;
    private final ListDirectory listDirectory;
    private final SearchFiles searchFiles;
    private final ReadFile readFile;
    private final SandboxUse use;

    public FileRoutes(
            FindFileInfo findFileInfo,
            ListDirectory listDirectory,
            SearchFiles searchFiles,
            ReadFile readFile,
            RenewOnAccess renewOnAccess) {
        this.findFileInfo = findFileInfo;
        this.listDirectory = listDirectory;
        this.searchFiles = searchFiles;
        this.readFile = readFile;
        this.use = new SandboxUse(renewOnAccess);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.get(base + "/files/info", this::info);
            routes.get(base + "/files/search", this::search);
            routes.get(base + "/files/download", this::download);
            routes.get(base + "/directories/list", this::list);
        }
    }

    private void info(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        Map<String, FileEntryResponse> found = new LinkedHashMap<>();
        findFileInfo
                .find(sandbox, context.queryParams("path"))
                .forEach((path, entry) -> found.put(path, FileEntryResponse.from(entry)));
        answer(context, sandbox, found);
    }

    private void search(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String pattern = context.queryParam("pattern");
        answer(
                context,
                sandbox,
                searchFiles.search(
                        sandbox,
                        Queries.required(context, "path"),
                        NamePattern.of(pattern == null || pattern.isEmpty() ? "**" : pattern)));
    }

    private void list(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        answer(
                context,
                sandbox,
                listDirectory.list(sandbox, Queries.required(context, "path"), depth(context.queryParam("depth"))));
    }

    private static int depth(@Nullable String text) {
        if (text == null) {
            return 1;
        }
        if (!text.matches("\\d{1,9}")) {
            throw new InvalidValue("depth", "must be a whole number that is not negative");
        }
        return Integer.parseInt(text);
    }

    private void answer(Context context, SandboxId sandbox, List<FileEntry> entries) {
        answer(context, sandbox, (Object)
                entries.stream().map(FileEntryResponse::from).toList());
    }

    private void answer(Context context, SandboxId sandbox, Object body) {
        use.note(sandbox);
        context.contentType("application/json").result(Json.write(body));
    }

    private void download(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String path = Queries.required(context, "path");
        try (ReadFile.Reading file = readFile.open(sandbox, path)) {
            ByteRange range = ByteRange.find(context.header("Range"), file.size());
            HttpServletResponse response = context.res();
            response.setContentType("application/octet-stream");
            response.setHeader("Content-Disposition", disposition(path));
            response.setHeader("Last-Modified", HTTP_DATE.format(file.modifiedAt()));
            response.setHeader("Accept-Ranges", "bytes");
            if (range != null) {
                response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
                response.setHeader("Content-Range", range.contentRange(file.size()));
            }
            long length = range == null ? file.size() : range.length();
            response.setContentLengthLong(length);
            BodyStream body = new BodyStream(response);
            body.fill(() -> file.copy(range == null ? 0 : range.from(), length, body::write));
        }
        use.note(sandbox);
    }

    /** RFC 6266: a name beyond ASCII comes encoded. */
    private static String disposition(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return encoded.equals(name)
                ? "attachment; filename=\"" + name + "\""
                : "attachment; filename=\"" + encoded + "\"; filename*=UTF-8''" + encoded;
    }
}
