package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Leads from the network namespace of an engine to this machine, where two hosts are that count who connects. It keeps
 * to addresses for measurements (RFC 2544), and works beside the {@link StandInInternet}, whose routes lead elsewhere.
 */
final class Cable implements AutoCloseable {

    static final String ENGINE = "198.18.200.2";
    private static final String BLOCK = "198.18.200.0/24";
    private static final String RULE = "19000";

    private final String name;
    private final Host denied;
    private final Host allowed;

    private Cable(String namespace) throws IOException {
        name = "sk" + ProcessHandle.current().pid();
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        run("ip", "address", "add", "198.18.200.1/24", "dev", name);
        run("ip", "address", "add", "198.18.200.3/24", "dev", name);
        run("ip", "link", "set", name, "up");
        run("ip", "rule", "add", "to", BLOCK, "priority", RULE, "lookup", "main");
        run("ip", "-n", namespace, "address", "add", ENGINE + "/24", "dev", "eth0");
        run("ip", "-n", namespace, "link", "set", "eth0", "up");
        denied = new Host("198.18.200.1");
        allowed = new Host("198.18.200.3");
    }

    static Cable from(String namespace) throws IOException {
        return new Cable(namespace);
    }

    Host denied() {
        return denied;
    }

    Host allowed() {
        return allowed;
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while laying a cable", stopped);
        }
    }

    /** Takes every connection and ends it. */
    static final class Host implements AutoCloseable {

        private final ServerSocket listener;
        private final AtomicInteger connections = new AtomicInteger();

        private Host(String address) throws IOException {
            listener = new ServerSocket(0, 512, InetAddress.ofLiteral(address));
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            while (!listener.isClosed()) {
                try (Socket _ = listener.accept()) {
                    connections.incrementAndGet();
                } catch (IOException ended) {
                    // Closed below, or given up by who connected.
                }
            }
        }

        String address() {
            return listener.getInetAddress().getHostAddress();
        }

        int port() {
            return listener.getLocalPort();
        }

        int connections() {
            return connections.get();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @Override
    public void close() throws IOException {
        denied.close();
        allowed.close();
        run("ip", "rule", "del", "priority", RULE);
        run("ip", "link", "del", name);
    }
}
