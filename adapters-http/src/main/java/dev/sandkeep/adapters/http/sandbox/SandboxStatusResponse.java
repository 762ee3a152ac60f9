package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.sandbox.SandboxState;

/** The field {@code status} of a sandbox. */
record SandboxStatusResponse(String state, String reason, String message, String lastTransitionAt) {

    static SandboxStatusResponse from(SandboxState state) {
        return new SandboxStatusResponse(
                state.kind().word(), state.reason().word(), state.message(), Timestamps.format(state.since()));
    }
}
