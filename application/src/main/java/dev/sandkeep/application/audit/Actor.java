package dev.sandkeep.application.audit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who does something. Bound to a thread while it handles a request, so that whatever is done there can be put down to
 * somebody without a parameter on the way.
 *
 * <p>A binding holds for one thread and what it calls. It does not go with work that is handed to another thread, such
 * as a queue or a schedule: that work is the server's own, done by {@link #SYSTEM}, however it began. So the record of a
 * sandbox says that a key created it, and that the server started it. A thread that must act for somebody else binds
 * anew, with {@link #run} or {@link #call}.
 *
 * @param name of an API key: its name; of a token: what it is for; else the word for its kind
 * @param requestId the id of the request that is handled, or null where there is none
 */
public record Actor(Kind kind, String name, @Nullable String requestId) {

    /** The server by itself. */
    public static final Actor SYSTEM = new Actor(Kind.SYSTEM, "system", null);

    private static final ScopedValue<Actor> CURRENT = ScopedValue.newInstance();

    /** What somebody proved to be. */
    public enum Kind {
        /** The holder of an API key. */
        API_KEY,
        /** The holder of a token, or of a signed address, for one sandbox. */
        SANDBOX_TOKEN,
        /** Somebody who proved nothing, on a route that is open to everybody. */
        ANONYMOUS,
        /** The server by itself. */
        SYSTEM
    }

    public Actor {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }

    /** The holder of the API key of that name. */
    public static Actor apiKey(String name, String requestId) {
        return new Actor(Kind.API_KEY, name, requestId);
    }

    /**
     * The holder of a token for one sandbox.
     *
     * @param purpose what the token is for, for example {@code egress}
     */
    public static Actor sandboxToken(String purpose, String requestId) {
        return new Actor(Kind.SANDBOX_TOKEN, purpose, requestId);
    }

    public static Actor anonymous(String requestId) {
        return new Actor(Kind.ANONYMOUS, "anonymous", requestId);
    }

    /** Whoever is bound to this thread; {@link #SYSTEM} if nobody is. */
    public static Actor current() {
        return CURRENT.orElse(SYSTEM);
    }

    /** Does this as this actor. */
    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /** Does this as this actor, and returns or throws what it does. */
    public <T extends @Nullable Object, X extends Throwable> T call(ScopedValue.CallableOp<T, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }
}
