package dev.sandkeep.adapters.k8s;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.adapters.runtime.SidecarWorker;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one Secret that a sandbox may have, with what may not be read from its Pod. It belongs to the Pod and goes with it.
 * It is made after the Pod, which cannot start without it, so that none is ever left over. Pure.
 */
final class PodSecrets {

    static final String KEY = "key";
    static final String POLICY = "policy";

    private static final String PULLS = ".dockerconfigjson";
    private static final String TYPE_PULLS = "kubernetes.io/dockerconfigjson";
    /** The only registry whose credentials are kept under another name than that of its images. */
    private static final String DOCKER_HUB = "docker.io";

    private static final String DOCKER_HUB_CREDENTIALS = "https://index.docker.io/v1/";

    private PodSecrets() {}

    /**
     * What a Pod has to wait for before it starts.
     *
     * @param pulls the credentials of its image
     * @param guards its network policy
     */
    record Need(boolean pulls, boolean guards) {
        boolean any() {
            return pulls || guards;
        }
    }

    /** Whose Pod it is, and the key of its worker. */
    static Secret of(String instance, SandboxId id, Pod pod, String key) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(PodSpecs.nameOf(id))
                .withLabels(PodNotes.labels(instance, id))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .build())
                .endMetadata()
                .withType("Opaque")
                .withData(Map.of(KEY, base64(key)))
                .build();
    }

    /** Whether it was made for this very Pod, and not for an earlier one of the same name. */
    static boolean isOf(Secret secret, Pod pod) {
        return secret.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> pod.getMetadata().getUid().equals(owner.getUid()));
    }

    static Secret withPolicy(Secret secret, NetworkPolicy policy, long revision) {
        return new SecretBuilder(secret)
                .editMetadata()
                .addToAnnotations(PodNotes.POLICY_REVISION, Long.toString(revision))
                .endMetadata()
                .addToData(POLICY, base64(SidecarWorker.write(policy)))
                .build();
    }

    static Secret withCredentials(Secret secret, ImageRef image, RegistryCredentials credentials) {
        return new SecretBuilder(secret)
                .withType(TYPE_PULLS)
                .addToData(PULLS, base64(dockerConfig(image, credentials)))
                .build();
    }

    private static String dockerConfig(ImageRef image, RegistryCredentials credentials) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putObject("auths")
                .putObject(image.registry().equals(DOCKER_HUB) ? DOCKER_HUB_CREDENTIALS : image.registry())
                .put("username", credentials.username())
                .put("password", credentials.password())
                .put("auth", base64(credentials.username() + ":" + credentials.password()));
        return config.toString();
    }

    /** The key of the worker, or null if it is not in there. */
    static @Nullable String keyOf(Secret secret) {
        String encoded = dataOf(secret).get(KEY);
        return encoded == null ? null : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** The revision of the policy that is in there; -1 for none. */
    static long revisionOf(Secret secret) {
        String revision = PodNotes.annotationsOf(secret).get(PodNotes.POLICY_REVISION);
        return revision == null ? -1 : Long.parseLong(revision);
    }

    private static Map<String, String> dataOf(Secret secret) {
        return Objects.requireNonNullElseGet(secret.getData(), LinkedHashMap::new);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
