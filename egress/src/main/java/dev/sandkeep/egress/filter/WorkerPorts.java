package dev.sandkeep.egress.filter;

/**
 * The ports of the worker. No process of the sandbox can bind one of them, not even while the worker is down: they are below
 * {@code net.ipv4.ip_unprivileged_port_start} of the namespace, which is 20, and only the sidecar may bind such ports.
 */
public final class WorkerPorts {

    /** Where the DNS proxy listens. */
    public static final int DNS = 10;

    /** Where the server tells the policy. */
    public static final int API = 12;

    /** From here on, {@link #SOURCES} ports from which the resolvers are asked, over UDP and TCP. */
    public static final int FIRST_SOURCE = 1;

    public static final int SOURCES = 8;

    private WorkerPorts() {}
}
