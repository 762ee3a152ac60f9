package dev.sandkeep.bootstrap.config;

import java.util.HashMap;
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
                get(Settings.RUNTIME),
                get(Settings.DATA_DIR),
                new ServerConfig.Http(
                        get(Settings.HTTP_HOST),
                        get(Settings.HTTP_PORT),
                        get(Settings.HTTP_MAX_BODY),
                        get(Settings.HTTP_MAX_CONNECTIONS),
                        get(Settings.HTTP_IDLE),
                        get(Settings.HTTP_MAX_WAIT)),
                new ServerConfig.Proxy(
                        get(Settings.PROXY_PUBLIC_HOST).orElse(null),
                        get(Settings.PROXY_MAX_OPEN),
                        get(Settings.PROXY_RENEW_COOLDOWN),
                        get(Settings.PROXY_SIGNING_KEYS)),
                new ServerConfig.Keys(get(Settings.API_KEY).orElse(null), get(Settings.API_KEYS)),
                new ServerConfig.DatabaseAccess(
                        get(Settings.DATABASE_URL).orElse(null),
                        get(Settings.DATABASE_USER),
                        get(Settings.DATABASE_PASSWORD),
                        get(Settings.DATABASE_POOL),
                        get(Settings.DATABASE_SECRET_KEY).orElse(null)),
                new ServerConfig.Sandboxes(
                        get(Settings.MAX_TIMEOUT),
                        get(Settings.ALLOW_NO_EXPIRY),
                        get(Settings.RETENTION),
                        get(Settings.PAUSED_TIME_COUNTS)),
                new ServerConfig.Provisioning(get(Settings.LAUNCHES), get(Settings.PULLS), get(Settings.QUEUE)),
                new ServerConfig.Events(get(Settings.EVENTS_MAX_WATCHERS), get(Settings.EVENTS_HEARTBEAT)),
                new ServerConfig.Snapshots(get(Settings.SNAPSHOTS_AT_A_TIME), get(Settings.SNAPSHOT_QUEUE)),
                new ServerConfig.Diagnostics(get(Settings.DIAGNOSTICS_KEPT_LOG), get(Settings.DIAGNOSTICS_INLINE)),
                new ServerConfig.Webhooks(
                        get(Settings.WEBHOOKS_URLS),
                        get(Settings.WEBHOOKS_SECRET).orElse(null),
                        get(Settings.WEBHOOKS_MAX_ATTEMPTS)),
                new ServerConfig.Docker(
                        get(Settings.DOCKER_HOST).orElse(null),
                        get(Settings.DOCKER_HOST_PATHS),
                        get(Settings.DOCKER_OCI_RUNTIME).orElse(null),
                        get(Settings.DOCKER_GPU),
                        get(Settings.DOCKER_PIDS),
                        get(Settings.DOCKER_CALL_TIMEOUT),
                        get(Settings.DOCKER_LAUNCH_TIMEOUT),
                        get(Settings.DOCKER_PULL_TIMEOUT),
                        get(Settings.DOCKER_SNAPSHOT_TIMEOUT)),
                kubernetes(),
                new ServerConfig.Egress(
                        get(Settings.EGRESS_IMAGE).orElse(null),
                        get(Settings.EGRESS_RESOLVERS),
                        get(Settings.EGRESS_PRIVATE),
                        get(Settings.EGRESS_IPV6),
                        get(Settings.EGRESS_SPARE_OPEN),
                        get(Settings.EGRESS_SPARE_GUARDING)),
                new ServerConfig.Exec(
                        get(ExecSettings.ENABLED),
                        get(ExecSettings.MAX_PER_SANDBOX),
                        get(ExecSettings.AUDIT_COMMAND_TEXT),
                        get(ExecSettings.WARM_SHELLS),
                        get(ExecSettings.WARM_IDLE),
                        new ServerConfig.Terminals(
                                get(ExecSettings.MAX_TERMINALS),
                                get(ExecSettings.MAX_TERMINALS_PER_SANDBOX),
                                get(ExecSettings.TERMINAL_IDLE))),
                operations());
    }

    private ServerConfig.Kubernetes kubernetes() {
        return new ServerConfig.Kubernetes(
                get(KubernetesSettings.KUBECONFIG).orElse(null),
                get(KubernetesSettings.CONTEXT).orElse(null),
                get(KubernetesSettings.NAMESPACE).orElse(null),
                get(KubernetesSettings.REACH),
                get(KubernetesSettings.SERVER_ADDRESSES),
                get(KubernetesSettings.CLOSED_ADDRESSES),
                get(KubernetesSettings.SIDECAR),
                get(KubernetesSettings.RUNTIME_CLASS).orElse(null),
                get(KubernetesSettings.PRIORITY_CLASS).orElse(null),
                get(KubernetesSettings.SERVICE_ACCOUNT).orElse(null),
                get(KubernetesSettings.TOLERATIONS),
                get(KubernetesSettings.LABELS),
                get(KubernetesSettings.POD_TEMPLATE).orElse(null),
                get(KubernetesSettings.REQUEST_PERCENT),
                get(KubernetesSettings.CAPABILITY_SET),
                get(KubernetesSettings.USER_NAMESPACES),
                get(KubernetesSettings.GPU),
                get(KubernetesSettings.HOST_PATHS),
                get(KubernetesSettings.STORAGE_CLASS).orElse(null),
                get(KubernetesSettings.STORAGE),
                get(KubernetesSettings.BACK_STOP),
                get(KubernetesSettings.CALL_TIMEOUT),
                get(KubernetesSettings.SCHEDULE_TIMEOUT),
                get(KubernetesSettings.LAUNCH_TIMEOUT));
    }

    private OperationsConfig operations() {
        return new OperationsConfig(
                get(OperationSettings.MAX_REQUESTS),
                get(OperationSettings.DRAIN),
                get(OperationSettings.STOP_GRACE),
                get(OperationSettings.METRICS_TOKEN).orElse(null),
                get(OperationSettings.LOG_FORMAT),
                get(OperationSettings.LOG_LEVEL),
                QuotaText.toQuotas(usualQuota(), get(OperationSettings.QUOTA_KEYS)));
    }

    private Map<String, String> usualQuota() {
        Map<String, String> limits = new HashMap<>();
        get(OperationSettings.QUOTA_SANDBOXES).ifPresent(amount -> limits.put(QuotaText.SANDBOXES, amount));
        get(OperationSettings.QUOTA_CREATES).ifPresent(amount -> limits.put(QuotaText.CREATES, amount));
        get(OperationSettings.QUOTA_CPU).ifPresent(amount -> limits.put(QuotaText.CPU, amount));
        get(OperationSettings.QUOTA_MEMORY).ifPresent(amount -> limits.put(QuotaText.MEMORY, amount));
        return limits;
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
