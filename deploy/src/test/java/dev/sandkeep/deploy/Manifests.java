package dev.sandkeep.deploy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Manifests as the API server would read them, and no other: an unknown kind or field is an error. */
record Manifests(List<HasMetadata> objects, List<JsonNode> monitors) {

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/Namespace", Namespace.class,
            "v1/Service", Service.class,
            "v1/ServiceAccount", ServiceAccount.class,
            "apps/v1/Deployment", Deployment.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "rbac.authorization.k8s.io/v1/Role", Role.class,
            "rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class);

    /** An operator's kind, of which there is no class. */
    private static final String MONITOR = "monitoring.coreos.com/v1/ServiceMonitor";

    private static final YAMLMapper STRICT = YAMLMapper.builder()
            .annotationIntrospector(new NothingAdditional())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The classes keep fields that they do not know; here such a field is a mistake. */
    private static final class NothingAdditional extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            return false;
        }
    }

    /** @throws RuntimeException for what is no manifest, naming the field */
    static Manifests read(String yaml) {
        List<JsonNode> documents = documents(yaml);
        return new Manifests(
                documents.stream()
                        .filter(document -> !kind(document).equals(MONITOR))
                        .map(Manifests::typed)
                        .toList(),
                documents.stream()
                        .filter(document -> kind(document).equals(MONITOR))
                        .toList());
    }

    private static List<JsonNode> documents(String yaml) {
        return Stream.of(yaml.split("(?m)^---.*$"))
                .map(YAML::readTree)
                .filter(document -> !document.isMissingNode() && !document.isNull())
                .toList();
    }

    private static final YAMLMapper YAML = new YAMLMapper();

    private static String kind(JsonNode document) {
        return document.path("apiVersion").asString() + "/"
                + document.path("kind").asString();
    }

    private static HasMetadata typed(JsonNode document) {
        Class<? extends HasMetadata> type = KINDS.get(kind(document));
        if (type == null) {
            throw new IllegalArgumentException("Unknown kind " + kind(document));
        }
        return STRICT.treeToValue(document, type);
    }

    /** The one of that kind. */
    <T extends HasMetadata> T only(Class<T> kind) {
        List<T> all = all(kind);
        if (all.size() != 1) {
            throw new AssertionError("There are " + all.size() + " of " + kind.getSimpleName());
        }
        return all.getFirst();
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    NetworkPolicy policyIn(String namespace) {
        return all(NetworkPolicy.class).stream()
                .filter(policy -> policy.getMetadata().getNamespace().equals(namespace))
                .findFirst()
                .orElseThrow();
    }
}
