package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.adapters.http.auth.ApiKeys;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Which headers of a request a sandbox gets: all of them as they came, but for those that concern the connection to this
 * server, those that open this server, and those that only this server can know.
 */
final class RequestHeaders {

    private static final String FORWARDED_PREFIX = "x-forwarded-";
    private static final Set<String> OURS = Set.of(
            ApiKeys.HEADER.toLowerCase(Locale.ROOT),
            SandboxTokens.ACCESS_HEADER.toLowerCase(Locale.ROOT),
            SandboxTokens.EGRESS_HEADER.toLowerCase(Locale.ROOT),
            "forwarded",
            "x-real-ip");

    private final ApiKeys keys;
    private final SandboxTokens tokens;

    RequestHeaders(ApiKeys keys, SandboxTokens tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    HttpFields forward(Request request, ProxiedPath path) {
        HttpFields sent = request.getHeaders();
        Set<String> dropped = new HashSet<>(HopByHop.names(sent));
        dropped.addAll(OURS);
        // To name it in Connection must not hide the length of the body, nor whom the request is for.
        dropped.remove("content-length");
        dropped.remove("host");
        HttpFields.Mutable forwarded = HttpFields.build();
        for (HttpField field : sent) {
            String name = field.getLowerCaseName();
            if (!dropped.contains(name) && !name.startsWith(FORWARDED_PREFIX) && !opensThisServer(field, path)) {
                forwarded.add(field);
            }
        }
        // A connection that is kept may be closed just as it is used again, or its address be another sandbox's by
        // then.
        forwarded.add(HttpHeader.CONNECTION, "close");
        forwarded.add("X-Forwarded-For", Request.getRemoteAddr(request));
        forwarded.add("X-Forwarded-Host", String.valueOf(sent.get(HttpHeader.HOST)));
        forwarded.add("X-Forwarded-Proto", request.isSecure() ? "https" : "http");
        // Not even the sandbox needs to know what others may reach it by.
        if (path.signature() == null) {
            forwarded.add("X-Forwarded-Prefix", path.prefix());
        }
        return forwarded;
    }

    /** Some clients send what opens this server as that of the service, too. */
    private boolean opensThisServer(HttpField field, ProxiedPath path) {
        String value = field.getValue();
        if (value == null) {
            return false;
        }
        String name = field.getLowerCaseName();
        String secret = name.equals("authorization") && value.regionMatches(true, 0, "Bearer ", 0, 7)
                ? value.substring(7).strip()
                : value;
        return (name.equals("authorization") || name.equals("x-execd-access-token"))
                && (keys.find(secret).isPresent()
                        || tokens.isAccess(path.sandbox().value(), secret));
    }
}
