package dev.sandkeep.adapters.http.error;

/** The body of every error. */
public record ErrorBody(ErrorCode code, String message) {}
