package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a container image: {@code [registry/]repository[:tag][@digest]}, as the creator wrote it. A bare image
 * id is not a reference: it would name an image of this host whoever it belongs to.
 *
 * @param registry the registry host, with its port if any; {@code docker.io} if none was written
 * @param path the repository within the registry; {@code library/} is added to an official Docker Hub image
 * @param tag the tag, or null if there is only a digest; {@code latest} if neither was written
 * @param digest the content digest, for example {@code sha256:...}, or null
 * @see <a href="https://github.com/distribution/reference">the grammar</a>
 */
public record ImageRef(
        String text,
        String registry,
        String path,
        @Nullable String tag,
        @Nullable String digest) {

    private static final String HOST =
            "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
                    + "|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REGISTRY = Pattern.compile(HOST);
    private static final Pattern REFERENCE = Pattern.compile("(?:(?<host>" + HOST + ")/)??(?<path>" + COMPONENT + "(?:/"
            + COMPONENT + ")*)(?::(?<tag>[\\w][\\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]{32,128}))?");
    private static final Pattern IMAGE_ID = Pattern.compile("(?:sha256:)?[0-9a-f]{64}");
    private static final int MAX_LENGTH = 512;
    private static final int MAX_NAME_LENGTH = 255;

    /**
     * The reference in {@code text}.
     *
     * @throws InvalidValue naming {@code image.uri}
     */
    public static ImageRef parse(String text) {
        String stripped = text.strip();
        Matcher reference = REFERENCE.matcher(stripped);
        if (stripped.length() > MAX_LENGTH || IMAGE_ID.matcher(stripped).matches() || !reference.matches()) {
            throw invalid();
        }
        String path = reference.group("path");
        String registry = reference.group("host");
        // Without a dot, a port or "localhost", the first component is part of the repository.
        int slash = path.indexOf('/');
        if (registry == null && slash > 0 && isHost(path.substring(0, slash))) {
            registry = path.substring(0, slash);
            path = path.substring(slash + 1);
        }
        if (registry != null
                && (!isHost(registry) || !REGISTRY.matcher(registry).matches())) {
            throw invalid();
        }
        if (registry == null || registry.equals("index.docker.io")) {
            registry = "docker.io";
        }
        if (registry.equals("docker.io") && path.indexOf('/') < 0) {
            path = "library/" + path;
        }
        if (registry.length() + 1 + path.length() > MAX_NAME_LENGTH) {
            throw invalid();
        }
        String digest = reference.group("digest");
        String tag = reference.group("tag");
        return new ImageRef(stripped, registry, path, tag == null && digest == null ? "latest" : tag, digest);
    }

    private static boolean isHost(String component) {
        return component.equals("localhost") || component.indexOf('.') >= 0 || component.indexOf(':') >= 0;
    }

    private static InvalidValue invalid() {
        return new InvalidValue(
                "image.uri",
                "must be an image reference like python:3.11 or registry.example.com/team/app@sha256:..., not an image"
                        + " id");
    }

    /** Whether it means another image after every push: its tag is {@code latest}, and no digest says which one. */
    public boolean isLatest() {
        return digest == null && "latest".equals(tag);
    }

    /** Registry and repository, without tag and digest: what registry credentials are good for. */
    public String repository() {
        return registry + "/" + path;
    }

    @Override
    public String toString() {
        return text;
    }
}
