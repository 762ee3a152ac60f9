package dev.sandkeep.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an API server says of itself: how often Pods and Secrets were written, by whomever, since it was started. */
final class ApiWrites {

    private static final Pattern LINE = Pattern.compile("(?m)^apiserver_request_total[{](.*)[}] ([0-9.e+]+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private ApiWrites() {}

    /** The counts of requests that succeeded, under their verb and what they were for, for example POST pods/binding. */
    static Map<String, Long> counted(KubernetesClient client) {
        Map<String, Long> counts = new TreeMap<>();
        Matcher line = LINE.matcher(client.raw("/metrics"));
        while (line.find()) {
            Map<String, String> labels = new TreeMap<>();
            Matcher label = LABEL.matcher(line.group(1));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            String resource = labels.getOrDefault("resource", "");
            String verb = labels.getOrDefault("verb", "");
            if ((resource.equals("pods") || resource.equals("secrets"))
                    && !verb.matches("GET|LIST|WATCH|CONNECT")
                    && labels.getOrDefault("code", "").startsWith("2")) {
                String subresource = labels.getOrDefault("subresource", "");
                counts.merge(
                        verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource),
                        (long) Double.parseDouble(line.group(2)),
                        Long::sum);
            }
        }
        return counts;
    }
}
