package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.application.file.WriteFile;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the files of a form while it arrives: each part {@code metadata}, which says where it is to be, is followed by a
 * part {@code file} with the content. Those before one that fails are written. For one thread.
 */
final class UploadParts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UploadParts.class);
    private static final int BUFFER = 64 * 1024;
    private static final int MOST_METADATA = 64 * 1024;
    private static final Pattern NAME = Pattern.compile(";\\s*name=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]+))");

    private final WriteFile writeFile;
    private final SandboxId sandbox;
    private final MultiPart.Parser parser;
    private String part = "";
    private @Nullable RuntimeException failure;
    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private boolean described;
    private WriteFile.@Nullable Writing writing;
    private int files;
    private boolean complete;

    /** @param contentType of the form, with its boundary */
    UploadParts(WriteFile writeFile, SandboxId sandbox, @Nullable String contentType) {
        String boundary =
                contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
                        ? null
                        : MultiPart.extractBoundary(contentType);
        if (boundary == null || boundary.isEmpty()) {
            throw new InvalidValue("Content-Type", "must be multipart/form-data with a boundary");
        }
        this.writeFile = writeFile;
        this.sandbox = sandbox;
        this.parser = new MultiPart.Parser(boundary, new Listener());
    }

    /** Reads the form to its end. */
    void readFrom(InputStream body) {
        byte[] buffer = new byte[BUFFER];
        for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
            parse(Content.Chunk.from(ByteBuffer.wrap(Arrays.copyOf(buffer, read)), false));
        }
        parse(Content.Chunk.EOF);
        if (!complete) {
            throw new InvalidValue("body", "must be a whole form");
        }
        if (described) {
            throw new InvalidValue("file", "is missing after the last part metadata");
        }
        if (files == 0) {
            throw new InvalidValue("metadata", "is required, and a part file after it");
        }
    }

    /** A client that goes away, or waits too long, is no fault of the server. */
    private static int read(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException gone) {
            log.debug("A form did not come to its end", gone);
            throw new InvalidValue("body", "must come to its end");
        }
    }

    private void parse(Content.Chunk chunk) {
        try {
            parser.parse(chunk);
        } finally {
            chunk.release();
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        if (writing != null) {
            writing.close();
        }
    }

    private void begin(String name) {
        part = name;
        switch (name) {
            case "metadata" -> {
                if (described) {
                    throw new InvalidValue("file", "is missing after a part metadata");
                }
                metadata.reset();
            }
            case "file" -> {
                if (!described) {
                    throw new InvalidValue("metadata", "is missing before a part file");
                }
                Problems problems = new Problems();
                JsonObject object = JsonObject.root(Json.parse(metadata.toByteArray()), problems);
                object.require("path", "where the file is to be");
                String path = object.text("path");
                FilePermissions permissions = FileRequests.permissions(object, problems);
                problems.throwIfAny();
                writing = writeFile.begin(sandbox, Objects.requireNonNullElse(path, ""), permissions);
            }
            default -> throw new InvalidValue("body", "must have no other parts than metadata and file");
        }
    }

    private void take(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        if (writing != null) {
            writing.write(bytes, 0, bytes.length);
        } else if (metadata.size() + bytes.length > MOST_METADATA) {
            throw new InvalidValue("metadata", "must be at most " + MOST_METADATA + " bytes");
        } else {
            metadata.writeBytes(bytes);
        }
    }

    private void end() {
        if (part.equals("metadata")) {
            described = true;
            return;
        }
        if (writing != null) {
            writing.finish();
            writing.close();
            writing = null;
        }
        described = false;
        files++;
    }

    private final class Listener implements MultiPart.Parser.Listener {

        private String name = "";

        @Override
        public void onPartBegin() {
            name = "";
        }

        @Override
        public void onPartHeader(String field, String value) {
            Matcher named = NAME.matcher(value);
            if (field.equalsIgnoreCase("Content-Disposition") && named.find()) {
                name = named.group(1) == null ? named.group(2) : named.group(1);
            }
        }

        @Override
        public void onPartHeaders() {
            doing(() -> begin(name));
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            doing(() -> take(chunk.getByteBuffer()));
        }

        @Override
        public void onPartEnd() {
            doing(UploadParts.this::end);
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        @Override
        public void onFailure(Throwable malformed) {
            if (failure == null) {
                failure = new InvalidValue("body", "must be a form as RFC 7578 has it");
            }
        }

        /** The first failure is what the client is told; the parser would make another one of it. */
        private void doing(Runnable step) {
            if (failure != null) {
                return;
            }
            try {
                step.run();
            } catch (RuntimeException failed) {
                failure = failed;
            }
        }
    }
}
