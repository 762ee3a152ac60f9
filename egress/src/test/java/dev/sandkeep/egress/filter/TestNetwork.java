package dev.sandkeep.egress.filter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two namespaces joined by a cable: the sandbox, and the host with a stand-in for the internet behind it.
 *
 * <p>The host is 10.99.0.1 and fd99::1; the same machine plays a neighbour at 10.99.0.3, a metadata service, private
 * networks, and the internet at 198.18.0.0/15 and 2001:2::/48.
 */
public final class TestNetwork implements AutoCloseable {

    public static final int PORT = 8080;

    private static final List<String> ADDRESSES = List.of(
            "10.99.0.1",
            "10.99.0.3",
            "10.20.0.1",
            "198.18.0.1",
            "198.18.0.2",
            "198.18.0.3",
            "169.254.169.254",
            "fd99::1",
            "2001:2::1",
            "2001:2::2");

    private final String sandbox;
    private final String host;
    private final List<Process> agents = new ArrayList<>();
    private final Process inSandbox;
    private final Process onHost;

    public TestNetwork() throws IOException {
        String unique = Long.toString(ProcessHandle.current().pid(), 36) + Integer.toString(hashCode() & 0xFFF, 36);
        sandbox = "sks" + unique;
        host = "skh" + unique;
        try {
            cable();
            track();
            inSandbox = agent(sandbox);
            onHost = agent(host);
            for (String address : ADDRESSES) {
                onHost("serve " + address + " " + PORT);
            }
            onHost("serve 198.18.0.1 853");
            inSandbox("serve 0.0.0.0 " + PORT);
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void cable() throws IOException {
        ip("netns add " + sandbox);
        ip("netns add " + host);
        ip("-n " + sandbox + " link add eth0 type veth peer name eth0 netns " + host);
        for (String namespace : List.of(sandbox, host)) {
            ip("-n " + namespace + " link set lo up");
            ip("-n " + namespace + " link set eth0 up");
        }
        ip("-n " + sandbox + " address add 10.99.0.2/24 dev eth0");
        ip("-n " + sandbox + " address add fd99::2/64 dev eth0 nodad");
        ip("-n " + host + " address add 10.99.0.1/24 dev eth0");
        ip("-n " + host + " address add fd99::1/64 dev eth0 nodad");
        for (String address : ADDRESSES) {
            if (!address.equals("10.99.0.1") && !address.equals("fd99::1")) {
                boolean ipv6 = address.contains(":");
                ip("-n " + host + " address add " + address + (ipv6 ? "/128 dev eth0 nodad" : "/32 dev eth0"));
            }
        }
        ip("-n " + sandbox + " route add default via 10.99.0.1");
        ip("-n " + sandbox + " route add default via fd99::1");
    }

    /** The kernel follows connections only where some rule asks for them, as the rules of every sandbox do. */
    private void track() throws IOException {
        try (Nft nft = filter()) {
            nft.load("""
                    table inet tracking {
                      chain incoming { type filter hook input priority filter; ct state new accept; }
                    }
                    """);
        }
    }

    /** The packet filter of the sandbox. */
    Nft filter() {
        return new Nft(List.of("ip", "netns", "exec", sandbox, "nft"));
    }

    public String inSandbox(String command) {
        return tell(inSandbox, command);
    }

    public String onHost(String command) {
        return tell(onHost, command);
    }

    private static String tell(Process agent, String command) {
        try {
            agent.outputWriter().write(command + "\n");
            agent.outputWriter().flush();
            BufferedReader answers = agent.inputReader();
            return String.valueOf(answers.readLine());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Process agent(String namespace) throws IOException {
        Process agent = start(namespace, NamespaceAgent.class, Map.of());
        agents.add(agent);
        return agent;
    }

    /** A program of its own in the namespace of the sandbox; whoever starts it ends it. */
    public Process startInSandbox(Class<?> main, Map<String, String> environment) throws IOException {
        return start(sandbox, main, environment);
    }

    private static Process start(String namespace, Class<?> main, Map<String, String> environment) throws IOException {
        ProcessBuilder program = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        namespace,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        program.environment().putAll(environment);
        return program.start();
    }

    private static void ip(String arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("ip"));
        words.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("ip " + arguments + ": " + output);
        }
    }

    @Override
    public void close() throws IOException {
        for (Process agent : agents) {
            agent.destroyForcibly().onExit().join();
        }
        ip("netns delete " + sandbox);
        ip("netns delete " + host);
    }
}
