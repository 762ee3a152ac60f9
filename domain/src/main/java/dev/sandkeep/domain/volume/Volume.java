package dev.sandkeep.domain.volume;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Storage that is mounted into a sandbox. */
public sealed interface Volume {

    /** Unique within a sandbox; a DNS label (RFC 1123). */
    String name();

    MountPath mountPath();

    boolean readOnly();

    /** The directory within the storage that is mounted, or null for its root. */
    @Nullable
    SubPath subPath();

    /** A directory of the host. Whether it may be mounted is the operator's decision. */
    record HostPath(
            String name,
            MountPath mountPath,
            boolean readOnly,
            @Nullable SubPath subPath,
            String path) implements Volume {

        public HostPath {
            checkName(name);
            if (!path.startsWith("/") || path.length() > MountPath.MAX_LENGTH) {
                throw new InvalidValue("host.path", "must be an absolute path of at most 4096 characters");
            }
            MountPath.checkCharacters("host.path", path);
        }
    }

    /**
     * A volume that the runtime keeps by name: a Docker named volume, or a persistent volume claim.
     *
     * @param createIfNotExists make it if there is none of that name
     * @param deleteOnSandboxTermination remove it with the sandbox, but only if it was made for this sandbox
     * @param request what it is to be like if it is made
     */
    record Named(
            String name,
            MountPath mountPath,
            boolean readOnly,
            @Nullable SubPath subPath,
            String claimName,
            boolean createIfNotExists,
            boolean deleteOnSandboxTermination,
            StorageRequest request)
            implements Volume {

        /** Made, if at all, as the operator wants it. */
        public Named(
                String name,
                MountPath mountPath,
                boolean readOnly,
                @Nullable SubPath subPath,
                String claimName,
                boolean createIfNotExists,
                boolean deleteOnSandboxTermination) {
            this(
                    name,
                    mountPath,
                    readOnly,
                    subPath,
                    claimName,
                    createIfNotExists,
                    deleteOnSandboxTermination,
                    StorageRequest.none());
        }

        public Named {
            checkName(name);
            if (claimName.length() > 253 || !DNS_LABEL.matcher(claimName).matches()) {
                throw new InvalidValue(
                        "pvc.claimName", "must be 1 to 253 of [a-z0-9-] that start and end with a letter or digit");
            }
        }
    }

    /** A DNS label as Kubernetes names want it. */
    Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    private static void checkName(String name) {
        if (name.length() > 63 || !DNS_LABEL.matcher(name).matches()) {
            throw new InvalidValue("name", "must be 1 to 63 of [a-z0-9-] that start and end with a letter or digit");
        }
    }
}
