package dev.sandkeep.application.port;

/**
 * Remembers which image repositories were opened with credentials, so that an image that lies on the host for one user
 * is not given to another who has none. Blocking, durable, thread-safe, idempotent.
 */
public interface PrivateImages {

    /**
     * Marks a repository, for example {@code registry.example.com/team/app}.
     *
     * @return whether it was not marked before
     */
    boolean mark(String repository);

    /**
     * Takes the mark back, unless another server marked the repository since this one did: then its pull may still need
     * the mark.
     */
    void unmark(String repository);

    boolean isMarked(String repository);
}
