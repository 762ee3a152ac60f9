package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.adapters.http.auth.EndpointSignatures.Signature;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request to a port of a sandbox. It is read as it was sent: what is written in another way, with encoded
 * letters, a port with leading zeros or dots, is no such path, or belongs to the rest that only the sandbox interprets.
 *
 * @param prefix everything before the rest
 * @param signature what stands for a header, or null
 * @param rest what the sandbox is asked for, beginning with a slash
 */
public record ProxiedPath(
        SandboxId sandbox,
        int port,
        String prefix,
        @Nullable Signature signature,
        String rest) {

    /** Served by this server itself, as if the sandbox did. */
    public static final int RESERVED_PORT = 18080;

    /** Served by this server itself too, unless the sandbox has a service of its own there. */
    public static final int EXEC_PORT = 44772;

    public static final int MAX_PORT = 65_535;

    private static final String ATTRIBUTE = ProxiedPath.class.getName();
    private static final Pattern PATH = Pattern.compile(
            "((?:/v1)?/sandboxes/([0-9a-f-]{36})/proxy/([1-9][0-9]{0,4})(?:-([0-9a-z-]+))?)(/.*)?", Pattern.DOTALL);

    /** Reads a path, which may be none at all. */
    public static Optional<ProxiedPath> find(@Nullable String path) {
        Matcher matcher = PATH.matcher(path == null ? "" : path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        String signed = matcher.group(4);
        Signature signature = signed == null ? null : Signature.find(signed).orElse(null);
        if (port > MAX_PORT || port == RESERVED_PORT || (signed != null && signature == null)) {
            return Optional.empty();
        }
        String rest = matcher.group(5) == null ? "/" : matcher.group(5);
        return SandboxId.find(matcher.group(2)).map(id -> new ProxiedPath(id, port, matcher.group(1), signature, rest));
    }

    /** Marks a request that was let in on account of this path. */
    public void attachTo(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The path of a request that is known to have been let in for one. */
    static ProxiedPath get(Request request) {
        return of(request).orElseThrow();
    }

    /** The path that a request was let in for. */
    public static Optional<ProxiedPath> of(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof ProxiedPath path ? Optional.of(path) : Optional.empty();
    }
}
