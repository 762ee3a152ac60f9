package dev.sandkeep.bootstrap.config;

import java.util.Map;

/** Finds the text of every setting: the environment wins over the file, the file over the default. */
final class ConfigReader {

    private final Map<String, String> file;
    private final Map<String, String> environment;

    ConfigReader(Map<String, String> file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
        for (String key : file.keySet()) {
            if (Settings.all().stream().noneMatch(setting -> setting.key().equals(key))) {
                throw new ConfigException("The configuration file has the unknown key " + key + "; known are "
                        + String.join(
                                ", ", Settings.all().stream().map(Setting::key).toList()));
            }
        }
    }

    ServerConfig read() {
        return new ServerConfig(
                get(Settings.INSTANCE_NAME),
                get(Settings.DATA_DIR),
                new ServerConfig.Http(
                        get(Settings.HTTP_HOST),
                        get(Settings.HTTP_PORT),
                        get(Settings.HTTP_MAX_BODY),
                        get(Settings.HTTP_MAX_CONNECTIONS),
                        get(Settings.HTTP_IDLE),
                        get(Settings.HTTP_MAX_WAIT)),
                new ServerConfig.Keys(get(Settings.API_KEY).orElse(null), get(Settings.API_KEYS)),
                new ServerConfig.DatabaseAccess(
                        get(Settings.DATABASE_URL).orElse(null),
                        get(Settings.DATABASE_USER),
                        get(Settings.DATABASE_PASSWORD),
                        get(Settings.DATABASE_POOL)),
                new ServerConfig.Sandboxes(
                        get(Settings.MAX_TIMEOUT), get(Settings.ALLOW_NO_EXPIRY), get(Settings.RETENTION)),
                new ServerConfig.Provisioning(get(Settings.LAUNCHES), get(Settings.PULLS), get(Settings.QUEUE)),
                new ServerConfig.Docker(
                        get(Settings.DOCKER_HOST).orElse(null),
                        get(Settings.DOCKER_HOST_PATHS),
                        get(Settings.DOCKER_OCI_RUNTIME).orElse(null),
                        get(Settings.DOCKER_GPU),
                        get(Settings.DOCKER_PIDS),
                        get(Settings.DOCKER_CALL_TIMEOUT),
                        get(Settings.DOCKER_LAUNCH_TIMEOUT),
                        get(Settings.DOCKER_PULL_TIMEOUT)),
                new ServerConfig.Egress(
                        get(Settings.EGRESS_IMAGE).orElse(null),
                        get(Settings.EGRESS_RESOLVERS),
                        get(Settings.EGRESS_PRIVATE),
                        get(Settings.EGRESS_SPARE_OPEN),
                        get(Settings.EGRESS_SPARE_GUARDING)));
    }

    String show(Setting<?> setting) {
        String text = text(setting);
        return setting.secret() && !text.isEmpty() ? "***" : text;
    }

    private <T> T get(Setting<T> setting) {
        return setting.parse(text(setting));
    }

    private String text(Setting<?> setting) {
        String variable = environment.get(setting.variable());
        return variable != null ? variable : file.getOrDefault(setting.key(), setting.fallback());
    }
}
