package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;

/** What a registry asks for before it gives an image. Used for one request and stored nowhere. */
public record RegistryCredentials(String username, String password) {

    public static final int MAX_LENGTH = 8 * 1024;

    public RegistryCredentials {
        if (username.isBlank() || username.length() > MAX_LENGTH) {
            throw new InvalidValue("image.auth.username", "must have 1 to " + MAX_LENGTH + " characters");
        }
        if (password.isEmpty() || password.length() > MAX_LENGTH) {
            throw new InvalidValue("image.auth.password", "must have 1 to " + MAX_LENGTH + " characters");
        }
    }

    @Override
    public String toString() {
        return "RegistryCredentials[***]";
    }
}
