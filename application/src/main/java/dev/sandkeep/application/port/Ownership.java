package dev.sandkeep.application.port;

import dev.sandkeep.domain.admission.Quota;

/**
 * Whose a new sandbox is to be.
 *
 * @param owner the name of the API key that it is created with
 * @param quota what everything of this owner may use together, the new sandbox included
 */
public record Ownership(String owner, Quota quota) {}
