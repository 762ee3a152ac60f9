package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import dev.sandkeep.domain.sandbox.Entrypoint;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Platform;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container to create. */
record ContainerSpec(
        String name,
        String image,
        @Nullable Platform platform,
        Entrypoint entrypoint,
        Environment env,
        Map<String, String> labels,
        HostConfig hostConfig) {

    /** The entry point of the image is replaced and its default arguments with it. */
    List<String> executable() {
        return entrypoint.arguments().subList(0, 1);
    }

    List<String> arguments() {
        return entrypoint.arguments().subList(1, entrypoint.arguments().size());
    }

    CreateContainerCmd applyTo(CreateContainerCmd command) {
        command.withName(name)
                .withEntrypoint(executable())
                .withCmd(arguments())
                .withEnv(env.variables().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .withLabels(labels)
                .withHostConfig(hostConfig);
        return platform == null ? command : command.withPlatform(platform.toString());
    }
}
