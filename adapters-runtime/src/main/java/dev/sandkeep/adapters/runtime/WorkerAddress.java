package dev.sandkeep.adapters.runtime;

/**
 * Where the worker of a sidecar listens, and how it is spoken to.
 *
 * @param host an IP address
 * @param key the key that it knows, hexadecimal
 */
public record WorkerAddress(String host, int port, String key) {

    /** In the network of the sandbox. */
    public static final int PORT = 12;

    /** Without the key. */
    @Override
    public String toString() {
        return "WorkerAddress[" + host + ":" + port + "]";
    }
}
