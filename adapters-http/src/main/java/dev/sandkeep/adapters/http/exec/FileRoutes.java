package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.file.FindFileInfo;
import dev.sandkeep.application.file.FoundFiles;
import dev.sandkeep.application.file.ListDirectory;
import dev.sandkeep.application.file.NamePattern;
import dev.sandkeep.application.file.ReadFile;
import dev.sandkeep.application.file.SearchFiles;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads files and directories of sandboxes. */
public final class FileRoutes implements Routes {

    private static final Logger log = LoggerFactory.getLogger(FileRoutes.class);
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
        use.note(sandbox);
        context.contentType("application/json").result(Json.write(found));
    }

    private void search(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String pattern = context.queryParam("pattern");
        NamePattern names = NamePattern.of(pattern == null || pattern.isEmpty() ? "**" : pattern);
        try (FoundFiles found = searchFiles.search(sandbox, Queries.required(context, "path"), names)) {
            answer(context, sandbox, found);
        }
    }

    private void list(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        int depth = depth(context.queryParam("depth"));
        try (FoundFiles found = listDirectory.list(sandbox, Queries.required(context, "path"), depth)) {
            answer(context, sandbox, found);
        }
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

    /** Not as a whole in memory: there may be many. */
    private void answer(Context context, SandboxId sandbox, FoundFiles found) {
        use.note(sandbox);
        context.contentType("application/json");
        try {
            Json.writeArray(
                    found.entries().stream().map(FileEntryResponse::from),
                    context.res().getOutputStream());
        } catch (IOException gone) {
            log.debug("A client went away while it was told of files: {}", gone.getMessage());
        }
    }

    private void download(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String path = Queries.required(context, "path");
        try (ReadFile.Reading file = readFile.open(sandbox, path)) {
            HttpServletResponse response = context.res();
            BodyStream body = new BodyStream(response);
            ByteRange range = range(context, file.size());
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
            body.fill(() -> file.copy(range == null ? 0 : range.from(), length, body::write));
        }
        use.note(sandbox);
    }

    /** Who asks for what is not there is told how much there is (RFC 9110, 15.5.17). */
    private static @Nullable ByteRange range(Context context, long size) {
        try {
            return ByteRange.find(context.header("Range"), size);
        } catch (ExecException.NoSuchRange beyond) {
            context.header("Content-Range", "bytes */" + beyond.size());
            throw beyond;
        }
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
