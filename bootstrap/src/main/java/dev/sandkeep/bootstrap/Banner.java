package dev.sandkeep.bootstrap;

import dev.sandkeep.bootstrap.config.ServerConfig;

/** What a person sees when the server is ready: where it is, where the key is, and something to try. */
final class Banner {

    private Banner() {}

    static String of(ServerConfig config, int port) {
        String url = "http://" + config.http().host() + ":" + port;
        return """

                Sandkeep is ready.

                  URL      %1$s/v1        (API documentation: %1$s/docs)
                  API key  %2$s

                Try it:

                  curl -X POST %1$s/v1/sandboxes \\
                    -H "OPEN-SANDBOX-API-KEY: %2$s" \\
                    -H "Content-Type: application/json" \\
                    -H "Prefer: wait=30" \\
                    -d '{
                      "image": { "uri": "python:3.11" },
                      "timeout": 600,
                      "resourceLimits": { "cpu": "500m", "memory": "512Mi" },
                      "entrypoint": ["python", "-m", "http.server", "8000"]
                    }'
                """.formatted(url, shownKey(config));
    }

    /** A key that the operator chose is known to them, and not repeated. */
    private static String shownKey(ServerConfig config) {
        return ApiKeyFile.isUsed(config) ? ApiKeyFile.loadOrCreate(config.dataDirectory()) : "<your API key>";
    }
}
