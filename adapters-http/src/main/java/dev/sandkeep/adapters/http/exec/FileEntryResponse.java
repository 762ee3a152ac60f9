package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandkeep.domain.exec.FileEntry;
import java.util.Locale;

/** A file of a sandbox. The mode has octal digits, read as decimal ones. */
record FileEntryResponse(
        String path,
        String type,
        long size,
        @JsonProperty("modified_at") String modifiedAt,
        @JsonProperty("created_at") String createdAt,
        String owner,
        String group,
        int mode) {

    static FileEntryResponse from(FileEntry entry) {
        return new FileEntryResponse(
                entry.path(),
                entry.kind().name().toLowerCase(Locale.ROOT),
                entry.size(),
                entry.modifiedAt().toString(),
                entry.changedAt().toString(),
                entry.owner(),
                entry.group(),
                Integer.parseInt(Integer.toOctalString(entry.mode())));
    }
}
