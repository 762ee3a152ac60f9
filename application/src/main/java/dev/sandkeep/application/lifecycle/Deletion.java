package dev.sandkeep.application.lifecycle;

import dev.sandkeep.domain.sandbox.Sandbox;

/** When a deleted sandbox counts as gone for its user: deleted, and nothing of it is left to remove. */
final class Deletion {

    private Deletion() {}

    static boolean isComplete(Sandbox sandbox) {
        return sandbox.deletedAt().isPresent() && sandbox.state().ended();
    }
}
