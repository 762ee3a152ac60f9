package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Locale;
import java.util.Set;

/** The operating system and processor architecture to run, in the words of the OCI image index. */
public record Platform(String os, String arch) {

    private static final Set<String> SYSTEMS = Set.of("linux", "windows");
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "arm64");

    public Platform {
        os = os.toLowerCase(Locale.ROOT);
        arch = arch.toLowerCase(Locale.ROOT);
        if (!SYSTEMS.contains(os)) {
            throw new InvalidValue("platform.os", "must be linux or windows");
        }
        if (!ARCHITECTURES.contains(arch)) {
            throw new InvalidValue("platform.arch", "must be amd64 or arm64");
        }
    }

    @Override
    public String toString() {
        return os + "/" + arch;
    }
}
