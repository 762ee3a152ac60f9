package dev.sandkeep.domain.exec;

import org.jspecify.annotations.Nullable;

/**
 * Where pieces of code run one after the other, each with what those before left behind.
 *
 * @param directory where it began, or null for where the sandbox's entry process began
 */
public record CodeContext(
        String id, CodeLanguage language, @Nullable String directory) {}
