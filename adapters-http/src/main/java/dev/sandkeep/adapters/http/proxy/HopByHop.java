package dev.sandkeep.adapters.http.proxy;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The headers that concern one connection and never travel over the next (RFC 9110, 7.6.1). */
final class HopByHop {

    private static final Set<String> ALWAYS = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private HopByHop() {}

    /** The names of those among the headers of one message, in lower case. */
    static Set<String> names(HttpFields headers) {
        Set<String> names = new HashSet<>(ALWAYS);
        for (HttpField field : headers) {
            if (field.getHeader() == HttpHeader.CONNECTION) {
                for (String name : field.getValues()) {
                    names.add(name.toLowerCase(Locale.ROOT));
                }
            }
        }
        return names;
    }
}
