package dev.sandkeep.application.port;

import dev.sandkeep.application.lifecycle.FindSandbox;

/** Breaks the rules of the ports: nobody implements it, and it knows a use case. */
public interface LonelyPort {

    FindSandbox useCase();
}
