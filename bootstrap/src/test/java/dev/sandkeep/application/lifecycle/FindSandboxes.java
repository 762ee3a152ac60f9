package dev.sandkeep.application.lifecycle;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.domain.sandbox.SandboxId;

/** Breaks the rules of the application: a use case that calls another one, and knows JSON. */
public final class FindSandboxes {

    private final FindSandbox findSandbox;
    private final ObjectMapper json = new ObjectMapper();

    public FindSandboxes(FindSandbox findSandbox) {
        this.findSandbox = findSandbox;
    }

    public String find(SandboxId id) {
        return json + findSandbox.find(id, false).toString();
    }
}
