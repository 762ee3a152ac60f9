package dev.sandkeep.application.port;

/** What a runtime may or may not be able to do; what needs a missing one is refused before anything is made. */
public enum RuntimeCapability {
    /** Gives devices to a sandbox. */
    GPU,
    /** Enforces a limit of what a sandbox may write outside its volumes. */
    EPHEMERAL_STORAGE,
    /** Enforces an outbound policy that restricts something. */
    NETWORK_POLICY,
    /** Freezes the processes of a sandbox and thaws them again. */
    PAUSE,
    /** Keeps the files of a sandbox, and makes new sandboxes of them. */
    SNAPSHOTS,
    /** Limits how many processes a sandbox may have. */
    PIDS,
    /** Has images on a host of its own, and gets them before a launch; without it, they are got by the launch. */
    IMAGES,
    /** Makes volumes of the class, the size and the access modes that a request names. */
    STORAGE_REQUESTS,
    /** Starts a sandbox again whose process ended, with the files that it had. */
    RESTART
}
