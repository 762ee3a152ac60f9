package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.domain.exec.CodeContext;
import org.jspecify.annotations.Nullable;

/** A code context. */
record CodeContextResponse(
        String id, String language, @Nullable String cwd) {

    static CodeContextResponse from(CodeContext context) {
        return new CodeContextResponse(context.id(), context.language().word(), context.directory());
    }
}
