package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.GuardedPlace.GuardedSandbox;
import dev.sandkeep.bootstrap.process.GuardedPlace.Unguarded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways out of a sandbox that somebody would try, each open without a guard, and closed with one, wherever it runs. */
@ExtendWith(StandInInternet.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NetworkAttacks {

    private static final String POLICY =
            GuardedServer.allowing("good.example.com", "meta.example.com", "private.example.com", "loop.example.com");
    static final String PRIVATE_RANGES = GuardedServer.allowing("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
    private static final List<String> SERVING = List.of("python3", "-m", "http.server", "8000");

    private static final Duration SOON = Duration.ofSeconds(30);

    /** One less than the supervisor takes in a row. */
    private static final int DEATHS = 4;

    private GuardedPlace guarded;
    private Unguarded unguarded;
    private GuardedSandbox sandbox;
    private GuardedSandbox withoutPolicy;

    /** @param directory for what its server keeps */
    abstract GuardedPlace open(Path directory) throws IOException;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        guarded = open(directory);
        unguarded = guarded.runUnguarded();
        sandbox = run(POLICY);
        withoutPolicy = guarded.run(null, SERVING);
        // The addresses of the good host are those that an attacker may use.
        assertThat(sandbox.probe("http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
    }

    @AfterAll
    void end() {
        if (unguarded != null) {
            unguarded.close();
        }
        if (guarded != null) {
            guarded.close();
        }
    }

    /** One that does nothing by itself. */
    GuardedSandbox run(@Nullable String networkPolicy) {
        return guarded.run(networkPolicy, GuardedServer.STAY);
    }

    /** One under a policy that allows some hosts only, and one without any. */
    List<GuardedSandbox> sandboxes() {
        return List.of(sandbox, withoutPolicy);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "direct IP,                   tcp 198.18.0.11 80,               open, refused",
        "DoH to a denied host,        tcp 198.18.0.11 443,              open, refused",
        "DoH to a known resolver,     tcp 8.8.8.8 443,                  open, refused",
        "DoT to a known resolver,     tcp 8.8.8.8 853,                  open, refused",
        "DoT to an allowed host,      tcp 198.18.0.10 853,              open, refused",
        "other resolver,              dns bad.example.com A 8.8.8.8,    NOERROR 198.18.0.66, NXDOMAIN EDE=15",
        "other resolver over TCP,     dns_tcp bad.example.com A 8.8.8.8, NOERROR 198.18.0.66, NXDOMAIN EDE=15",
        "who answers instead of it,   dns good.example.com A 8.8.8.8,   NOERROR 198.18.0.66, NOERROR 198.18.0.10",
        "other port of the resolver,  tcp 198.18.0.53 80,               open, refused",
        "other types of records,      dns bad.example.com HTTPS,        NOERROR, NXDOMAIN EDE=15",
        "IPv4-mapped IPv6,            tcp ::ffff:198.18.0.11 80,        open, refused",
        "mapped metadata address,     tcp ::ffff:169.254.169.254 80,    open, refused",
        "UDP,                         udp 198.18.0.11 9,                open, refused",
        "QUIC,                        udp 198.18.0.11 443,              open, refused",
        "ICMP,                        icmp 198.18.0.11,                 open, refused",
        "raw IP packets,              raw,                              open, EPERM",
        "raw frames,                  frames,                           open, EPERM",
        "a mark of its own,           mark 1,                           open, EPERM",
        "another user,                tcp_as 1000 198.18.0.11 80,       open, refused",
        "the user nobody,             tcp_as 65534 198.18.0.11 80,      open, refused",
        "metadata address,            tcp 169.254.169.254 80,           open, refused",
        "private address,             tcp 10.0.0.1 80,                  open, refused",
        "upper case,                  dns BAD.Example.COM,              NOERROR 198.18.0.11, NXDOMAIN EDE=15",
        "trailing dot,                dns bad.example.com.,             NOERROR 198.18.0.11, NXDOMAIN EDE=15",
        "another name of it,          dns alias.example.com,            NOERROR 198.18.0.11, NXDOMAIN EDE=15",
        "port of the names proxy,     bind udp 127.0.0.1 10,            open, EACCES",
        "the same over TCP,           bind tcp 127.0.0.1 10,            open, EACCES",
        "the same at any address,     bind udp 0.0.0.0 10,              open, EACCES",
        "port of the policy,          bind tcp 0.0.0.0 12,              open, EACCES",
        "the same at one address,     bind tcp 127.0.0.1 12,            open, EACCES",
        "port of the proxy's queries, bind udp 0.0.0.0 1,               open, EACCES",
        "the same over TCP,           bind tcp 0.0.0.0 8,               open, EACCES",
    })
    void aWayOut(String name, String probe, String without, String with) {
        String[] arguments = probe.split(" ");
        assertThat(unguarded.probe(arguments)).as("%s, unguarded", name).isEqualTo(without);

        assertThat(sandbox.probe(arguments)).as(name).isEqualTo(with);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1000"})
    void everyOtherPortIsTheSandboxs(String user) {
        assertThat(sandbox.probe("bind_as", user, "20", "22", "53", "80", "443", "18080"))
                .isEqualTo("open");
    }

    /** What an unguarded container may not do either; but here it would open the network. */
    @ParameterizedTest
    @CsvSource({
        "packet_filter, EPERM",
        "write /proc/sys/net/ipv4/ip_unprivileged_port_start 0, EROFS",
        "remount, EPERM",
        "user_namespace, EPERM",
    })
    void whatTheGuardIsBuiltOnCannotBeChanged(String probe, String result) {
        assertThat(sandbox.probe(probe.split(" "))).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"meta.example.com", "private.example.com", "loop.example.com"})
    void anAllowedNameDoesNotOpenAnAddressThatItMustNotLeadTo(String name) {
        assertThat(sandbox.probe("http", name)).isIn("refused", "unknown");
        assertThat(sandbox.probe("tcp", "169.254.169.254", "80")).isEqualTo("refused");
        assertThat(sandbox.probe("tcp", "10.0.0.1", "80")).isEqualTo("refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "good.example.com\\x00.bad.example.com",
                "bad.example.com\\x00.good.example.com",
                "good.example.com\\n.bad.example.com",
                "bad.example.com\\n",
                "good.example.com\\x00",
                "b\\xe4d.example.com",
                "good\\x2eexample\\x2ecom.bad.example.com",
            })
    void aNameThatReadsLikeAnotherIsDenied(String name) {
        assertThat(sandbox.probe("dns", name)).doesNotContain("198.18").isIn("NXDOMAIN EDE=15", "FORMERR");
    }

    @Test
    void damagedMessagesBreakNothing() {
        assertThat(sandbox.probe("dns_damaged", "500")).isEqualTo("NOERROR 198.18.0.10 / NXDOMAIN EDE=15");
        assertThat(sandbox.probe("dns_tcp_oversized")).isEqualTo("NOERROR 198.18.0.10 / NXDOMAIN EDE=15");
    }

    @Test
    void theHostIsClosed() throws IOException {
        try (ServerSocket service = new ServerSocket(0)) {
            String port = Integer.toString(service.getLocalPort());
            assertThat(unguarded.probe("tcp", "198.18.255.1", port)).isEqualTo("open");

            for (GuardedSandbox each : sandboxes()) {
                assertThat(each.probe("tcp", each.gateway(), port)).isEqualTo("refused");
                assertThat(each.probe("tcp", "198.18.255.1", port)).isEqualTo("refused");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"169.254.169.254, 80", "10.0.0.1, 80", "8.8.8.8, 853", "::ffff:169.254.169.254, 80"})
    void withoutAPolicyNotEverythingIsOpen(String address, String port) {
        assertThat(withoutPolicy.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("open");

        assertThat(withoutPolicy.probe("tcp", address, port)).isEqualTo("refused");
    }

    @Test
    void neighboursDoNotReachEachOther() throws IOException {
        GuardedSandbox neighbour = guarded.run(PRIVATE_RANGES, SERVING);
        try (Socket fromTheHost = new Socket(InetAddress.ofLiteral(withoutPolicy.address()), 8000)) {
            assertThat(fromTheHost.isConnected()).isTrue();
        }

        assertThat(neighbour.probe("tcp", withoutPolicy.address(), "8000")).isIn("refused", "silent");
        assertThat(withoutPolicy.probe("tcp", neighbour.address(), "8000")).isIn("refused", "silent");
        assertThat(neighbour.probe("tcp", sandbox.address(), "12")).isIn("refused", "silent");
        neighbour.delete();
    }

    @Test
    void thePolicyIsNotToldToWhoHasNoKey() {
        assertThat(sandbox.probe("policy_api")).isEqualTo("401");
    }

    @Test
    void nobodyTakesThePortsOfADeadProxy() {
        GuardedSandbox squatter = run(POLICY);
        try (Probe squat = squatter.begin("squat").awaitLine("waiting")) {
            for (int i = 0; i < DEATHS; i++) {
                List<ProcessHandle> worker = squatter.worker();
                assertThat(worker).hasSize(1);
                worker.forEach(ProcessHandle::destroyForcibly);
                await("the worker is dead")
                        .atMost(SOON)
                        .until(() -> worker.stream().noneMatch(ProcessHandle::isAlive));
                await("names are resolved again")
                        .atMost(SOON)
                        .untilAsserted(() -> assertThat(squatter.probe("http", "good.example.com"))
                                .isEqualTo("this is " + StandInInternet.GOOD));
            }
            assertThat(squatter.probe("enough")).isEqualTo("enough");

            assertThat(squat.lastLine()).isEqualTo("took 0");
        }
        assertThat(squatter.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        squatter.delete();
    }

    @Test
    void aChangeHoldsWhenTheCallReturns() {
        GuardedSandbox changing = run(null);
        assertThat(changing.probe("http", "bad.example.com")).isEqualTo("this is " + StandInInternet.BAD);

        assertThat(changing.policy("POST", GuardedServer.allowing("good.example.com"))
                        .status())
                .isEqualTo(200);
        assertThat(changing.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        assertThat(changing.probe("http", "bad.example.com")).isEqualTo("unknown");

        assertThat(changing.policy("PATCH", """
                [{"action": "allow", "target": "bad.example.com"}]""").status()).isEqualTo(200);
        assertThat(changing.probe("http", "bad.example.com")).isEqualTo("this is " + StandInInternet.BAD);

        assertThat(changing.policy("DELETE", "[\"bad.example.com\"]").status()).isEqualTo(200);
        assertThat(changing.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        assertThat(changing.probe("http", "good.example.com")).isEqualTo("this is " + StandInInternet.GOOD);
        changing.delete();
    }

    @ParameterizedTest
    @CsvSource({"198.18.0.11, cut", "198.18.0.10, open"})
    void aConnectionThatIsNoLongerAllowedIsCut(String host, String result) {
        GuardedSandbox talking = run(null);
        try (Probe talk = talking.begin("talk", host, "443").awaitLine("talking")) {
            assertThat(talking.policy("POST", GuardedServer.allowing(StandInInternet.GOOD))
                            .status())
                    .isEqualTo(200);
            assertThat(talking.probe("enough")).isEqualTo("enough");

            assertThat(talk.lastLine()).isEqualTo(result);
        }
        talking.delete();
    }
}
