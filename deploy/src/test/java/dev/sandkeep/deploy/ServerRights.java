package dev.sandkeep.deploy;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the servers may do with which resource, as verbs by resource. */
final class ServerRights {

    /** What the adapter for Kubernetes does, and no more. */
    static final Map<String, Set<String>> NEEDED = Map.of(
            "pods", Set.of("create", "delete", "get", "list", "watch"),
            "pods/log", Set.of("get"),
            "pods/exec", Set.of("create", "get"),
            "pods/portforward", Set.of("create", "get"),
            "events", Set.of("list", "watch"),
            "secrets", Set.of("create", "get", "update"),
            "persistentvolumeclaims", Set.of("create", "delete", "get", "list", "watch"));

    private ServerRights() {}

    /** @throws AssertionError for a rule that is about more than resources of the core group by their names */
    static Map<String, Set<String>> of(Role role) {
        Map<String, Set<String>> rights = new TreeMap<>();
        for (PolicyRule rule : role.getRules()) {
            if (!rule.getApiGroups().equals(List.of(""))
                    || !rule.getNonResourceURLs().isEmpty()) {
                throw new AssertionError("A rule about something else: " + rule);
            }
            rule.getResources()
                    .forEach(resource -> rights.computeIfAbsent(resource, _ -> new TreeSet<>())
                            .addAll(rule.getVerbs()));
        }
        return rights;
    }
}
