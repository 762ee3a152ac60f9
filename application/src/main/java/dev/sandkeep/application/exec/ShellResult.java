package dev.sandkeep.application.exec;

import java.nio.charset.StandardCharsets;

/** What came of a short shell program. */
@SuppressWarnings("ArrayRecordComponent")
public record ShellResult(int exitCode, byte[] output, String errors) {

    public String text() {
        return new String(output, StandardCharsets.UTF_8);
    }
}
