package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the Pod that an operator wants all others to be made of. */
final class PodTemplates {

    private PodTemplates() {}

    /** @throws IllegalArgumentException naming the file, if it cannot be read or holds no Pod */
    static @Nullable Pod read(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            Pod pod = new KubernetesSerialization().unmarshal(Files.readString(file), Pod.class);
            if (pod == null || !"Pod".equals(pod.getKind())) {
                throw new IllegalArgumentException(file + " must hold one Pod");
            }
            return pod;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + " cannot be read", unreadable);
        } catch (KubernetesClientException | ClassCastException garbled) {
            throw new IllegalArgumentException(file + " must hold one Pod as YAML", garbled);
        }
    }
}
