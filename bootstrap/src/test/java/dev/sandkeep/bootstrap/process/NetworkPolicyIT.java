package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.bootstrap.process.GuardedServer.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documented policies do what they say, on real packets, from the first instruction of a sandbox on. */
@ExtendWith(StandInInternet.class)
class NetworkPolicyIT {

    private static final String DENY_BY_DEFAULT = GuardedServer.allowing("pypi.org");
    private static final String ALLOW_BY_DEFAULT = GuardedServer.denying("bad.example.com");
    private static final int MOST_RULES = 4096;
    private static final int SANDBOXES = 50;
    private static final int SANDBOXES_AT_ONCE = 4;
    private static final int ATTEMPTS = 100;

    @TempDir
    static Path directory;

    private static GuardedServer guarded;
    private static Sandbox denyByDefault;
    private static Sandbox allowByDefault;

    @BeforeAll
    static void start() throws IOException {
        guarded = new GuardedServer(directory);
        denyByDefault = guarded.run(DENY_BY_DEFAULT);
        allowByDefault = guarded.run(ALLOW_BY_DEFAULT);
    }

    @AfterAll
    static void end() {
        guarded.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "dns pypi.org, NOERROR 198.18.0.10",
        "dns pypi.org AAAA, NOERROR 2001:2::10",
        "dns_tcp pypi.org, NOERROR 198.18.0.10",
        "http pypi.org, this is 198.18.0.10",
        "tcp 198.18.0.10 443, open",
        "udp 198.18.0.10 9, open",
        "dns good.example.com, NXDOMAIN EDE=15",
        "dns_tcp good.example.com, NXDOMAIN EDE=15",
        "http good.example.com, unknown",
        "tcp 198.18.0.11 80, refused",
        "udp 198.18.0.11 9, refused",
        "dns pypi.org A 2001:2::53, NOERROR 198.18.0.10",
        "dns good.example.com A 2001:2::53, NXDOMAIN EDE=15",
        "tcp 2001:2::10 80, open",
        "tcp 2001:2::10 443, open",
        "udp 2001:2::10 9, open",
        "tcp 2001:2::11 80, refused",
        "udp 2001:2::11 9, refused",
        "tcp 2001:2::10 853, refused",
    })
    void denyByDefaultWithAllowedDomains(String probe, String result) {
        assertThat(denyByDefault.probe("each", "dns pypi.org", "dns pypi.org AAAA"))
                .isEqualTo("NOERROR 198.18.0.10, NOERROR 2001:2::10");

        assertThat(denyByDefault.probe(probe.split(" "))).isEqualTo(result);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "dns good.example.com, NOERROR 198.18.0.10",
        "http good.example.com, this is 198.18.0.10",
        "tcp 198.18.0.10 443, open",
        "udp 198.18.0.10 9, open",
        "tcp 2001:2::10 443, open",
        "udp 2001:2::10 9, open",
        "dns bad.example.com AAAA, NXDOMAIN EDE=15",
        "dns bad.example.com, NXDOMAIN EDE=15",
        "http bad.example.com, unknown",
        "dns nowhere.example.com, NXDOMAIN",
    })
    void allowByDefaultWithADenyRule(String probe, String result) {
        assertThat(allowByDefault.probe(probe.split(" "))).isEqualTo(result);
    }

    /** An address that only another name's look-up would open stays closed, and opens with the look-up. */
    @Test
    void aSandboxThatIsMadeOfASnapshotIsGuardedByItsOwnPolicy() {
        Sandbox restored = guarded.restore(allowByDefault, DENY_BY_DEFAULT);

        assertThat(restored.probe("http", "pypi.org")).isEqualTo("this is 198.18.0.10");
        assertThat(restored.probe("dns", "good.example.com")).isEqualTo("NXDOMAIN EDE=15");
        assertThat(restored.probe("tcp", "198.18.0.11", "80")).isEqualTo("refused");
        restored.delete();
    }

    @Test
    void anAddressOfIpv6OpensWhenItsNameIsLookedUp() {
        Sandbox sandbox = guarded.run(GuardedServer.allowing("bad.example.com"));

        assertThat(sandbox.probe("tcp", "2001:2::11", "80")).isEqualTo("refused");
        assertThat(sandbox.probe("dns", "bad.example.com", "AAAA")).isEqualTo("NOERROR 2001:2::11");
        assertThat(sandbox.probe("tcp", "2001:2::11", "80")).isEqualTo("open");
        sandbox.delete();
    }

    @Test
    void thePolicyIsShownWhereverItIsRead() {
        assertThat(denyByDefault.policy("GET", null).body().path("policy"))
                .isEqualTo(guarded.server().get(denyByDefault.id()).body().path("networkPolicy"));
        assertThat(denyByDefault.policy("GET", null).body().path("mode").asText())
                .isEqualTo("enforcing");
    }

    @Test
    void whatWasDeniedIsToldToTheOwner() {
        denyByDefault.probe("dns", "tell.example.com");

        assertThat(guarded.server()
                        .send("GET", "/v1/sandboxes/" + denyByDefault.id() + "/network/decisions", null, Map.of())
                        .body()
                        .toString())
                .contains("tell.example.com");
    }

    @Test
    void aPolicyMayHaveThousandsOfRules() {
        String[] targets = IntStream.range(0, MOST_RULES)
                .mapToObj(NetworkPolicyIT::uninteresting)
                .toArray(String[]::new);
        targets[0] = "pypi.org";
        targets[MOST_RULES - 1] = StandInInternet.BAD;

        Sandbox sandbox = guarded.run(GuardedServer.allowing(targets));

        assertThat(sandbox.policy("GET", null).body().path("policy").path("egress"))
                .hasSize(MOST_RULES);
        assertThat(sandbox.probe("each", "dns good.example.com", "dns pypi.org", "tcp 198.18.0.10 80"))
                .isEqualTo("NXDOMAIN EDE=15, NOERROR 198.18.0.10, open");
        assertThat(sandbox.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("open");

        assertThat(sandbox.policy("PATCH", """
                [{"action": "deny", "target": "198.18.0.11"}]""").status()).isEqualTo(200);
        assertThat(sandbox.probe("tcp", StandInInternet.BAD, "80")).isEqualTo("refused");
        assertThat(sandbox.probe("dns", "pypi.org")).isEqualTo("NOERROR 198.18.0.10");
        sandbox.delete();
    }

    /** A target that nobody asks for, of all kinds there are. */
    private static String uninteresting(int number) {
        return switch (number % 4) {
            case 0 -> "host-" + number + ".example.net";
            case 1 -> "*.zone-" + number + ".example.net";
            case 2 -> "198.19." + number / 256 + "." + number % 256;
            default -> "2001:2:1:" + Integer.toHexString(number) + "::/64";
        };
    }

    @Test
    void nothingGetsThroughBeforeThePolicyIsInForce() throws Exception {
        List<String> entrypoint = Probe.command("rush", StandInInternet.BAD, "80", Integer.toString(ATTEMPTS));
        List<Future<String>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(SANDBOXES_AT_ONCE)) {
            for (int i = 0; i < SANDBOXES; i++) {
                outcomes.add(threads.submit(() -> outcome(guarded.run(DENY_BY_DEFAULT, entrypoint))));
            }
        }

        for (Future<String> outcome : outcomes) {
            assertThat(outcome.get()).isEqualTo("refused");
        }
    }

    private static String outcome(Sandbox sandbox) {
        String outcome = sandbox.probe("outcome");
        sandbox.delete();
        return outcome;
    }
}
