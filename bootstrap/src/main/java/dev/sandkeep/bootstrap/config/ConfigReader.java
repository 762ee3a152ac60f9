package dev.sandkeep.bootstrap.config;

import dev.sandkeep.domain.admission.SnapshotQuota;
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
                        get(HttpSettings.HOST),
                        get(HttpSettings.PORT),
                        get(HttpSettings.MAX_BODY),
                        get(HttpSettings.MAX_CONNECTIONS),
                        get(HttpSettings.IDLE),
                        get(HttpSettings.MAX_WAIT)),
                new ServerConfig.Proxy(
                        get(HttpSettings.PROXY_PUBLIC_HOST).orElse(null),
                        get(HttpSettings.PROXY_MAX_OPEN),
                        get(HttpSettings.PROXY_RENEW_COOLDOWN),
                        get(HttpSettings.PROXY_SIGNING_KEYS)),
                new ServerConfig.Keys(
                        get(KeySettings.KEY).orElse(null), get(KeySettings.HASHES), get(KeySettings.ADMINISTRATORS)),
                new ServerConfig.DatabaseAccess(
                        get(DatabaseSettings.URL).orElse(null),
                        get(DatabaseSettings.USER),
                        get(DatabaseSettings.PASSWORD),
                        get(DatabaseSettings.POOL),
                        get(DatabaseSettings.SECRET_KEY).orElse(null)),
                new ServerConfig.Sandboxes(
                        get(SandboxSettings.MAX_TIMEOUT),
                        get(SandboxSettings.ALLOW_NO_EXPIRY),
                        get(SandboxSettings.RETENTION),
                        get(SandboxSettings.PAUSED_TIME_COUNTS)),
                new ServerConfig.Provisioning(
                        get(SandboxSettings.LAUNCHES), get(SandboxSettings.PULLS), get(SandboxSettings.QUEUE)),
                new ServerConfig.Events(get(HttpSettings.EVENTS_MAX_WATCHERS), get(HttpSettings.EVENTS_HEARTBEAT)),
                new ServerConfig.Snapshots(
                        get(SandboxSettings.SNAPSHOTS_AT_A_TIME),
                        get(SandboxSettings.SNAPSHOT_QUEUE),
                        new SnapshotQuota(get(SandboxSettings.SNAPSHOT_MAX_KEPT).orElse(null))),
                new ServerConfig.Diagnostics(
                        get(SandboxSettings.DIAGNOSTICS_KEPT_LOG), get(SandboxSettings.DIAGNOSTICS_INLINE)),
                new ServerConfig.Webhooks(
                        get(WebhookSettings.URLS),
                        get(WebhookSettings.SECRET).orElse(null),
                        get(WebhookSettings.MAX_ATTEMPTS)),
                new ServerConfig.Docker(
                        get(DockerSettings.HOST).orElse(null),
                        get(DockerSettings.HOST_PATHS),
                        get(DockerSettings.OCI_RUNTIME).orElse(null),
                        get(DockerSettings.GPU),
                        get(DockerSettings.PIDS),
                        get(DockerSettings.CALL_TIMEOUT),
                        get(DockerSettings.LAUNCH_TIMEOUT),
                        get(DockerSettings.PULL_TIMEOUT),
                        get(DockerSettings.SNAPSHOT_TIMEOUT)),
                kubernetes(),
                new ServerConfig.Egress(
                        get(EgressSettings.IMAGE).orElse(null),
                        get(EgressSettings.RESOLVERS),
                        get(EgressSettings.PRIVATE),
                        get(EgressSettings.IPV6),
                        get(EgressSettings.SPARE_OPEN),
                        get(EgressSettings.SPARE_GUARDING)),
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
