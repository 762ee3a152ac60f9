package dev.sandkeep.adapters.k8s.violation;

import dev.sandkeep.adapters.http.HttpServer;

/** Breaks the rules of the Kubernetes adapter: it knows another adapter. */
public class ClusterThatKnowsHttp {

    public int port(HttpServer server) {
        return server.port();
    }
}
